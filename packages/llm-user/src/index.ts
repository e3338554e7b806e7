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
export { type CandidateSampler, popularCandidates, randomCandidates } from './candidates.js';
export type { DistillProgress, DistillSummary, StopCause } from './distillation/account.js';
export { type Budget, BudgetExceededError, type Spending, type TokenPrice } from './distillation/budget.js';
export {
  type Distillation,
  type DistillOptions,
  distill,
  distillStream,
  type FailedQuestion,
  type Preference,
} from './distillation/distill.js';
export { RunStoppedError } from './distillation/open-model.js';
export { type DistillPlan, type PlanOptions, planDistillation } from './distillation/plan.js';
export { type ProbeOptions, probeModel } from './distillation/probe-model.js';
export type { CandidateShare, QuestionOptions } from './distillation/questions.js';
export { type AnswerRequirement, DistillationError, requireAnswers } from './distillation/require-answers.js';
export { distillInRounds, type RoundsDistillation, type RoundsOptions } from './distillation/rounds.js';
export type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
export {
  type FailureKind,
  LanguageModelError,
  type LanguageModelErrorOptions,
} from './errors.js';
export { embedCatalogue, type ItemSpace } from './item-space.js';
export type {
  JsonSchema,
  LanguageModel,
  LanguageModelReply,
  LanguageModelRequest,
  TokenUsage,
} from './language-model.js';
export { type LoggedStatesOptions, loggedStates } from './logged-states.js';
export {
  type FittedRewardModel,
  fitRewardModel,
  type RewardModelOptions,
  type RewardModelQuality,
} from './logistic-reward-model.js';
export { createOracleSource, type OracleOptions } from './oracle-source.js';
export { personas } from './persona.js';
export { createPopularitySource } from './popularity-source.js';
export { type PreferenceResponsesOptions, preferenceResponses } from './preference-responses.js';
export type { PersonState, PreferenceAnswer, PreferenceQuestion, PreferenceSource } from './preference-source.js';
export type { PromptHistoryItem, PromptInput, PromptTemplate } from './prompt-template.js';
export { createRecordedModel, type RecordedOptions } from './recorded.js';
export {
  createMemoryStore,
  parseReplyRecord,
  type ReplyRecord,
  type ReplyStore,
  type ReplyWords,
} from './reply-store.js';
export { requestKey } from './request-key.js';
export { type RetryOptions, withRetries } from './retrying-model.js';
export type { LikelihoodEstimate, ModelledPerson, RewardModel } from './reward-model.js';
export { createSimilaritySource, type SimilarityWeights } from './similarity-source.js';
export { createGradedSource } from './sources/graded-source.js';
export { createListwiseSource } from './sources/listwise-source.js';
export type { ModelSourceOptions } from './sources/model-source.js';
export { createPointwiseSource } from './sources/pointwise-source.js';
export { createProbabilitySource } from './sources/probability-source.js';
export type { TextBudget } from './sources/prompt-input.js';
export { type CatalogueStatesOptions, catalogueStates } from './states.js';
export { type StoredModelOptions, withStore } from './stored-model.js';
export { describeTrust } from './trust/describe-trust.js';
export type { Estimate } from './trust/estimate.js';
export { type HeldOutQuestion, type HeldOutQuestionsOptions, heldOutQuestions } from './trust/held-out-questions.js';
export { measureTrust, type PositionReport, type TrustOptions, type TrustReport } from './trust/measure-trust.js';
export { type UncertainCandidatesOptions, uncertainCandidates } from './uncertain-candidates.js';
