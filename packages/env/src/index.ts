export {
  type Catalogue,
  type CatalogueItem,
  createRandom,
  type Environment,
  type EnvironmentSpec,
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
  type CascadeOptions,
  cascade,
  type FirstAcceptableOptions,
  firstAcceptable,
  type MultinomialLogitOptions,
  multinomialLogit,
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
export { createFilms, type FilmsOptions } from './environments/films.js';
export { createInterestEvolution, type InterestEvolutionOptions } from './environments/interest-evolution.js';
export { createLongTermSatisfaction, type LongTermSatisfactionOptions } from './environments/long-term-satisfaction.js';
export { DatasetError, EnvironmentStateError, InvalidActionError, InvalidRewardError } from './errors.js';
export { type BoredomOptions, withBoredom } from './models/boredom.js';
export type { LikelihoodMemory } from './models/dense-table.js';
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
export { type FilmAudienceOptions, filmAudience } from './models/film-audience.js';
export { type ImplicitResponsesOptions, implicitResponses } from './models/implicit-responses.js';
export { type MatrixResponsesOptions, matrixResponses } from './models/matrix-responses.js';
export { type RatingResponsesOptions, ratingResponses } from './models/rating-responses.js';
export { distraction } from './rules/distraction.js';
export { categoriesOf, type ItemPoints, sharing, withinDistance } from './rules/item-similarity.js';
export { type PatienceOptions, patience } from './rules/patience.js';
export { type SatisfactionBudgetOptions, satisfactionBudget } from './rules/satisfaction-budget.js';
export {
  type CategoryRedundancyOptions,
  categoryRedundancy,
  type RedundancyOptions,
  redundancy,
  type SimilarityOptions,
} from './rules/similarity.js';
export type { ExitRule } from './rules/termination-rule.js';
export type { Protocol } from './simulator/protocol.js';
export { createSimulator, type SimulatorOptions } from './simulator/simulator.js';
export {
  type CountingEnvironment,
  type EpisodeStatistics,
  withEpisodeStatistics,
} from './wrappers/episode-statistics.js';
export { withPosition } from './wrappers/position.js';
export { type RewardShapingOptions, shapeReward } from './wrappers/reward-shaping.js';
export { limitTurns } from './wrappers/time-limit.js';
export { wrapEnvironment } from './wrappers/wrap-environment.js';
