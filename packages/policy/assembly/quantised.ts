/**
 * Scores from weights of 8 bits: a quarter of the memory to read, where reading is what takes the time. A row of weights
 * is `scale * q` with integers `q` from -127 to 127, a state the same with integers of 15 bits, so that sums of products
 * fit 32 bits for states of up to 512 elements. `columns` is a multiple of 16.
 */
import { maxOf } from './simd';

/** The greatest magnitude of a row. */
// @ts-ignore: decorator
@inline
function magnitude(row: usize, width: usize): f32 {
  let most = f32x4.splat(0);
  for (let d: usize = 0; d < width; d += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(row + d)));
  return maxOf(most);
}

/**
 * Rounds rows of `from` floats to integers of 8 bits, `columns` to a row (zeros beyond `from`), and their scales:
 * `scales[i] = max |row i| / 127`.
 */
export function quantiseWeights(table: usize, rows: i32, from: i32, out: usize, scales: usize, columns: i32): void {
  for (let i: usize = 0; i < <usize>rows; i++) {
    const most = magnitude(table, <usize>from << 2);
    const factor: f32 = most > 0 ? <f32>127 / most : 0;
    store<f32>(scales + (i << 2), most / 127);
    for (let d = 0; d < columns; d++) {
      store<i8>(out + <usize>d, d < from ? <i8>nearest<f32>(load<f32>(table + (<usize>d << 2)) * factor) : 0);
    }
    table += <usize>from << 2;
    out += <usize>columns;
  }
}

/** The same for states, with integers of up to 32,767 in 16 bits. */
export function quantiseStates(state: usize, rows: i32, from: i32, out: usize, scales: usize, columns: i32): void {
  for (let i: usize = 0; i < <usize>rows; i++) {
    const most = magnitude(state, <usize>from << 2);
    const factor: f32 = most > 0 ? <f32>32767 / most : 0;
    store<f32>(scales + (i << 2), most / 32767);
    for (let d = 0; d < columns; d++) {
      const value: i16 = d < from ? <i16>nearest<f32>(load<f32>(state + (<usize>d << 2)) * factor) : 0;
      store<i16>(out + (<usize>d << 1), value);
    }
    state += <usize>from << 2;
    out += <usize>columns << 1;
  }
}

/** Four partial sums of the products of `columns` weights of 8 bits and states of 16. */
// @ts-ignore: decorator
@inline
function products(state: usize, weights: usize, columns: usize): v128 {
  let sum = i32x4.splat(0);
  for (let d: usize = 0; d < columns; d += 16) {
    const w = v128.load(weights + d);
    const s = state + (d << 1);
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(w), v128.load(s)));
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(w), v128.load(s, 16)));
  }
  return sum;
}

/** The sums of four vectors of partial sums. */
// @ts-ignore: decorator
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** `sum` with the products of sixteen weights, as two vectors of 16 bits, and as many elements of a state. */
// @ts-ignore: decorator
@inline
function dot(sum: v128, low: v128, high: v128, first: v128, second: v128): v128 {
  return i32x4.add(i32x4.add(sum, i32x4.dot_i16x8_s(low, first)), i32x4.dot_i16x8_s(high, second));
}

/**
 * `out[b, i] = bias[i] + scale[i] * stateScale[b] * (q[i] . state[b])` for `items` items (a multiple of 4) and all rows;
 * rows of `out` have `items` elements. Integer sums are exact, so that they do not depend on the order.
 */
export function scoreQuantised(
  state: usize, stateScales: usize, weights: usize, scales: usize, bias: usize, out: usize, rows: i32, items: i32,
  columns: i32,
): void {
  const width = <usize>columns, rowBytes = <usize>items << 2;
  let row: usize = 0;
  for (; row + 2 <= <usize>rows; row += 2) {
    const s = state + row * (width << 1), at = out + row * rowBytes;
    scoreTwo(s, v128.load32_splat(stateScales + (row << 2)), v128.load32_splat(stateScales + (row << 2), 4), weights,
      scales, bias, at, rowBytes, width);
  }
  if (row == <usize>rows) return;
  const s = state + row * (width << 1), at = out + row * rowBytes;
  const stateScale = v128.load32_splat(stateScales + (row << 2));
  let w = weights;
  for (let i: usize = 0; i < rowBytes; i += 16) {
    const a = products(s, w, width), b = products(s, w + width, width);
    const c = products(s, w + 2 * width, width), d = products(s, w + 3 * width, width);
    const scale = f32x4.mul(v128.load(scales + i), stateScale);
    v128.store(at + i, f32x4.add(v128.load(bias + i), f32x4.mul(scale, f32x4.convert_i32x4_s(sumsOf(a, b, c, d)))));
    w += width << 2;
  }
}

/** The same for two rows, which share the conversion of the weights to 16 bits: that takes longer than the products. */
function scoreTwo(
  s: usize, firstScale: v128, secondScale: v128, weights: usize, scales: usize, bias: usize, out: usize,
  rowBytes: usize, width: usize,
): void {
  const t = s + (width << 1);
  let w = weights;
  for (let i: usize = 0; i < rowBytes; i += 16) {
    const x = w + width, y = x + width, z = y + width;
    let a = i32x4.splat(0), b = i32x4.splat(0), c = i32x4.splat(0), d = i32x4.splat(0);
    let e = i32x4.splat(0), f = i32x4.splat(0), g = i32x4.splat(0), h = i32x4.splat(0);
    for (let k: usize = 0; k < width; k += 16) {
      const s0 = v128.load(s + (k << 1)), s1 = v128.load(s + (k << 1), 16);
      const t0 = v128.load(t + (k << 1)), t1 = v128.load(t + (k << 1), 16);
      let low = v128.load8x8_s(w + k), high = v128.load8x8_s(w + k, 8);
      a = dot(a, low, high, s0, s1);
      e = dot(e, low, high, t0, t1);
      low = v128.load8x8_s(x + k);
      high = v128.load8x8_s(x + k, 8);
      b = dot(b, low, high, s0, s1);
      f = dot(f, low, high, t0, t1);
      low = v128.load8x8_s(y + k);
      high = v128.load8x8_s(y + k, 8);
      c = dot(c, low, high, s0, s1);
      g = dot(g, low, high, t0, t1);
      low = v128.load8x8_s(z + k);
      high = v128.load8x8_s(z + k, 8);
      d = dot(d, low, high, s0, s1);
      h = dot(h, low, high, t0, t1);
    }
    const scale = v128.load(scales + i), added = v128.load(bias + i);
    const first = f32x4.mul(f32x4.mul(scale, firstScale), f32x4.convert_i32x4_s(sumsOf(a, b, c, d)));
    const second = f32x4.mul(f32x4.mul(scale, secondScale), f32x4.convert_i32x4_s(sumsOf(e, f, g, h)));
    v128.store(out + i, f32x4.add(added, first));
    v128.store(out + rowBytes + i, f32x4.add(added, second));
    w = z + width;
  }
}
