export { type ArmComparison, type CompareArmsOptions, compareArms } from './compare-arms.js';
export type {
  OtherServedEvent,
  ServedActivation,
  ServedDecision,
  ServedEnd,
  ServedErasure,
  ServedEvent,
  ServedFeedback,
  ServedRetraction,
} from './events.js';
export { type JoinedDecision, type JoinedDecisions, joinDecisions } from './join-decisions.js';
export type { JoiningRules } from './joining-rules.js';
export { type DecisionSelection, readServeLog, type ServeLog, selectDecisions } from './serve-log.js';
export { type ServedLog, servedLogOf } from './served-log-of.js';
export {
  createAttributedPolicy,
  createItemPolicy,
  createShadowPolicy,
  type ServedTarget,
} from './target-policies.js';
