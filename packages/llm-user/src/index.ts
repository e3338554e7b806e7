export { type Catalogue, createRandom, IalpError, InvalidOptionError, type Random } from '@ialp/core';
export type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
export { type FailureKind, LanguageModelError, type LanguageModelErrorOptions } from './errors.js';
export type {
  JsonSchema,
  LanguageModel,
  LanguageModelReply,
  LanguageModelRequest,
  TokenUsage,
} from './language-model.js';
export type { EmbeddingTransform } from './models/embeddings/embedding-transform.js';
export {
  type EmbedCatalogueOptions,
  type EmbeddedCatalogue,
  embedCatalogue,
  type ItemEmbeddings,
} from './models/embeddings/item-embeddings.js';
export type { PreferenceAnswer, PreferenceQuestion, PreferenceSource, UserState } from './preference-source.js';
export {
  type CandidateSampler,
  createPopularitySampler,
  createRandomSampler,
} from './preferences/candidate-samplers.js';
export { sampleCatalogueStates } from './preferences/catalogue-states.js';
export {
  type CollectOptions,
  collectPreferences,
  type Preference,
  type PreferenceCollection,
} from './preferences/collect-preferences.js';
export { sampleLoggedStates } from './preferences/logged-states.js';
export type { PromptTemplate } from './prompt-template.js';
export type { ReplyRecord, ReplyStore } from './reply-store.js';
export { fitRewardModel } from './reward-model/logistic-reward-model.js';
export { createPreferenceResponses } from './reward-model/preference-responses.js';
export type { ModeledUser, ProbabilityEstimate, RewardModel } from './reward-model.js';
export { createListwiseSource } from './sources/listwise-source.js';
export { createSimilaritySource } from './sources/similarity-source.js';
export { createMemoryStore, type MemoryReplyStore } from './store/memory-store.js';
export { withStore } from './store/stored-model.js';
