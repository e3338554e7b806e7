import type { Ratings } from '../dataset.js';

/**
 * The ratings of `test` whose pair of user and item is not in `train`, in the same order: for an evaluation on pairs
 * that the model has not seen. Both must count users and items in the same way, as the parts of one `Dataset` do.
 */
export function withoutOverlap(test: Ratings, train: Ratings): Ratings {
  const items = 1 + Math.max(greatest(test.item), greatest(train.item));
  const seen = new Set<number>();
  for (let k = 0; k < train.user.length; k++) seen.add(train.user[k] * items + train.item[k]);
  const isNew = (_value: number, k: number): boolean => !seen.has(test.user[k] * items + test.item[k]);
  return {
    ...test,
    user: test.user.filter(isNew),
    item: test.item.filter(isNew),
    value: test.value.filter(isNew),
    ...(test.time && { time: test.time.filter(isNew) }),
  };
}

function greatest(values: Int32Array): number {
  return values.reduce((result, value) => Math.max(result, value), -1);
}
