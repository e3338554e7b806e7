/** Choosing items by their logits: at random from the softmax, or the best. */
import { exp4 } from './exponential';
import { sumOf } from './simd';
import { FORBIDDEN } from './softmax';

/** Items that `sample` adds up at once before it looks where it is: 16 vectors. */
const STRETCH: usize = 256;

/**
 * Draws an item from each row's softmax by inverting its distribution function at `uniform[b]`: first the stretch of
 * items in which it lies, then the item. A row in which nothing is allowed gives -1.
 */
export function sample(
  logits: usize, peak: usize, lse: usize, uniform: usize, item: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    const x = logits + <usize>row * width;
    const at = <usize>row << 2;
    const logSum = load<f32>(lse + at);
    if (logSum == FORBIDDEN) {
      store<i32>(item + at, -1);
      continue;
    }
    const top = v128.load32_splat(peak + at), shift = f32x4.splat(logSum);
    let left = load<f32>(uniform + at);
    let start: usize = 0;
    let last: usize = 0;
    for (; start < width; start += STRETCH) {
      const end = min(start + STRETCH, width);
      let total = f32x4.splat(0);
      for (let j = start; j < end; j += 16) total = f32x4.add(total, exp4(f32x4.sub(f32x4.sub(v128.load(x + j), top), shift)));
      const sum = sumOf(total);
      if (sum > left) break;
      if (sum > 0) last = start;
      left -= sum;
    }
    // Rounding may leave the sum of all a little below 1: the last item that has any probability then stands in.
    if (start >= width) {
      start = last;
      left = f32.MAX_VALUE;
    }
    store<i32>(item + at, itemAt(x, start, min(start + STRETCH, width), top, shift, left));
  }
}

/** The first item of a stretch at which the sum of probabilities passes `target`, else its last with any probability. */
function itemAt(x: usize, start: usize, end: usize, top: v128, shift: v128, target: f32): i32 {
  let sum: f32 = 0;
  let drawn: usize = start;
  for (let j = start; j < end; j += 16) {
    const p = exp4(f32x4.sub(f32x4.sub(v128.load(x + j), top), shift));
    const p0 = f32x4.extract_lane(p, 0), p1 = f32x4.extract_lane(p, 1);
    const p2 = f32x4.extract_lane(p, 2), p3 = f32x4.extract_lane(p, 3);
    if (p0 > 0) drawn = j;
    sum += p0;
    if (sum > target) break;
    if (p1 > 0) drawn = j + 4;
    sum += p1;
    if (sum > target) break;
    if (p2 > 0) drawn = j + 8;
    sum += p2;
    if (sum > target) break;
    if (p3 > 0) drawn = j + 12;
    sum += p3;
    if (sum > target) break;
  }
  return <i32>(drawn >> 2);
}

/**
 * Keeps the greatest logits of one row: `best` holds `count` scores in descending order with the items they belong to,
 * and whatever of the row is greater is put in its place. Equal ones stay in the order in which they came. `count` is
 * at least 1; the row's items are numbered from `first`.
 */
export function keepBest(logits: usize, columns: i32, first: i32, best: usize, items: usize, count: i32): void {
  const width = <usize>columns << 2;
  const last = best + (<usize>(count - 1) << 2);
  let least = v128.load32_splat(last);
  for (let j: usize = 0; j < width; j += 16) {
    const x = v128.load(logits + j);
    if (!v128.any_true(f32x4.gt(x, least))) continue;
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const score = load<f32>(logits + j + lane);
      if (!(score > load<f32>(last))) continue;
      let place = (<usize>(count - 1)) << 2;
      for (; place > 0 && load<f32>(best + place - 4) < score; place -= 4) {
        store<f32>(best + place, load<f32>(best + place - 4));
        store<i32>(items + place, load<i32>(items + place - 4));
      }
      store<f32>(best + place, score);
      store<i32>(items + place, first + <i32>((j + lane) >> 2));
    }
    least = v128.load32_splat(last);
  }
}
