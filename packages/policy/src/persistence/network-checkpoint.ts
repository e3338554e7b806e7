import type { Checkpoint, CheckpointReader } from '@ialp/core';
import type { Network, Tensor, Weights } from '../network.js';

/** A network's weights with its optimiser's memory, as part of a checkpoint. */
export function networkCheckpoint(network: Pick<Network, 'trainingState'>): Checkpoint {
  return weightsCheckpoint(network.trainingState());
}

/** Tensors as part of a checkpoint. */
export function weightsCheckpoint(weights: Weights): Checkpoint {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data }]));
}

/** Reads tensors from a value of a checkpoint. @throws {CheckpointError} */
export function readWeights(reader: CheckpointReader, name: string): Weights {
  const tensors = reader.part(name);
  return Object.fromEntries(
    tensors.names.map((tensor): [string, Tensor] => {
      const own = tensors.part(tensor);
      return [tensor, { shape: own.numbers('shape'), data: own.array('data', Float32Array) }];
    }),
  );
}
