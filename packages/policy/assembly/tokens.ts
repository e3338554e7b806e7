/**
 * Tokens: what one interaction is to a state encoder. An item `i` with feedback `f` is
 * `x = f * positive[i] + (1 - f) * negative[i]`: what was taken and what was passed over have embeddings of their own.
 */
import { madd } from './simd';

/**
 * `tokens[k] = f * positive[i] + (1 - f) * negative[i]` for `count` interactions with items `item[k]` and feedback
 * `feedback[k]`. Rows of the tables and of `tokens` have `columns` elements.
 */
export function gatherTokens(
  item: usize, feedback: usize, count: i32, positive: usize, negative: usize, columns: i32, tokens: usize,
): void {
  const width = <usize>columns << 2;
  for (let k: usize = 0; k < <usize>count << 2; k += 4) {
    const f = load<f32>(feedback + k);
    const weight = f32x4.splat(f), rest = f32x4.splat(1 - f);
    const at = <usize>load<i32>(item + k) * width;
    for (let d: usize = 0; d < width; d += 16) {
      const yes = f32x4.mul(weight, v128.load(positive + at + d));
      v128.store(tokens + d, madd(rest, v128.load(negative + at + d), yes));
    }
    tokens += width;
  }
}

/**
 * The gradient of `gatherTokens`: adds to those of the tables what `dTokens` asks for, in the columns from `first` up to
 * `last` (multiples of 4). Threads that take different columns never write the same number.
 */
export function scatterTokens(
  item: usize, feedback: usize, count: i32, dLiked: usize, dPassed: usize, columns: i32, dTokens: usize, first: i32,
  last: i32,
): void {
  const width = <usize>columns << 2;
  const end = <usize>last << 2;
  for (let k: usize = 0; k < <usize>count << 2; k += 4) {
    const f = load<f32>(feedback + k);
    const weight = f32x4.splat(f), rest = f32x4.splat(1 - f);
    const at = <usize>load<i32>(item + k) * width;
    for (let d: usize = <usize>first << 2; d < end; d += 16) {
      const g = v128.load(dTokens + d);
      v128.store(dLiked + at + d, madd(weight, g, v128.load(dLiked + at + d)));
      v128.store(dPassed + at + d, madd(rest, g, v128.load(dPassed + at + d)));
    }
    dTokens += width;
  }
}

/**
 * Tokens of a table that positive and negative feedback share: `x = [f * table[i], (1 - f) * table[i]]`, twice as wide as its rows of `columns`
 * elements.
 */
export function gatherTiedTokens(item: usize, feedback: usize, count: i32, table: usize, columns: i32, tokens: usize): void {
  const width = <usize>columns << 2;
  for (let k: usize = 0; k < <usize>count << 2; k += 4) {
    const f = load<f32>(feedback + k);
    const weight = f32x4.splat(f), rest = f32x4.splat(1 - f);
    const from = table + <usize>load<i32>(item + k) * width;
    for (let d: usize = 0; d < width; d += 16) {
      const x = v128.load(from + d);
      v128.store(tokens + d, f32x4.mul(weight, x));
      v128.store(tokens + width + d, f32x4.mul(rest, x));
    }
    tokens += 2 * width;
  }
}

/** The gradient of `gatherTiedTokens`, in the columns of the table from `first` up to `last` (multiples of 4), as `scatterTokens`. */
export function scatterTiedTokens(
  item: usize, feedback: usize, count: i32, dTable: usize, columns: i32, dTokens: usize, first: i32, last: i32,
): void {
  const width = <usize>columns << 2;
  const end = <usize>last << 2;
  for (let k: usize = 0; k < <usize>count << 2; k += 4) {
    const f = load<f32>(feedback + k);
    const weight = f32x4.splat(f), rest = f32x4.splat(1 - f);
    const to = dTable + <usize>load<i32>(item + k) * width;
    for (let d: usize = <usize>first << 2; d < end; d += 16) {
      const sum = madd(weight, v128.load(dTokens + d), v128.load(to + d));
      v128.store(to + d, madd(rest, v128.load(dTokens + width + d), sum));
    }
    dTokens += 2 * width;
  }
}
