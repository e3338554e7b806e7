/**
 * A list of distinct items for each row. The items of row `r` are `items[offset[r]]` up to `items[offset[r] + count[r] - 1]`; lists may
 * leave gaps between them, or share items.
 */
export interface Exclusions {
  /** `[rows]`: where each list begins. */
  readonly offset: Int32Array;
  /** `[rows]`: length of each list. */
  readonly count: Int32Array;
  /** Item indices. */
  readonly items: Int32Array;
}

/**
 * Empty lists for a number of rows.
 * @param capacity places of each list in `items`, to append to: `items[offset[row] + count[row]++] = item`. Default 0.
 */
export function noExclusions(rows: number, capacity = 0): Exclusions {
  return {
    offset: Int32Array.from({ length: rows }, (_, row) => row * capacity),
    count: new Int32Array(rows),
    items: new Int32Array(rows * capacity),
  };
}

/** The lists of some rows, one after the other. */
export function exclusionsOf(lists: readonly ArrayLike<number>[]): Exclusions {
  const count = new Int32Array(lists.length);
  const offset = new Int32Array(lists.length);
  let total = 0;
  for (const [row, list] of lists.entries()) {
    count[row] = list.length;
    offset[row] = total;
    total += list.length;
  }
  const items = new Int32Array(total);
  for (const [row, list] of lists.entries()) items.set(list, offset[row]);
  return { offset, count, items };
}

/** The list of a row: a view. */
export function excludedIn({ offset, count, items }: Exclusions, row: number): Int32Array {
  return items.subarray(offset[row], offset[row] + count[row]);
}
