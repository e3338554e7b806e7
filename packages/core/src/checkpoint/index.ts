/** What makes an object checkpointable: the exports of `@ialp/core/checkpoint`. */
export { CheckpointReader, randomCheckpoint, restoreRandom } from './checkpoint.js';
export { checkpointState, combineCheckpointables, partOf } from './checkpointable.js';
export { type CheckpointTensor, readTensors, tensorsCheckpoint } from './tensors.js';
