/**
 * The items of greatest score of a whole catalogue, many at once: a heap whose root is the one to leave next. `keepBest` moves half of the list for
 * each item that enters it, a heap a few entries.
 */

/** Whether one entry ranks below another: a lower score, or of equal scores the later item. */
// @ts-ignore: decorator
@inline
function ranksBelow(score: f32, item: i32, otherScore: f32, otherItem: i32): bool {
  return score < otherScore || (score == otherScore && item > otherItem);
}

/** Puts an entry at byte `place` of a heap of `end` bytes, or below it where entries rank lower. */
function sink(scores: usize, items: usize, place: usize, end: usize, score: f32, item: i32): void {
  for (;;) {
    let child: usize = 2 * place + 4;
    if (child >= end) break;
    let lowest = load<f32>(scores + child), lowestItem = load<i32>(items + child);
    if (child + 4 < end) {
      const other = load<f32>(scores + child + 4), otherItem = load<i32>(items + child + 4);
      if (ranksBelow(other, otherItem, lowest, lowestItem)) {
        child += 4;
        lowest = other;
        lowestItem = otherItem;
      }
    }
    if (!ranksBelow(lowest, lowestItem, score, item)) break;
    store<f32>(scores + place, lowest);
    store<i32>(items + place, lowestItem);
    place = child;
  }
  store<f32>(scores + place, score);
  store<i32>(items + place, item);
}

/**
 * Puts the greatest scores of one row into a heap of `count` entries, whose root ranks lowest. Entries of no item have the score FORBIDDEN and the
 * item -1. The row's items are numbered from `first`, and come after those that are in the heap: of equal scores the earlier ones stay.
 */
export function addToHeap(row: usize, columns: i32, first: i32, scores: usize, items: usize, count: i32): void {
  const width = <usize>columns << 2, end = <usize>count << 2;
  let least = v128.load32_splat(scores);
  for (let j: usize = 0; j < width; j += 16) {
    if (!v128.any_true(f32x4.gt(v128.load(row + j), least))) continue;
    for (let lane: usize = j; lane < j + 16; lane += 4) {
      const score = load<f32>(row + lane);
      if (score > load<f32>(scores)) sink(scores, items, 0, end, score, first + <i32>(lane >> 2));
    }
    least = v128.load32_splat(scores);
  }
}

/** Sorts entries by their scores, the greatest first, of equal ones the earlier item. */
export function sortEntries(scores: usize, items: usize, count: i32): void {
  const end = <usize>count << 2;
  for (let k = count >> 1; k > 0; k--) {
    const place = <usize>(k - 1) << 2;
    sink(scores, items, place, end, load<f32>(scores + place), load<i32>(items + place));
  }
  for (let last = end; last > 4; ) {
    last -= 4;
    const score = load<f32>(scores + last), item = load<i32>(items + last);
    store<f32>(scores + last, load<f32>(scores));
    store<i32>(items + last, load<i32>(items));
    sink(scores, items, 0, last, score, item);
  }
}
