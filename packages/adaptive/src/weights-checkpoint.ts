import { type Checkpoint, CheckpointReader, type CheckpointValue } from '@ialp/core';
import type { Tensor, Weights } from '@ialp/policy';

/** Tensors as part of a checkpoint. */
export function weightsCheckpoint(weights: Weights): Checkpoint {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data }]));
}

/** Tensors from a checkpoint; whether they fit is for the network to say. @throws {CheckpointError} */
export function readWeights(content: CheckpointValue): Weights {
  const reader = new CheckpointReader(content, 'weights');
  const tensorOf = (name: string): Tensor => {
    const own = reader.part(name);
    return { shape: own.numbers('shape'), data: own.array('data', Float32Array) };
  };
  return Object.fromEntries(reader.names.map((name) => [name, tensorOf(name)]));
}
