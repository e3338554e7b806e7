import type { ItemTensor, Weights } from '../network.js';
import type { ItemNeighbors } from './item-neighbors.js';
import { readRows } from './item-rows.js';

/**
 * The weighted means of the rows of neighbours, in double precision.
 * @returns for each item tensor, by name, `[placed items, width]`.
 */
export function meanRows(
  weights: Weights,
  itemTensors: readonly ItemTensor[],
  { count, items, weights: shares }: ItemNeighbors,
): Weights {
  const placed = items.length / count;
  return Object.fromEntries(
    itemTensors.map(({ name, axis }) => {
      const { shape, data } = readRows(weights[name], axis, items);
      const [, width] = shape;
      const means = new Float32Array(placed * width);
      for (let k = 0; k < placed; k++) {
        for (let column = 0; column < width; column++) {
          let sum = 0;
          for (let at = k * count; at < (k + 1) * count; at++) sum += shares[at] * data[at * width + column];
          means[k * width + column] = sum;
        }
      }
      return [name, { shape: [placed, width], data: means }];
    }),
  );
}
