import { InvalidOptionError } from '@ialp/core';
import type { ItemTensor, Network, Tensor, Weights } from '../network.js';

/**
 * The rows of some items in tensors, by name.
 * @returns for each tensor `[items.length, width]`.
 */
export function readItemRows(weights: Weights, itemTensors: readonly ItemTensor[], items: ArrayLike<number>): Weights {
  return Object.fromEntries(itemTensors.map(({ name, axis }) => [name, readRows(weights[name], axis, items)]));
}

/** The rows of some items in a tensor: `[items.length, width]`. */
export function readRows({ shape, data }: Tensor, axis: number, items: ArrayLike<number>): Tensor {
  const { width, placeOf } = layoutOf(shape, axis);
  const rows = new Float32Array(items.length * width);
  for (let k = 0; k < items.length; k++) {
    for (let column = 0; column < width; column++) rows[k * width + column] = data[placeOf(items[k], column)];
  }
  return { shape: [items.length, width], data: rows };
}

/** Overwrites the rows of some items in a tensor with `[items.length, width]` values. */
export function writeRows({ shape, data }: Tensor, axis: number, items: ArrayLike<number>, values: Float32Array): void {
  const { width, placeOf } = layoutOf(shape, axis);
  for (let k = 0; k < items.length; k++) {
    for (let column = 0; column < width; column++) data[placeOf(items[k], column)] = values[k * width + column];
  }
}

/** Numbers in an item's row, and where they are. */
function layoutOf(
  shape: readonly number[],
  axis: number,
): { readonly width: number; placeOf(item: number, column: number): number } {
  const sizeOf = (lengths: readonly number[]): number => lengths.reduce((product, length) => product * length, 1);
  const inner = sizeOf(shape.slice(axis + 1));
  return {
    width: sizeOf(shape.slice(0, axis)) * inner,
    placeOf: (item, column) => (Math.floor(column / inner) * shape[axis] + item) * inner + (column % inner),
  };
}

/** Replaces the rows of some items in a network, and sets the optimiser's state of these rows to 0. */
export function setItemRows(network: Network, items: Int32Array, rows: Weights): void {
  if (network.setItemRows !== undefined) {
    network.setItemRows(items, rows);
    return;
  }
  const state = network.trainingState();
  for (const { name, axis } of itemTensorsOf(network)) {
    for (const tensor of [name, ...momentsOf(state, name)]) {
      const values = tensor === name ? rows[name].data : new Float32Array(rows[name].data.length);
      writeRows(state[tensor], axis, items, values);
    }
  }
  network.setTrainingState(state);
}

/** Names of the optimiser's tensors of a weight tensor: `optimizer/<moment>/<weight>`. */
export function momentsOf(state: Weights, name: string): string[] {
  return Object.keys(state).filter((tensor) => {
    const [optimizer, , ...weight] = tensor.split('/');
    return optimizer === 'optimizer' && weight.join('/') === name;
  });
}

/** The item tensors of a network. @throws {InvalidOptionError} for a network that does not name them. */
export function itemTensorsOf({ itemTensors }: Network, option = 'network'): readonly ItemTensor[] {
  if (itemTensors !== undefined) return itemTensors;
  throw new InvalidOptionError(
    `${option}.itemTensors`,
    itemTensors,
    'the tensors with a row for each item; a network of your own names them (itemVariables of a TensorFlow.js model)',
  );
}
