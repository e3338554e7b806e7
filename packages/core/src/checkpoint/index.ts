/** What makes an object checkpointable: the exports of `@ialp/core/checkpoint`. */
export { CheckpointReader, randomCheckpoint, restoreRandom } from './checkpoint.js';
export { checkpointState, combineCheckpointables, partOf } from './checkpointable.js';
export { indexOfNonFinite } from './non-finite.js';
export { type CheckpointTensor, checkTensorShapes, readTensors, shapesOf, tensorsCheckpoint } from './tensors.js';
