/** Checkpoints as files: what `@ialp/policy/checkpoint-file` publishes, for Node. */
export { CheckpointFileError, type CheckpointFileFault, type CheckpointFileProblem } from './checkpoint-file-error.js';
export { type DecodeCheckpointOptions, decodeCheckpoint } from './decode.js';
export { encodeCheckpoint } from './encode.js';
export { loadCheckpoint } from './load.js';
export { saveCheckpoint } from './save.js';
