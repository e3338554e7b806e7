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
export type { PersonState, PreferenceAnswer, PreferenceQuestion, PreferenceSource } from './preference-source.js';
export { type Budget, BudgetExceededError, type Spending, type TokenPrice } from './preferences/budget.js';
export { type CandidateSampler, popularCandidates, randomCandidates } from './preferences/candidates.js';
export { type CatalogueStatesOptions, catalogueStates } from './preferences/catalogue-states.js';
export { type AnswerRequirement, DistillationError, requireAnswers } from './preferences/check-answers.js';
export {
  type Distillation,
  type DistillOptions,
  distill,
  distillStream,
  type FailedQuestion,
  type Preference,
} from './preferences/collect-preferences.js';
export { type LoggedStatesOptions, loggedStates } from './preferences/logged-states.js';
export { RunStoppedError } from './preferences/open-model.js';
export { personas } from './preferences/personas.js';
export { type DistillPlan, type PlanOptions, planDistillation } from './preferences/plan.js';
export { type ProbeOptions, probeModel } from './preferences/probe-model.js';
export type { CandidateShare, QuestionOptions } from './preferences/questions.js';
export { distillInRounds, type RoundsDistillation, type RoundsOptions } from './preferences/rounds.js';
export type { DistillProgress, DistillSummary, StopCause } from './preferences/run-account.js';
export { type UncertainCandidatesOptions, uncertainCandidates } from './preferences/uncertain-candidates.js';
export type { PromptHistoryItem, PromptInput, PromptTemplate } from './prompt-template.js';
export {
  createMemoryStore,
  parseReplyRecord,
  type ReplyRecord,
  type ReplyStore,
  type ReplyWords,
} from './reply-store.js';
export {
  type FittedRewardModel,
  fitRewardModel,
  type RewardModelOptions,
  type RewardModelQuality,
} from './reward-model/logistic-reward-model.js';
export { type PreferenceResponsesOptions, preferenceResponses } from './reward-model/preference-responses.js';
export type { LikelihoodEstimate, ModelledPerson, RewardModel } from './reward-model.js';
export { createGradedSource } from './sources/graded-source.js';
export { createListwiseSource } from './sources/listwise-source.js';
export type { ModelSourceOptions } from './sources/model-source.js';
export { createOracleSource, type OracleOptions } from './sources/oracle-source.js';
export { createPointwiseSource } from './sources/pointwise-source.js';
export { createPopularitySource } from './sources/popularity-source.js';
export { createProbabilitySource } from './sources/probability-source.js';
export type { TextBudget } from './sources/prompt-input.js';
export { createSimilaritySource, type SimilarityWeights } from './sources/similarity-source.js';
export { requestKey } from './store/request-key.js';
export { type StoredModelOptions, withStore } from './store/stored-model.js';
export { describeTrust } from './validation/describe-validation.js';
export type { Estimate } from './validation/estimate.js';
export {
  type HeldOutQuestion,
  type HeldOutQuestionsOptions,
  heldOutQuestions,
} from './validation/held-out-questions.js';
export {
  measureTrust,
  type PositionReport,
  type TrustOptions,
  type TrustReport,
} from './validation/validate-source.js';
