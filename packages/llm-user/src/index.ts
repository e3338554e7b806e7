export {
  type Catalogue,
  createRandom,
  IalpError,
  InvalidOptionError,
  MissingPackageError,
  type Random,
  type Ratings,
  type ResponseModel,
  type UserFeatures,
} from '@ialp/core';
export { type Clock, SYSTEM_CLOCK } from '@ialp/core/retry';
export type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
export {
  type FailureKind,
  LanguageModelError,
  type LanguageModelErrorOptions,
} from './errors.js';
export type {
  JsonSchema,
  LanguageModel,
  LanguageModelReply,
  LanguageModelRequest,
  TokenUsage,
} from './language-model.js';
export { embedCatalogue, type ItemSpace } from './models/embeddings/item-space.js';
export { createRecordedModel, type RecordedOptions } from './models/recorded-model.js';
export { type RetryOptions, withRetries } from './models/retries/retrying-model.js';
export type { PreferenceAnswer, PreferenceQuestion, PreferenceSource, UserState } from './preference-source.js';
export { type Budget, BudgetExceededError, type Spending, type TokenPrice } from './preferences/budget.js';
export { type CandidateSampler, createPopularitySampler, createRandomSampler } from './preferences/candidates.js';
export { type CatalogueStatesOptions, sampleCatalogueStates } from './preferences/catalogue-states.js';
export { type CheckAnswersOptions, CollectionError, checkAnswers } from './preferences/check-answers.js';
export {
  type CollectOptions,
  collectPreferences,
  type FailedQuestion,
  type Preference,
  type PreferenceCollection,
  streamPreferences,
} from './preferences/collect-preferences.js';
export { type LoggedStatesOptions, sampleLoggedStates } from './preferences/logged-states.js';
export { RunStoppedError } from './preferences/open-model.js';
export { createPersonas } from './preferences/personas.js';
export { type CollectionPlan, type PlanOptions, planCollection } from './preferences/plan.js';
export { type ProbeOptions, probeModel } from './preferences/probe-model.js';
export type { CandidateGroup, QuestionOptions } from './preferences/questions.js';
export {
  type CollectInRoundsOptions,
  type CollectionInRounds,
  collectPreferencesInRounds,
} from './preferences/rounds.js';
export type { CollectionProgress, CollectionSummary, StopCause } from './preferences/run-account.js';
export { createUncertaintySampler, type UncertaintySamplerOptions } from './preferences/uncertain-candidates.js';
export type { PromptHistoryItem, PromptInput, PromptTemplate } from './prompt-template.js';
export {
  createMemoryStore,
  parseReplyRecord,
  type ReplyRecord,
  type ReplyStore,
  type StoredPrompt,
} from './reply-store.js';
export {
  type FittedRewardModel,
  fitRewardModel,
  type RewardModelOptions,
  type RewardModelQuality,
} from './reward-model/logistic-reward-model.js';
export { createPreferenceResponses, type PreferenceResponsesOptions } from './reward-model/preference-responses.js';
export type { ModelledUser, ProbabilityEstimate, RewardModel } from './reward-model.js';
export { createGradedSource } from './sources/graded-source.js';
export { createListwiseSource } from './sources/listwise-source.js';
export type { ModelSourceOptions } from './sources/model-source.js';
export { createOracleSource, type OracleOptions } from './sources/oracle-source.js';
export { createPointwiseSource } from './sources/pointwise-source.js';
export { createPopularitySource } from './sources/popularity-source.js';
export { createProbabilitySource } from './sources/probability-source.js';
export type { PromptLimits } from './sources/prompt-input.js';
export { createSimilaritySource, type SimilarityWeights } from './sources/similarity-source.js';
export { requestKey } from './store/request-key.js';
export { type StoredModelOptions, withStore } from './store/stored-model.js';
export { describeValidation } from './validation/describe-validation.js';
export type { Estimate } from './validation/estimate.js';
export {
  type HeldOutQuestion,
  type HeldOutQuestionsOptions,
  sampleHeldOutQuestions,
} from './validation/held-out-questions.js';
export {
  type PositionReport,
  type ValidationOptions,
  type ValidationReport,
  validateSource,
} from './validation/validate-source.js';
