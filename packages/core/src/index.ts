export { CheckpointError } from './errors/checkpoint-error.js';
export { ConformanceError } from './errors/conformance-error.js';
export { FileError, type FileFault } from './errors/file-error.js';
export { IalpError } from './errors/ialp-error.js';
export { InvalidOptionError } from './errors/invalid-option-error.js';
export { MissingPackageError } from './errors/missing-package-error.js';
export {
  checkBoolean,
  checkInteger,
  checkMethods,
  checkNumber,
  checkObject,
  checkOneOf,
  checkPositive,
  checkShare,
} from './options.js';
export { show } from './show.js';
export type { Catalogue, CatalogueItem } from './catalogue.js';
export type { Environment, EnvironmentSpec, ResetOptions, StepResult } from './environment.js';
export { type Observation, PADDING } from './observation.js';
export { createRandom, type Random, type ResumableRandom, SmallFastRandom } from './random.js';
export type { ResponseModel } from './response-model.js';
export type { Session } from './session.js';
