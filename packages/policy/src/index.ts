export {
  type Checkpoint,
  type Checkpointable,
  CheckpointError,
  type CheckpointValue,
  createRandom,
  type Environment,
  type EnvironmentSpec,
  IalpError,
  InvalidOptionError,
  type Observation,
  PADDING,
  type Random,
  type ResetOptions,
  type ResumableRandom,
  type Session,
  type StepResult,
} from '@ialp/core';
export { type ActionValuePolicyOptions, createActionValuePolicy } from './action-value-policy.js';
export { createEpsilonGreedy, type EpsilonGreedyOptions } from './baselines/epsilon-greedy.js';
export { createItemKnn, type ItemKnnOptions } from './baselines/item-knn.js';
export { createLinUcb, type ItemFeatures, type LinUcbOptions } from './baselines/lin-ucb.js';
export type { PriorOptions } from './baselines/mean-feedback.js';
export { createPopularity, type PopularityOptions } from './baselines/popularity.js';
export { createRandomPolicy } from './baselines/random-policy.js';
export { createThompsonSampling, type ThompsonSamplingOptions } from './baselines/thompson-sampling.js';
export { createNetwork } from './engine/built-in-network.js';
export type { Build as KernelsBuild } from './engine/kernels.js';
export type { EncoderName, ItemEmbeddings, NetworkOptions } from './engine/network-options.js';
export type { Optimizer } from './engine/optimizer.js';
export {
  DivergenceError,
  MissingHeadError,
  NetworkStateError,
  NothingAllowedError,
  OutOfMemoryError,
  ShapeError,
  WeightsError,
} from './errors.js';
export { createFrozenLearner } from './frozen-learner.js';
export { type InteractOptions, interact } from './interact.js';
export type { InteractionColumns } from './interaction-recorder.js';
export type { Learner, LearningReport } from './learner.js';
export { type A2COptions, createA2C } from './learners/a2c.js';
export { createDqn, type DqnOptions } from './learners/dqn.js';
export { createPpo, type PpoOptions } from './learners/ppo.js';
export { createReinforce, type ReinforceOptions } from './learners/reinforce.js';
export { createDiscreteSac, type DiscreteSacOptions } from './learners/sac-discrete.js';
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
export { createNetworkPolicy, type NetworkPolicy } from './network-policy.js';
export { type BcqOptions, createBcq } from './offline/bcq.js';
export { type BehaviourCloningOptions, createBehaviourCloning } from './offline/behaviour-cloning.js';
export { type CqlOptions, createCql } from './offline/cql.js';
export { type CrrOptions, createCrr } from './offline/crr.js';
export type { OfflineLearner, OfflineOptions } from './offline/offline-learner.js';
export { createSa2c, type Sa2cOptions } from './offline/sa2c.js';
export {
  createSac4Rec,
  createSqn,
  type Sac4RecOptions,
  type SelfSupervisedOptions,
} from './offline/self-supervised.js';
export { initOutputsFromEmbeddings, type OutputStartOptions } from './output-start.js';
export type { Action, ActionDistribution, Policy } from './policy.js';
export { type LoggedTransitions, ReplayBuffer, type ReplayBufferOptions } from './replay-buffer.js';
export { type Feedback, Rollout } from './rollout.js';
export type { Transitions } from './transitions.js';
export { type VTraceInput, type VTraceOutput, type VTraceSettings, vTrace } from './v-trace.js';
