import type { Parameters, Slot } from './parameters.js';
import type { ThreadPool } from './threads/thread-pool.js';

/**
 * Discards the gradients of a tensor's frozen columns, in its first `rows` rows, before they count in the norm: as an output layer, the tensor has
 * gradients in all columns.
 */
export function clearFrozenColumns(
  threadPool: ThreadPool,
  parameters: Parameters,
  { name, isOutput, frozenFrom, stride }: Slot,
  rows: number,
): void {
  if (isOutput !== true || frozenFrom === undefined || frozenFrom === stride) return;
  const gradient = parameters.gradient(name);
  threadPool.run((kernels, share) => {
    const [first, last] = share.range(rows, 1);
    kernels.clearColumns(gradient + 4 * first * stride, last - first, stride, frozenFrom);
  });
}
