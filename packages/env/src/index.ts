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
export {
  type CascadeOptions,
  cascade,
  type FirstAcceptableOptions,
  firstAcceptable,
  type MultinomialLogitOptions,
  multinomialLogit,
} from './choice-models.js';
export {
  type Dataset,
  type ExplicitDataset,
  type ImplicitDataset,
  type InteractionOrder,
  type Split,
  selectRows,
} from './dataset.js';
export type { FilmCatalogue } from './datasets/films.js';
export { type BoredomOptions, withBoredom } from './dynamics/boredom.js';
export { createInterestEvolution, type InterestEvolutionOptions } from './dynamics/interest-evolution.js';
export { createLongTermSatisfaction, type LongTermSatisfactionOptions } from './dynamics/long-term-satisfaction.js';
export { DatasetError, EnvironmentStateError, InvalidActionError, InvalidRewardError } from './errors.js';
export { distraction } from './exit-rules/distraction.js';
export type { ExitRule } from './exit-rules/exit-rule.js';
export { type PatienceOptions, patience } from './exit-rules/patience.js';
export {
  type CategoryRedundancyOptions,
  categoryRedundancy,
  type RedundancyOptions,
  redundancy,
  type SimilarityOptions,
} from './exit-rules/redundancy.js';
export { type SatisfactionBudgetOptions, satisfactionBudget } from './exit-rules/satisfaction-budget.js';
export { categoriesOf, type ItemPoints, sharing, withinDistance } from './exit-rules/similarity.js';
export {
  type Factorization,
  type FactorizationOptions,
  factorize,
  type HeldOutError,
  type LikeError,
} from './factorization/factorize.js';
export {
  factorizeImplicit,
  type ImplicitFactorization,
  type ImplicitFactorizationOptions,
  type ImplicitHeldOutError,
} from './factorization/factorize-implicit.js';
export type { LogisticCalibration } from './factorization/logistic-calibration.js';
export type { Calibration, CalibrationBin } from './factorization/reliability.js';
export type { Protocol } from './protocol.js';
export type { LikelihoodMemory } from './responses/dense-table.js';
export { type ImplicitResponsesOptions, implicitResponses } from './responses/implicit-responses.js';
export { type MatrixResponsesOptions, matrixResponses } from './responses/matrix-responses.js';
export { type RatingResponsesOptions, ratingResponses } from './responses/rating-responses.js';
export { createSimulator, type SimulatorOptions } from './simulator.js';
export { type FilmAudienceOptions, filmAudience } from './simulators/film-audience.js';
export { createFilms, type FilmsOptions } from './simulators/films.js';
export { type ChoiceModel, NO_CHOICE, type Slate } from './slate.js';
export { type SplitShares, splitAtRandom, splitByUserOrder } from './split.js';
export {
  type CountingEnvironment,
  type EpisodeStatistics,
  withEpisodeStatistics,
} from './wrappers/episode-statistics.js';
export { withPosition } from './wrappers/position.js';
export { type RewardShapingOptions, shapeReward } from './wrappers/reward-shaping.js';
export { limitTurns } from './wrappers/time-limit.js';
export { wrapEnvironment } from './wrappers/wrap-environment.js';
