/** Output heads that give one number a state: the critic, and the score of one given item. */
import { madd, sumOf } from './simd';

/** `value[b] = bias + state[b] . weights`. */
export function valueHead(state: usize, weights: usize, bias: usize, value: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    const x = state + <usize>row * width;
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(x + j), v128.load(weights + j)));
    store<f32>(value + (<usize>row << 2), load<f32>(bias) + sumOf(sum));
  }
}

/** The gradient of `valueHead` for `dValue[b]`: adds to that of the states `dValue[b] * weights`. */
export function valueHeadBackward(weights: usize, dValue: usize, dState: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    const d = dState + <usize>row * width;
    const g = f32x4.splat(load<f32>(dValue + (<usize>row << 2)));
    for (let j: usize = 0; j < width; j += 16) v128.store(d + j, madd(g, v128.load(weights + j), v128.load(d + j)));
  }
}

/** Steps after which `multiply` adds what it has summed up; here the same, so that scores have the same bits. */
const DEPTH: usize = 256;

/**
 * `score[b] = bias[i] + state[b] . table[i]` for one item `i = item[b]` of each state: bit for bit what a product of
 * all states with all items would give. A negative item gets 0. Scores, here and below, are `scoreStep` bytes apart.
 */
export function scoreItems(
  state: usize, table: usize, bias: usize, item: usize, score: usize, scoreStep: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const i = load<i32>(item + (row << 2));
    if (i < 0) {
      store<f32>(score + row * scoreStep, 0);
      continue;
    }
    const x = state + row * width, y = table + <usize>i * width;
    let total = v128.load32_splat(bias + (<usize>i << 2));
    for (let from: usize = 0; from < width; from += DEPTH << 2) {
      let sum = f32x4.splat(0);
      const end = min(from + (DEPTH << 2), width);
      for (let j = from; j < end; j += 4) sum = madd(v128.load32_splat(x + j), v128.load32_splat(y + j), sum);
      total = f32x4.add(total, sum);
    }
    store<f32>(score + row * scoreStep, f32x4.extract_lane(total, 0));
  }
}

/** The gradient of `scoreItems` for `dScore[b]`: adds to that of the states `dScore[b] * table[item[b]]`. */
export function scoreItemsBackward(
  table: usize, item: usize, dScore: usize, scoreStep: usize, dState: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const y = table + <usize>load<i32>(item + (row << 2)) * width, d = dState + row * width;
    const g = v128.load32_splat(dScore + row * scoreStep);
    for (let j: usize = 0; j < width; j += 16) v128.store(d + j, madd(g, v128.load(y + j), v128.load(d + j)));
  }
}

/** Adds to the gradients of `table` and `bias` what `scoreItems` asks for: `dScore[b] * state[b]`, `dScore[b]`. */
export function scoreItemsGradients(
  state: usize, item: usize, dScore: usize, scoreStep: usize, dTable: usize, dBias: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const i = <usize>load<i32>(item + (row << 2));
    const x = state + row * width, d = dTable + i * width;
    const slope = load<f32>(dScore + row * scoreStep);
    const g = f32x4.splat(slope);
    store<f32>(dBias + (i << 2), load<f32>(dBias + (i << 2)) + slope);
    for (let j: usize = 0; j < width; j += 16) v128.store(d + j, madd(g, v128.load(x + j), v128.load(d + j)));
  }
}
