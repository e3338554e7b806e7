import type { Checkpoint, CheckpointValue, Weights } from '@ialp/policy';
import { CheckpointError } from './errors.js';

/** Tensors as part of a checkpoint. */
export function weightsAsParts(weights: Weights): Checkpoint {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data }]));
}

/** Tensors from a checkpoint; whether they fit is for the network to say. @throws {CheckpointError} */
export function weightsFromParts(parts: CheckpointValue): Weights {
  const isTensor = (part: CheckpointValue): boolean => {
    const { shape, data } = (part ?? {}) as Checkpoint;
    return Array.isArray(shape) && data instanceof Float32Array;
  };
  if (typeof parts === 'object' && parts !== null && Object.values(parts).every(isTensor)) {
    return parts as unknown as Weights;
  }
  throw new CheckpointError('weights: expected tensors by name; found something else.');
}
