export { type A2COptions, createA2C } from './a2c.js';
export { createPopularity, type PopularityOptions } from './baselines/popularity.js';
export { createRandomPolicy } from './baselines/random-policy.js';
export { createNetwork, type NetworkOptions } from './engine/mean-pooling-network.js';
export {
  DivergenceError,
  InvalidOptionError,
  NothingAllowedError,
  PolicyError,
  ShapeError,
  WeightsError,
} from './errors.js';
export { createFixedLearner } from './fixed-learner.js';
export { type InteractOptions, interact } from './interact.js';
export type { InteractionColumns } from './interaction-recorder.js';
export type { Learner, LearningReport } from './learner.js';
export type {
  ActionEvaluation,
  Evaluation,
  Histories,
  Network,
  States,
  Targets,
  Tensor,
  TrainingReport,
  TrainingSettings,
  Weights,
} from './network.js';
export { createNetworkPolicy } from './network-policy.js';
export type { Action, ActionDistribution, Policy } from './policy.js';
export { type Feedback, Rollout } from './rollout.js';
export { type VTraceInput, type VTraceOutput, type VTraceSettings, vTrace } from './v-trace.js';
