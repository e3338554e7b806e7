export type { Catalogue, CatalogueItem } from './catalogue.js';
export {
  type Checkpoint,
  type CheckpointArray,
  type Checkpointable,
  CheckpointReader,
  type CheckpointValue,
  randomCheckpoint,
  restoreRandom,
} from './checkpoint.js';
export { checkpointState, combineCheckpointables, partOf } from './checkpointable.js';
export type { Environment, EnvironmentSpec, ResetOptions, StepResult } from './environment.js';
export { CheckpointError } from './errors/checkpoint-error.js';
export { FileError, type FileFault } from './errors/file-error.js';
export { IalpError } from './errors/ialp-error.js';
export { InvalidOptionError } from './errors/invalid-option-error.js';
export { MissingPackageError } from './errors/missing-package-error.js';
export { type ErrorRecognizer, recognizerOf } from './errors/recognizer.js';
export type { Interactions, Ratings, UserFeatures } from './interactions.js';
export { type Observation, PADDING } from './observation.js';
export {
  checkBoolean,
  checkInteger,
  checkMethods,
  checkNumber,
  checkObject,
  checkOneOf,
  checkPositive,
  checkShare,
  checkSpecification,
} from './options.js';
export { createRandom, type Random, type ResumableRandom, SmallFastRandom } from './random.js';
export { repeatedName } from './repeated-name.js';
export type { ResponseModel } from './response-model.js';
export type { Session } from './session.js';
export { show } from './show.js';
export { shuffled } from './shuffled.js';
