import { countAllowed } from '@ialp/core';
import type { Ranking } from '../../policy.js';
import type { Address, Arena } from '../arena.js';
import { BLOCK } from '../encoders/encoder.js';
import type { Kernels } from '../kernels.js';
import { padded } from '../parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import { type AllowedMask, openBlocks } from './allowed-mask.js';
import { notFinite } from './block-softmax.js';
import type { QuantisedScorer } from './quantised-scorer.js';
import { ITEM_BLOCK, MIN_SHARED_PRODUCTS, type ScoredStates, type Scorer } from './scorer.js';

/** Items of a list that are scored exactly in one call. */
const LISTED = 64;

/** Addresses of the lists of each thread and row: heaps, and the scores and items of the entries once they are sorted. */
class Lists {
  /** Places in each list. */
  readonly length: number;
  readonly #start: Address;
  readonly #rows: number;
  readonly #all: number;

  /** @param all places in the lists of all threads. */
  constructor(start: Address, rows: number, length: number, all: number) {
    this.length = length;
    this.#start = start;
    this.#rows = rows;
    this.#all = all;
  }

  heap(thread: number, row: number): Address {
    return this.#start + 8 * this.#place(thread, row);
  }

  scores(thread: number, row: number): Address {
    return this.#start + 8 * this.#all + 4 * this.#place(thread, row);
  }

  items(thread: number, row: number): Address {
    return this.#start + 12 * this.#all + 4 * this.#place(thread, row);
  }

  #place(thread: number, row: number): number {
    return (thread * this.#rows + row) * this.length;
  }
}

/** Sorts a list, and empties its heap. */
function sort(kernels: Kernels, lists: Lists, thread: number, row: number): void {
  kernels.sortHeap(lists.heap(thread, row), lists.scores(thread, row), lists.items(thread, row), lists.length);
}

/**
 * Selects the allowed items of greatest score in each state, many at once, without a softmax over the catalogue. Each thread collects the best of
 * its part in a heap; which items are selected does not depend on the number of threads.
 */
export class ShortlistScan {
  readonly #arena: Arena;
  readonly #threadPool: ThreadPool;
  readonly #items: number;
  readonly #mask: AllowedMask;
  /** For each thread, scores of a block. */
  #scores: Address = 0;
  /** For each thread, `[LISTED]` copies of a state. */
  #copies: Address = 0;
  #width = 0;

  constructor(arena: Arena, threadPool: ThreadPool, items: number, mask: AllowedMask) {
    this.#arena = arena;
    this.#threadPool = threadPool;
    this.#items = items;
    this.#mask = mask;
  }

  /** Allocates for states of a width. The memory of the mask is that of the catalogue scan. */
  reserve(width: number): void {
    const { threads } = this.#threadPool;
    this.#width = width;
    this.#scores = this.#arena.allocateFloats(threads * BLOCK * ITEM_BLOCK);
    this.#copies = this.#arena.allocateFloats(threads * LISTED * width);
  }

  /**
   * The `count` allowed items of greatest score in each state, ranked by their exact scores, ties in catalogue order; -1 where fewer are allowed.
   * @throws {DivergenceError} for scores that are not finite.
   */
  best(scored: ScoredStates, exact: Scorer, count: number): Ranking {
    const { states } = scored;
    const { rows } = states;
    const { threads } = this.#threadPool;
    const kept = Math.min(count, this.#items);
    const before = this.#arena.mark;
    const length = threads * rows * kept;
    const lists = new Lists(this.#arena.allocate(16 * length), rows, kept, length);
    this.#arena.release(before);
    this.#join(lists, this.#select(scored, lists), { ...scored, scorer: exact }, scored.scorer !== exact);
    const ranking = { items: new Int32Array(rows * count).fill(-1), scores: new Float32Array(rows * count) };
    for (let row = 0; row < rows; row++) {
      const found = Math.min(kept, countAllowed(states, row));
      const items = this.#arena.integers(lists.items(0, row), found);
      const scores = this.#arena.floats(lists.scores(0, row), found);
      // A score that is no number may not enter a list.
      if (items[found - 1] === -1 || !scores.every(Number.isFinite)) throw notFinite(row);
      ranking.items.set(items, row * count);
      ranking.scores.set(scores, row * count);
    }
    return ranking;
  }

  /** Fills the lists of each thread from its part of the catalogue. @returns the number of parts. */
  #select({ states, state, scorer }: ScoredStates, lists: Lists): number {
    const { rows, available } = states;
    const { length } = lists;
    scorer.prepare(this.#threadPool, state, rows);
    const together = rows * this.#items * scorer.hidden >= MIN_SHARED_PRODUCTS;
    const parts = together ? this.#threadPool.threads : 1;
    for (let from = 0; from < rows; from += BLOCK) {
      const to = Math.min(rows, from + BLOCK);
      // Few states are scored on more items at once, which takes fewer calls.
      const size = Math.floor(BLOCK / (to - from)) * ITEM_BLOCK;
      const blocks = openBlocks(available, size);
      this.#mask.load(states, from, to);
      this.#threadPool.run((kernels, { thread }) => {
        if (thread >= parts) return;
        const own = this.#scores + 4 * thread * BLOCK * ITEM_BLOCK;
        for (let row = from; row < to; row++) kernels.clearHeap(lists.heap(thread, row), length);
        for (let k = thread; k < blocks.length; k += parts) {
          const first = blocks[k] * size;
          const columns = padded(Math.min(size, this.#items - first));
          scorer.score(kernels, state, from, to, first, columns, own);
          kernels.forbid(own, this.#mask.of(first), this.#mask.rowBytes, to - from, columns);
          for (let row = from; row < to; row++) {
            kernels.addToHeap(own + 4 * (row - from) * columns, columns, first, lists.heap(thread, row), length);
          }
        }
        for (let row = from; row < to; row++) sort(kernels, lists, thread, row);
      });
    }
    return parts;
  }

  /** Joins the lists of several parts to those of the first thread, ranked by their exact scores. */
  #join(lists: Lists, parts: number, exact: ScoredStates, isRounded: boolean): void {
    const { length } = lists;
    if (parts === 1 && !isRounded) return;
    this.#threadPool.run((kernels, share) => {
      for (let row = 0; row < exact.states.rows; row++) {
        if (!share.takes(row)) continue;
        const [scores, items, heap] = [lists.scores(0, row), lists.items(0, row), lists.heap(0, row)];
        if (parts > 1) {
          for (let part = 0; part < parts; part++) {
            kernels.addEntries(lists.scores(part, row), lists.items(part, row), length, heap, length);
          }
          sort(kernels, lists, 0, row);
        }
        if (!isRounded) continue;
        this.#scoreList(kernels, share.thread, exact, row, items, scores, length);
        kernels.addEntries(scores, items, length, heap, length);
        sort(kernels, lists, 0, row);
      }
    });
  }

  /** `[rows, count]`: exact scores of listed items, -Infinity for -1. */
  scoresOf({ states: { rows }, state, scorer }: ScoredStates, listed: Int32Array): Float32Array {
    const { length } = listed;
    const count = length / rows;
    const before = this.#arena.mark;
    const scores = this.#arena.allocateFloats(2 * length);
    this.#arena.release(before);
    const items = scores + 4 * length;
    this.#arena.integers(items, length).set(listed);
    const scored = { state, scorer };
    this.#threadPool.run((kernels, share) => {
      for (let row = 0; row < rows; row++) {
        const at = 4 * row * count;
        if (share.takes(row)) this.#scoreList(kernels, share.thread, scored, row, items + at, scores + at, count);
      }
    });
    return this.#arena
      .floats(scores, length)
      .map((score, place) => (listed[place] < 0 ? Number.NEGATIVE_INFINITY : score));
  }

  /** `[rows]`: how far a rounded score can be from the exact one, at most. */
  errorBounds({ states: { rows }, state }: ScoredStates, rounded: QuantisedScorer): Float32Array {
    rounded.prepare(this.#threadPool, state, rows);
    return rounded.errorBounds(state, rows);
  }

  /** Exact scores of items in one state. */
  #scoreList(
    kernels: Kernels,
    thread: number,
    { state, scorer }: Pick<ScoredStates, 'state' | 'scorer'>,
    row: number,
    items: Address,
    scores: Address,
    count: number,
  ): void {
    const copies = this.#copies + 4 * thread * LISTED * this.#width;
    kernels.fillRows(state + 4 * row * this.#width, copies, Math.min(count, LISTED), this.#width);
    for (let first = 0; first < count; first += LISTED) {
      const [own, to] = [items + 4 * first, scores + 4 * first];
      scorer.scoreOf(kernels, copies, own, to, Math.min(LISTED, count - first));
    }
  }
}
