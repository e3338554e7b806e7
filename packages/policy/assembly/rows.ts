/** Rows of matrices that are picked by an index, and whole runs of numbers. */
import { madd } from './simd';

/** `out = x`. */
export function copy(x: usize, out: usize, count: i32): void {
  memory.copy(out, x, <usize>count << 2);
}

/** `rows` rows of `out` become `x`. */
export function fillRows(x: usize, out: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let k: usize = 0; k < <usize>rows; k++) memory.copy(out + k * width, x, width);
}

/** `out += x`. */
export function addTo(x: usize, out: usize, count: i32): void {
  const end = x + (<usize>count << 2);
  for (; x < end; x += 16, out += 16) v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
}

/** `sum += sum of x`: one number, in the order of `x`. */
export function addSum(x: usize, sum: usize, count: i32): void {
  let total = load<f32>(sum);
  for (let k: usize = 0; k < <usize>count << 2; k += 4) total += load<f32>(x + k);
  store<f32>(sum, total);
}

/** `count` floats become 0. */
export function clear(x: usize, count: i32): void {
  memory.fill(x, 0, <usize>count << 2);
}

/** `out[k] = matrix[index[k]]`; a negative index gives a row of zeros. */
export function gatherRows(matrix: usize, index: usize, out: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let k = 0; k < rows; k++) {
    const from = load<i32>(index + (<usize>k << 2));
    const to = out + <usize>k * width;
    if (from < 0) memory.fill(to, 0, width);
    else memory.copy(to, matrix + <usize>from * width, width);
  }
}

/** `out[index[k]] += rows[k]`; a negative index is left out. */
export function addToRows(source: usize, index: usize, out: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let k = 0; k < rows; k++) {
    const to = load<i32>(index + (<usize>k << 2));
    if (to < 0) continue;
    const x = source + <usize>k * width, y = out + <usize>to * width;
    for (let d: usize = 0; d < width; d += 16) v128.store(y + d, f32x4.add(v128.load(y + d), v128.load(x + d)));
  }
}

/** `out += sum over k of weight[k] * matrix[k]`. */
export function addWeightedRows(matrix: usize, weight: usize, out: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let k = 0; k < rows; k++) {
    const w = f32x4.splat(load<f32>(weight + (<usize>k << 2)));
    const x = matrix + <usize>k * width;
    for (let d: usize = 0; d < width; d += 16) v128.store(out + d, madd(w, v128.load(x + d), v128.load(out + d)));
  }
}
