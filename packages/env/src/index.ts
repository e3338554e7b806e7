export {
  type Catalogue,
  type CatalogueItem,
  type Checkpoint,
  CheckpointError,
  createRandom,
  type Environment,
  type EnvironmentSpec,
  type Exclusions,
  endedSessions,
  exclusionsOf,
  type FileFault,
  IalpError,
  type Interactions,
  InvalidOptionError,
  isAllowed,
  MissingPackageError,
  noExclusions,
  type Observation,
  PADDING,
  type Random,
  type Ratings,
  type ResetOptions,
  type ResponseModel,
  type ResumableRandom,
  type Session,
  type StepResult,
  type UserFeatures,
} from '@ialp/core';
export type { CheckpointReader } from '@ialp/core/checkpoint';
export { type ChoiceModel, NO_CHOICE, type Slate } from './choices/choice-model.js';
export {
  type CascadeChoiceOptions,
  createCascadeChoice,
  createFirstAcceptableChoice,
  createMultinomialLogitChoice,
  type FirstAcceptableChoiceOptions,
  type MultinomialLogitChoiceOptions,
} from './choices/choice-models.js';
export type {
  Dataset,
  ExplicitDataset,
  ImplicitDataset,
  InteractionOrder,
  Split,
} from './datasets/dataset.js';
export type { FilmCatalogue } from './datasets/readers/films.js';
export { createFilmsEnvironment, type FilmsEnvironmentOptions } from './environments/films.js';
export { DatasetError, EnvironmentStateError, InvalidActionError, InvalidRewardError } from './errors.js';
export { type BoredomOptions, withBoredom } from './models/boredom.js';
export type { ResponseStorage } from './models/dense-table.js';
export type {
  Factorization,
  FactorizationOptions,
  HeldOutError,
  LikeError,
} from './models/factorization/factorize.js';
export type {
  ImplicitFactorization,
  ImplicitFactorizationOptions,
  ImplicitHeldOutError,
} from './models/factorization/factorize-implicit.js';
export type { LogisticCalibration } from './models/factorization/logistic-calibration.js';
export type { Calibration, CalibrationBin } from './models/factorization/reliability.js';
export { createFilmResponses, type FilmResponsesOptions } from './models/film-responses.js';
export { createImplicitResponses, type ImplicitResponsesOptions } from './models/implicit-responses.js';
export { createMatrixResponses, type MatrixResponsesOptions } from './models/matrix-responses.js';
export { createRatingResponses, type RatingResponsesOptions } from './models/rating-responses.js';
export { type CategorySimilarityRuleOptions, createCategorySimilarityRule } from './rules/category-similarity.js';
export { createDistractionRule, type DistractionRuleOptions } from './rules/distraction.js';
export {
  categoriesOf,
  createAttributeSimilarity,
  createDistanceSimilarity,
  type ItemPoints,
  type ItemSimilarity,
} from './rules/item-similarity.js';
export { createPatienceRule, type PatienceRuleOptions } from './rules/patience.js';
export { createSatisfactionBudgetRule, type SatisfactionBudgetRuleOptions } from './rules/satisfaction-budget.js';
export { createSimilarityRule, type SimilarityRuleOptions } from './rules/similarity.js';
export type { SimilarityWindowOptions } from './rules/similarity-window.js';
export type { TerminationRule } from './rules/termination-rule.js';
export type { Protocol } from './simulator/protocol.js';
export { createSimulator, type SimulatorOptions } from './simulator/simulator.js';
export { checkpointMembers, type WrapperState } from './wrappers/checkpoint-members.js';
export {
  type EpisodeStatistics,
  type EpisodeStatisticsEnvironment,
  withEpisodeStatistics,
} from './wrappers/episode-statistics.js';
export { withSessionProgress } from './wrappers/session-progress.js';
export { type TransformedRewardOptions, withTransformedReward } from './wrappers/transformed-reward.js';
export { withTurnLimit } from './wrappers/turn-limit.js';
export { wrapEnvironment } from './wrappers/wrap-environment.js';
