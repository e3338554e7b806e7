export type { Catalogue, CatalogueItem } from './catalogue/catalogue.js';
export { createItemIndex, type ItemIndex, type ItemIndexOptions } from './catalogue/item-index.js';
export type { Checkpoint, CheckpointArray, Checkpointable, CheckpointValue } from './checkpoint/checkpoint.js';
export {
  checkBoolean,
  checkInteger,
  checkMethods,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptionNames,
  checkPositive,
  checkShare,
  checkSpecification,
  type OptionNamesMessage,
} from './checks/options.js';
export { repeatedName } from './checks/repeated-name.js';
export {
  type Environment,
  type EnvironmentSpec,
  endedSessions,
  type ResetOptions,
  type StepResult,
} from './environment.js';
export { CheckpointError } from './errors/checkpoint-error.js';
export { FileError, type FileFault } from './errors/file-error.js';
export { IalpError } from './errors/ialp-error.js';
export { counted, described, InvalidOptionError } from './errors/invalid-option-error.js';
export { MissingPackageError } from './errors/missing-package-error.js';
export { type ErrorRecognizer, recognizerOf } from './errors/recognizer.js';
export { show } from './errors/show.js';
export type { Interactions, Ratings, UserFeatures } from './interactions.js';
export { type Allowances, countAllowed, countAvailable, isAllowed, writeMask } from './observation/allowed-items.js';
export { type Exclusions, excludedIn, exclusionsOf, noExclusions } from './observation/exclusions.js';
export { type Observation, PADDING } from './observation/observation.js';
export { type ObservationSettings, observationOf, type SessionState } from './observation/observation-of.js';
export { createRandom, type Random, type ResumableRandom, SmallFastRandom } from './random/random.js';
export { shuffled } from './random/shuffled.js';
export type { ResponseModel } from './response-model.js';
export type { Session } from './session.js';
export { nextStates } from './trajectories/next-states.js';
export { CHOSEN_BY, endAfter, followingRows, TRAJECTORY_END, type Trajectories } from './trajectories/trajectories.js';
