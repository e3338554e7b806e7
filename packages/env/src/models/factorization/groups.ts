/** Rows grouped by user or by item: those of `k` are `rows[start[k]]` to `rows[start[k + 1] - 1]`. */
export interface Groups {
  readonly start: Int32Array;
  readonly rows: Int32Array;
}

/** Groups rows by their keys, `0..count-1`; ascending within each group. */
export function group(keys: Int32Array, count: number): Groups {
  const start = new Int32Array(count + 1);
  for (const key of keys) start[key + 1]++;
  for (let k = 0; k < count; k++) start[k + 1] += start[k];
  const next = start.slice();
  const rows = new Int32Array(keys.length);
  keys.forEach((key, row) => {
    rows[next[key]++] = row;
  });
  return { start, rows };
}
