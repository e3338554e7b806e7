import type { Interactions } from '@ialp/core';
import { selectRows } from './dataset.js';

/**
 * The interactions of `test` whose pair of user and item is not in `train`, in the same order, to evaluate on pairs that the model has
 * not seen. Both must use the same indices of users and items, as the parts of one `Dataset` do.
 */
export function withoutOverlap<T extends Interactions>(test: T, train: Interactions): T {
  const items = 1 + Math.max(greatest(test.item), greatest(train.item));
  const seen = new Set<number>();
  for (let k = 0; k < train.user.length; k++) seen.add(train.user[k] * items + train.item[k]);
  const rows = Int32Array.from(test.user.keys()).filter((k) => !seen.has(test.user[k] * items + test.item[k]));
  return selectRows(test, rows);
}

function greatest(values: Int32Array): number {
  return values.reduce((result, value) => Math.max(result, value), -1);
}
