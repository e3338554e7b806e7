export { type CandidateSampler, popularCandidates, randomCandidates } from './candidates.js';
export {
  type CandidateShare,
  type Distillation,
  type DistillOptions,
  distill,
  type FailedQuestion,
  type Preference,
} from './distill.js';
export type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
export {
  EnvironmentStateError,
  InvalidActionError,
  InvalidOptionError,
  LanguageModelError,
  type LanguageModelErrorOptions,
  LlmUserError,
  MissingPackageError,
} from './errors.js';
export { embedCatalogue, type ItemSpace } from './item-space.js';
export type { JsonSchema, LanguageModel, LanguageModelReply, LanguageModelRequest } from './language-model.js';
export { createListwiseSource, type ListwiseSourceOptions } from './listwise-source.js';
export { type LoggedStatesOptions, loggedStates } from './logged-states.js';
export {
  type FittedRewardModel,
  fitRewardModel,
  type RewardModelOptions,
  type RewardModelQuality,
} from './logistic-reward-model.js';
export { createNearnessSource, type NearnessWeights } from './nearness-source.js';
export { createPreferenceEnv, type PreferenceEnvOptions } from './preference-env.js';
export type { PersonState, PreferenceAnswer, PreferenceQuestion, PreferenceSource } from './preference-source.js';
export { createRecordedModel, recordModel } from './recorded.js';
export { type RetryOptions, withRetries } from './retrying-source.js';
export type { LikelihoodEstimate, ModelledPerson, RewardModel } from './reward-model.js';
export { type CatalogueStatesOptions, catalogueStates } from './states.js';
