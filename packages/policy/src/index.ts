export { type A2COptions, createA2C } from './a2c.js';
export { createPopularity, type PopularityOptions } from './baselines/popularity.js';
export { createRandomPolicy } from './baselines/random-policy.js';
export { createNetwork } from './engine/built-in-network.js';
export type { Build as KernelsBuild } from './engine/kernels.js';
export type { EncoderName, ItemEmbeddings, NetworkOptions } from './engine/network-options.js';
export type { Optimizer } from './engine/optimizer.js';
export {
  DivergenceError,
  InvalidOptionError,
  MissingHeadError,
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
  ActionValues,
  Evaluation,
  EvaluationOptions,
  Head,
  Histories,
  Network,
  Ranking,
  SampledSoftmax,
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
