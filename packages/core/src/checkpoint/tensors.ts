import type { Checkpoint, CheckpointReader } from './checkpoint.js';

/** A tensor in a checkpoint. */
export interface CheckpointTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Converts tensors by name, such as the weights of a network, to a checkpoint. The arrays are not copied. */
export function tensorsCheckpoint(tensors: Readonly<Record<string, CheckpointTensor>>): Checkpoint {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data }]));
}

/**
 * Reads the result of `tensorsCheckpoint`. The network checks the shapes.
 * @throws {CheckpointError} if a tensor is missing or invalid.
 */
export function readTensors(reader: CheckpointReader): Record<string, CheckpointTensor> {
  return Object.fromEntries(
    reader.names.map((name): [string, CheckpointTensor] => {
      const tensor = reader.part(name);
      return [name, { shape: tensor.numbers('shape'), data: tensor.array('data', Float32Array) }];
    }),
  );
}
