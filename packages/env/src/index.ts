export {
  type Catalogue,
  type CatalogueItem,
  createRandom,
  type Environment,
  type EnvironmentSpec,
  endedSessions,
  type FileFault,
  IalpError,
  type Interactions,
  InvalidOptionError,
  MissingPackageError,
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
export { type ChoiceModel, NO_CHOICE, type Slate } from './choices/choice-model.js';
export {
  type CascadeChoiceOptions,
  createCascadeChoice,
  createFirstAcceptableChoice,
  createMultinomialLogitChoice,
  type FirstAcceptableChoiceOptions,
  type MultinomialLogitChoiceOptions,
} from './choices/choice-models.js';
export {
  type Dataset,
  type ExplicitDataset,
  type ImplicitDataset,
  type InteractionOrder,
  type Split,
  selectRows,
} from './datasets/dataset.js';
export type { FilmCatalogue } from './datasets/readers/films.js';
export { type SplitShares, splitAtRandom, splitByUserOrder } from './datasets/split.js';
export { createFilmsEnvironment, type FilmsEnvironmentOptions } from './environments/films.js';
export { DatasetError, EnvironmentStateError, InvalidActionError, InvalidRewardError } from './errors.js';
export { type BoredomOptions, withBoredom } from './models/boredom.js';
export type { ResponseStorage } from './models/dense-table.js';
export {
  type Factorization,
  type FactorizationOptions,
  factorize,
  type HeldOutError,
  type LikeError,
} from './models/factorization/factorize.js';
export {
  factorizeImplicit,
  type ImplicitFactorization,
  type ImplicitFactorizationOptions,
  type ImplicitHeldOutError,
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
export {
  type EpisodeStatistics,
  type EpisodeStatisticsEnvironment,
  withEpisodeStatistics,
} from './wrappers/episode-statistics.js';
export { withSessionProgress } from './wrappers/session-progress.js';
export { type TransformedRewardOptions, withTransformedReward } from './wrappers/transformed-reward.js';
export { withTurnLimit } from './wrappers/turn-limit.js';
export { wrapEnvironment } from './wrappers/wrap-environment.js';
