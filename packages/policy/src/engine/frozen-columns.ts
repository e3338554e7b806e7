import type { Address } from './arena.js';
import type { Parameters, Slot } from './parameters.js';
import type { ThreadPool } from './threads/thread-pool.js';

/** Rows of a gradient: those that `index` lists, or the first `count`. */
export interface GradientRows {
  readonly index?: Address;
  readonly count: number;
}

/**
 * Discards the gradients of a tensor's frozen columns in some rows, before they count in the norm: as an output layer, the tensor has gradients in
 * all columns.
 */
export function clearFrozenColumns(
  threadPool: ThreadPool,
  parameters: Parameters,
  { name, isOutput, frozenFrom, stride }: Slot,
  { index, count }: GradientRows,
): void {
  if (isOutput !== true || frozenFrom === undefined || frozenFrom === stride) return;
  const gradient = parameters.gradient(name);
  threadPool.run((kernels, share) => {
    const [first, last] = share.range(count, 1);
    if (index === undefined) kernels.clearColumns(gradient + 4 * first * stride, last - first, stride, frozenFrom);
    else kernels.clearColumnsOfRows(gradient, index + 4 * first, last - first, stride, frozenFrom);
  });
}
