export { type AdaptiveLearnerOptions, createAdaptiveLearner } from './adaptive-learner.js';
export { AdaptiveError, GateError, InvalidOptionError } from './errors.js';
export type { Gate, GateContext } from './gate.js';
export { type AnnealedGateOptions, type AnnealingShape, annealedGate } from './gates/annealed.js';
export { constantGate } from './gates/constant.js';
export { createMixturePolicy, type WeighStates } from './mixture-policy.js';
export { fineTune, type OnlineStart, startOnline } from './online-start.js';
