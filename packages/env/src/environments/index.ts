/** Environments by name and from data sets: what `@ialp/env/environments` publishes, for Node. */
export {
  createDatasetEnvironment,
  createDatasetEnvironmentParts,
  type DatasetEnvironment,
  type DatasetEnvironmentOptions,
  type DatasetEnvironmentParts,
  type FittedModel,
  type SimilarityOptions,
} from './dataset-environment.js';
export { createInterestEvolution, type InterestEvolutionOptions } from './interest-evolution.js';
export { createLongTermSatisfaction, type LongTermSatisfactionOptions } from './long-term-satisfaction.js';
export {
  ENVIRONMENT_NAMES,
  type EnvironmentName,
  type MakeEnvironmentOptions,
  makeEnvironment,
  type NamedEnvironment,
} from './make-environment.js';
