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
export { type AdaptiveLearner, type AdaptiveLearnerOptions, createAdaptiveLearner } from './adaptive-learner.js';
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
export { type ChangeDetector, type FalseAlarmOptions, falseAlarmRate } from './guardrails/change-detector.js';
export { createCusum, type DetectorOptions } from './guardrails/cusum.js';
export { type ExposureCapOptions, withExposureCap } from './guardrails/exposure-cap.js';
export { createPageHinkley } from './guardrails/page-hinkley.js';
export { type RewardFloorOptions, type RewardFloorStatistics, withRewardFloor } from './guardrails/reward-floor.js';
export { type RollBackOptions, withRollBack } from './guardrails/roll-back.js';
export { createMixturePolicy, type WeighStates } from './mixture-policy.js';
export { fineTune, type OnlineStart, startOnline } from './online-start.js';
export { createSessionPolicy, type SessionPolicy } from './session-policy.js';
