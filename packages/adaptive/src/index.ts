export {
  CHOSEN_BY,
  type Checkpoint,
  type Checkpointable,
  CheckpointError,
  createRandom,
  endAfter,
  IalpError,
  InvalidOptionError,
  type Observation,
  type Random,
  TRAJECTORY_END,
  type Trajectories,
} from '@ialp/core';
export { type ChangeDetector, type FalseAlarmOptions, falseAlarmRate } from './change-detector.js';
export { GateError } from './errors.js';
export type { Gate, GateContext, GateEstimates, GateExperience, Propensities } from './gate.js';
export { type AnnealedGateOptions, type AnnealingShape, createAnnealedGate } from './gates/annealed.js';
export { createConstantGate } from './gates/constant.js';
export type { RegretBudgetOptions } from './gates/regret-budget.js';
export {
  createReturnAdaptiveGate,
  type ReturnAdaptiveEstimates,
  type ReturnAdaptiveGateOptions,
} from './gates/return-adaptive.js';
export {
  createSessionReturnGate,
  type SessionReturnEstimates,
  type SessionReturnGateOptions,
} from './gates/session-return.js';
export { createValueSoftmaxGate, type ValueSoftmaxGateOptions } from './gates/value-softmax.js';
export { confidenceRadius } from './guardrails/confidence-radius.js';
export { createCusumDetector, type DetectorOptions } from './guardrails/detectors/cusum.js';
export { createPageHinkleyDetector } from './guardrails/detectors/page-hinkley.js';
export { type ExposureCapOptions, withExposureCap } from './guardrails/exposure-cap.js';
export {
  type RewardFloor,
  type RewardFloorOptions,
  type RewardFloorStatistics,
  withRewardFloor,
} from './guardrails/reward-floor.js';
export { type RollbackOptions, withRollback } from './guardrails/rollback.js';
export {
  type AdaptiveLearner,
  type AdaptiveLearnerOptions,
  createAdaptiveLearner,
} from './learners/adaptive-learner.js';
export { createFineTuningLearner, createOnlineNetwork, type OnlineStart } from './learners/online-network.js';
export { createMixturePolicy, type WeighStates } from './policies/mixture-policy.js';
export { createSessionPolicy, type SessionPolicy } from './policies/session-policy.js';
