/** Checkpoints as files: what `@ialp/policy/checkpoint-file` publishes, for Node. */
export { CheckpointFileError, type CheckpointFileFault, type CheckpointFileProblem } from './checkpoint-file-error.js';
export { loadCheckpoint } from './load.js';
export { saveCheckpoint } from './save.js';
