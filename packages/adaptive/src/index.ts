export {
  type Checkpoint,
  type Checkpointable,
  CheckpointError,
  createRandom,
  IalpError,
  InvalidOptionError,
  type Observation,
  type Random,
} from '@ialp/core';
export { type ChangeDetector, type FalseAlarmOptions, falseAlarmRate } from './change-detector.js';
export { GateError } from './errors.js';
export type { Gate, GateContext, GateExperience, Propensities } from './gate.js';
export { type AnnealedGateOptions, type AnnealingShape, annealedGate } from './gates/annealed.js';
export { constantGate } from './gates/constant.js';
export type { LossBudgetOptions } from './gates/loss-budget.js';
export {
  type ReturnAdaptiveEstimates,
  type ReturnAdaptiveGateOptions,
  returnAdaptiveGate,
} from './gates/return-adaptive.js';
export {
  type SessionReturnEstimates,
  type SessionReturnGateOptions,
  sessionReturnGate,
} from './gates/session-return.js';
export { type ValueSoftmaxGateOptions, valueSoftmaxGate } from './gates/value-softmax.js';
export { createCusum, type DetectorOptions } from './guardrails/detectors/cusum.js';
export { createPageHinkley } from './guardrails/detectors/page-hinkley.js';
export { type ExposureCapOptions, withExposureCap } from './guardrails/exposure-cap.js';
export { type RewardFloorOptions, type RewardFloorStatistics, withRewardFloor } from './guardrails/reward-floor.js';
export { type RollBackOptions, withRollBack } from './guardrails/roll-back.js';
export {
  type AdaptiveLearner,
  type AdaptiveLearnerOptions,
  createAdaptiveLearner,
} from './learners/adaptive-learner.js';
export { fineTune, type OnlineStart, startOnline } from './learners/start-online.js';
export { createMixturePolicy, type WeighStates } from './policies/mixture-policy.js';
export { createSessionPolicy, type SessionPolicy } from './policies/session-policy.js';
