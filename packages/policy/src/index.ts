export {
  CHOSEN_BY,
  type Checkpoint,
  type Checkpointable,
  CheckpointError,
  type CheckpointValue,
  createRandom,
  type Environment,
  type EnvironmentSpec,
  exclusionsOf,
  IalpError,
  InvalidOptionError,
  noExclusions,
  type Observation,
  type ObservationSettings,
  observationOf,
  PADDING,
  type Random,
  type ResetOptions,
  type ResumableRandom,
  type Session,
  type SessionState,
  type StepResult,
  TRAJECTORY_END,
  type Trajectories,
} from '@ialp/core';
export { createNetwork } from './engine/built-in-network.js';
export type { Build as KernelsBuild } from './engine/kernels.js';
export type { EncoderName, ItemEmbeddings, NetworkOptions } from './engine/network-options.js';
export type { Optimizer } from './engine/optimizer.js';
export type { ItemOptimizer } from './engine/rowwise-adagrad.js';
export {
  DivergenceError,
  MissingHeadError,
  NativeKernelsError,
  NetworkStateError,
  NothingAllowedError,
  OutOfMemoryError,
  ShapeError,
  WeightsError,
} from './errors.js';
export type { InteractionColumns } from './experience/interaction-recorder.js';
export { type AddOptions, ReplayBuffer, type ReplayBufferOptions } from './experience/replay-buffer.js';
export { type RunOnlineOptions, runOnline } from './experience/run-online.js';
export {
  type Feedback,
  TrajectoryRecorder,
  type TrajectoryRecorderOptions,
} from './experience/trajectory-recorder.js';
export type { Transitions } from './experience/transitions.js';
export type { CheckpointableLearner, Learner, LearningReport } from './learner.js';
export { createFrozenLearner } from './learners/frozen-learner.js';
export { type InitOutputsOptions, initOutputsFromEmbeddings } from './learners/init-outputs.js';
export { type A2COptions, createA2C } from './learners/online/a2c.js';
export { createDqn, type DqnOptions } from './learners/online/dqn.js';
export { createPpo, type PpoOptions } from './learners/online/ppo.js';
export { createReinforce, type ReinforceOptions } from './learners/online/reinforce.js';
export { createDiscreteSac, type DiscreteSacOptions } from './learners/online/sac-discrete.js';
export { type VTraceInput, type VTraceOutput, type VTraceSettings, vTrace } from './learners/online/v-trace.js';
export type { ReplayLearner, ReplayOptions } from './learners/replay/replay-learner.js';
export type { TargetNetworkOptions } from './learners/replay/target-network.js';
export { createLinearSchedule, type LinearScheduleOptions, type Schedule } from './learners/schedule.js';
export type { SlateCredit } from './learners/slates/slate-credit.js';
export { createSlateQ, type SlateQOptions } from './learners/slates/slate-q.js';
export type {
  ActionEvaluation,
  ActionValues,
  Evaluation,
  EvaluationOptions,
  Head,
  Histories,
  ItemTensor,
  Logits,
  Network,
  SampledSoftmax,
  States,
  Targets,
  Tensor,
  TrainingReport,
  TrainingSettings,
  Weights,
} from './network.js';
export { type ActionValuePolicyOptions, createActionValuePolicy } from './policies/action-value-policy.js';
export { createNetworkPolicy, type NetworkPolicy, type NetworkPolicyOptions } from './policies/network-policy.js';
export { createRandomPolicy } from './policies/random-policy.js';
export { type RowPolicy, slateDistribution } from './policies/slate-distribution.js';
export { weightedDistribution } from './policies/weighted-distribution.js';
export type {
  Action,
  ActionDistribution,
  Attribution,
  PlainMemory,
  Policy,
  PolicySessions,
  Ranking,
  SampleOptions,
} from './policy.js';
export { publishedState, stagePublishedState, takePublishedState } from './published-state.js';
export type { Shortlist } from './shortlist.js';
export type { Staging } from './staging.js';
