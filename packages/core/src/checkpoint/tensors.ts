import { CheckpointError } from '../errors/checkpoint-error.js';
import type { Checkpoint, CheckpointReader } from './checkpoint.js';
import { indexOfNonFinite } from './non-finite.js';

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

/** The shapes of tensors by name. */
export function shapesOf(
  tensors: Readonly<Record<string, CheckpointTensor>>,
): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
}

/**
 * Checks that tensors have the expected names and shapes, and that every number is finite: before the first of several parts is changed, where
 * all or none have to be.
 * @throws {CheckpointError}
 */
export function checkTensorShapes(
  tensors: Readonly<Record<string, CheckpointTensor>>,
  shapes: Readonly<Record<string, readonly number[]>>,
): void {
  const [found, expected] = [Object.keys(tensors), Object.keys(shapes)];
  const other = [...found, ...expected].find((name) => !Object.hasOwn(tensors, name) || !Object.hasOwn(shapes, name));
  if (other !== undefined) {
    throw new CheckpointError(`weights: expected ${expected.join(', ')}; found ${found.join(', ') || 'nothing'}.`);
  }
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const own = shapes[name];
    const size = own.reduce((product, length) => product * length, 1);
    if (shape.join() !== own.join() || data.length !== size) {
      const length = `${data.length} numbers`;
      throw new CheckpointError(`weights.${name}: expected shape [${own}]; found [${shape}] with ${length}.`);
    }
    const wrong = indexOfNonFinite(data);
    if (wrong === -1) continue;
    throw new CheckpointError(`weights.${name}[${wrong}]: expected a finite number; found ${data[wrong]}.`);
  }
}
