import { countAllowed } from '@ialp/core';
import type { Ranking } from '../../policy.js';
import type { Address, Arena } from '../arena.js';
import { BLOCK } from '../encoders/encoder.js';
import type { Kernels } from '../kernels.js';
import { padded } from '../parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import { type AllowedMask, openBlocks } from './allowed-mask.js';
import { FORBIDDEN, notFinite } from './block-softmax.js';
import type { QuantisedScorer } from './quantised-scorer.js';
import { mergeTop } from './ranking.js';
import { ITEM_BLOCK, MIN_SHARED_PRODUCTS, type ScoredStates, type Scorer } from './scorer.js';

/** Items of a list that are scored exactly in one call. */
const LISTED = 64;

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
  reserve(hidden: number): void {
    const { threads } = this.#threadPool;
    this.#width = hidden;
    this.#scores = this.#arena.allocateFloats(threads * BLOCK * ITEM_BLOCK);
    this.#copies = this.#arena.allocateFloats(threads * LISTED * hidden);
  }

  /**
   * The `count` allowed items of greatest score in each state, ranked by their exact scores, ties in catalogue order; -1 where fewer are allowed.
   * @throws {DivergenceError} for scores that are not finite.
   */
  best(scored: ScoredStates, exact: Scorer, count: number): Ranking {
    const { rows } = scored.states;
    const { threads } = this.#threadPool;
    const kept = Math.min(count, this.#items);
    const length = threads * rows * kept;
    const before = this.#arena.mark;
    const scores = this.#arena.allocateFloats(2 * length);
    this.#arena.release(before);
    const items = scores + 4 * length;
    this.#arena.floats(scores, length).fill(FORBIDDEN);
    this.#arena.integers(items, length).fill(-1);
    this.#select(scored, kept, scores, items);
    const lists = [this.#arena.floats(scores, length), this.#arena.integers(items, length)] as const;
    const selected = mergeTop(...lists, threads, rows, kept, count);
    for (let row = 0; row < rows; row++) {
      const last = Math.min(kept, countAllowed(scored.states, row)) - 1;
      // A score that is no number enters no list.
      if (selected.items[row * count + last] === -1) throw notFinite(row);
    }
    if (scored.scorer !== exact) this.#rescore(selected, rows, { ...scored, scorer: exact }, scores, items);
    const wrong = selected.scores.findIndex((score) => !Number.isFinite(score));
    if (wrong !== -1) throw notFinite(Math.floor(wrong / count));
    return selected;
  }

  /** Fills `[threads, rows, count]` lists, sorted by score. */
  #select({ states, state, scorer }: ScoredStates, count: number, scores: Address, items: Address): void {
    scorer.prepare(this.#threadPool, state, states.rows);
    for (let from = 0; from < states.rows; from += BLOCK) {
      const to = Math.min(states.rows, from + BLOCK);
      // Few states are scored on more items at once, which takes fewer calls.
      const size = Math.floor(BLOCK / (to - from)) * ITEM_BLOCK;
      const blocks = openBlocks(states.available, size);
      this.#mask.load(states, from, to);
      const together = (to - from) * blocks.length * size * scorer.hidden >= MIN_SHARED_PRODUCTS;
      this.#threadPool.run((kernels, share) => {
        if (share.thread > 0 && !together) return;
        const own = this.#scores + 4 * share.thread * BLOCK * ITEM_BLOCK;
        const list = (row: number): number => 4 * (share.thread * states.rows + row) * count;
        for (let k = share.thread; k < blocks.length; k += together ? share.threads : 1) {
          const first = blocks[k] * size;
          const columns = padded(Math.min(size, this.#items - first));
          scorer.score(kernels, state, from, to, first, columns, own);
          kernels.forbid(own, this.#mask.of(first), this.#mask.rowBytes, to - from, columns);
          for (let row = from; row < to; row++) {
            const of = own + 4 * (row - from) * columns;
            kernels.addToHeap(of, columns, first, scores + list(row), items + list(row), count);
          }
        }
        for (let row = from; row < to; row++) kernels.sortEntries(scores + list(row), items + list(row), count);
      });
    }
  }

  /** Ranks lists by their exact scores, which are computed in the memory of the lists. */
  #rescore(lists: Ranking, rows: number, exact: ScoredStates, scores: Address, items: Address): void {
    const count = lists.items.length / rows;
    const kept = Math.min(count, this.#items);
    const found = Int32Array.from({ length: rows }, (_, row) => {
      const end = lists.items.subarray(row * count, (row + 1) * count).indexOf(-1);
      return end === -1 ? kept : end;
    });
    const [ownScores, ownItems] = [this.#arena.floats(scores, rows * kept), this.#arena.integers(items, rows * kept)];
    for (let row = 0; row < rows; row++) {
      ownItems.set(lists.items.subarray(row * count, row * count + kept), row * kept);
    }
    this.#threadPool.run((kernels, share) => {
      for (let row = 0; row < rows; row++) {
        if (!share.takes(row)) continue;
        const at = 4 * row * kept;
        this.#scoreList(kernels, share.thread, exact, row, items + at, scores + at, found[row]);
        kernels.sortEntries(scores + at, items + at, found[row]);
      }
    });
    for (let row = 0; row < rows; row++) {
      const [own, to] = [row * kept, row * count];
      lists.scores.set(ownScores.subarray(own, own + found[row]), to);
      lists.items.set(ownItems.subarray(own, own + found[row]), to);
    }
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
