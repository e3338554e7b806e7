export type { Catalogue, CatalogueItem } from './catalogue.js';
export type { Dataset, Ratings } from './dataset.js';
export type { FilmCatalogue } from './datasets/films.js';
export type { Environment, EnvironmentSpec, ResetOptions, StepResult } from './environment.js';
export {
  DatasetError,
  type DatasetFault,
  EnvError,
  EnvironmentStateError,
  InvalidActionError,
  InvalidOptionError,
  MissingPackageError,
} from './errors.js';
export {
  distraction,
  type ExitRule,
  type PatienceOptions,
  patience,
  type RedundancyOptions,
  redundancy,
} from './exit-rules.js';
export { type Factorization, type FactorizationOptions, factorize, type HeldOutError } from './matrix-factorization.js';
export { type Observation, PADDING } from './observation.js';
export { createRandom, type Random } from './random.js';
export type { ResponseModel } from './response-model.js';
export type { Session } from './session.js';
export { createSimulator, type SimulatorOptions } from './simulator.js';
export { type FilmAudienceOptions, filmAudience } from './simulators/film-audience.js';
export { createFilms, type FilmsOptions } from './simulators/films.js';
export { type RatingResponsesOptions, ratingResponses } from './simulators/rating-responses.js';
