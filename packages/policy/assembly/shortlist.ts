/**
 * The items of greatest score of a whole catalogue, many at once: a heap whose root is the one to leave next. `keepBest` moves half of the list for
 * each item that enters it, a heap a few entries.
 *
 * An entry is a number of 64 bits whose order is that of the ranking: the score's bits, made comparable as integers, above the complement of the
 * item, so that of equal scores the earlier item ranks higher. Comparisons then need no branches, which could not be predicted.
 */
import { FORBIDDEN } from './softmax';

/** What ranks below every item: the score FORBIDDEN and the item -1. */
// @ts-ignore: decorator
@inline
function nothing(): i64 {
  return entryOf(FORBIDDEN, -1);
}

// @ts-ignore: decorator
@inline
function entryOf(score: f32, item: i32): i64 {
  // -0 becomes 0.
  const bits = reinterpret<i32>(score + 0);
  const order = bits ^ ((bits >> 31) & i32.MAX_VALUE);
  return (<i64>order << 32) | <i64>(<u32>~item);
}

// @ts-ignore: decorator
@inline
function scoreOf(entry: i64): f32 {
  const order = <i32>(entry >> 32);
  return reinterpret<f32>(order ^ ((order >> 31) & i32.MAX_VALUE));
}

/** Puts an entry at the root of a heap of `end` bytes, or below it where entries rank lower. */
// @ts-ignore: decorator
@inline
function replaceRoot(heap: usize, end: usize, entry: i64): void {
  let place: usize = 0;
  for (;;) {
    let child: usize = 2 * place + 8;
    if (child >= end) break;
    // The last child may have no sibling: then it is compared with itself.
    const sibling = min(child + 8, end - 8);
    const first = load<i64>(heap + child), second = load<i64>(heap + sibling);
    child = select(sibling, child, second < first);
    const lowest = min(first, second);
    if (lowest >= entry) break;
    store<i64>(heap + place, lowest);
    place = child;
  }
  store<i64>(heap + place, entry);
}

/** Empties a heap of `count` entries. */
export function clearHeap(heap: usize, count: i32): void {
  const end = heap + (<usize>count << 3);
  for (; heap < end; heap += 8) store<i64>(heap, nothing());
}

/**
 * Puts the greatest scores of one row into a heap of `count` entries. The row's items are numbered from `first`, and come after those that are in the
 * heap: of equal scores the earlier ones stay. Scores up to FORBIDDEN, and what is no number, do not enter.
 */
export function addToHeap(row: usize, columns: i32, first: i32, heap: usize, count: i32): void {
  const width = <usize>columns << 2, end = <usize>count << 3;
  let least = scoreOf(load<i64>(heap));
  for (let j: usize = 0; j < width; j += 16) {
    if (!v128.any_true(f32x4.gt(v128.load(row + j), f32x4.splat(least)))) continue;
    for (let at: usize = j; at < j + 16; at += 4) {
      const score = load<f32>(row + at);
      if (!(score > least)) continue;
      replaceRoot(heap, end, entryOf(score, first + <i32>(at >> 2)));
      least = scoreOf(load<i64>(heap));
    }
  }
}

/** Puts listed items with their scores into a heap of `count` entries, in any order; -1 for none. */
export function addEntries(scores: usize, items: usize, listed: i32, heap: usize, count: i32): void {
  const end = <usize>count << 3;
  for (let at: usize = 0; at < <usize>listed << 2; at += 4) {
    const entry = entryOf(load<f32>(scores + at), load<i32>(items + at));
    if (load<i32>(items + at) >= 0 && entry > load<i64>(heap)) replaceRoot(heap, end, entry);
  }
}

/** Writes the entries of a heap, best first, and empties it; places without an item hold FORBIDDEN and -1. */
export function sortHeap(heap: usize, scores: usize, items: usize, count: i32): void {
  for (let last = <usize>count << 3; last > 0; ) {
    last -= 8;
    const entry = load<i64>(heap), moved = load<i64>(heap + last);
    store<f32>(scores + (last >> 1), scoreOf(entry));
    store<i32>(items + (last >> 1), ~(<i32>entry));
    if (last > 0) replaceRoot(heap, last, moved);
  }
  clearHeap(heap, count);
}
