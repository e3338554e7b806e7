import { checkInteger, countAllowed, isAllowed } from '@ialp/core';
import { NothingAllowedError } from '../../errors.js';
import type { States } from '../../network.js';
import type { Ranking } from '../../policy.js';
import type { Address, Arena } from '../arena.js';
import { BLOCK } from '../encoders/encoder.js';
import type { Kernels } from '../kernels.js';
import { padded } from '../parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import { AllowedMask, openBlocks } from './allowed-mask.js';
import { FORBIDDEN, massOf, notFinite } from './block-softmax.js';
import { KeptScores } from './kept-scores.js';
import { mergeTop } from './ranking.js';
import { RowSoftmax } from './row-softmax.js';
import { ITEM_BLOCK, MIN_SHARED_PRODUCTS, type ScoredStates } from './scorer.js';

/** Called with a block's scores in the states of rows `from` up to `to`. */
type Visit = (kernels: Kernels, thread: number, scores: Address, from: number, to: number, block: number) => void;

/**
 * Scans the catalogue for a batch of states in blocks of items, without a matrix of all states and items: exact softmax, sampling and
 * top items.
 *
 * For the softmax it stores the greatest score of each state and block, and `log sum exp` of the differences from it. To sample, a block is
 * drawn by these, and its scores are computed again; those of a single state are kept. Blocks without an available item are passed over.
 */
export class CatalogueScan {
  readonly #arena: Arena;
  readonly #threadPool: ThreadPool;
  readonly #items: number;
  readonly #blocks: number;
  /** What the states of a block of rows allow. */
  readonly mask: AllowedMask;
  readonly #kept: KeptScores;
  readonly #row: RowSoftmax;
  /** For each thread, `[BLOCK, ITEM_BLOCK]` scores and `[BLOCK]` unused entropies. */
  #scores: Address = 0;
  #unread: Address = 0;
  /** `[blocks, rows]` */
  #peak: Address = 0;
  #lse: Address = 0;
  #item: Address = 0;
  #score: Address = 0;
  #rows = 0;
  /** `[blocks, rows]`: copies of `#peak` and `#lse` after `softmax`. */
  #peaks: Float32Array = new Float32Array(0);
  #sums: Float32Array = new Float32Array(0);
  /** `[rows]`: the greatest score, and the sum of `exp(score - top)`. */
  #top = new Float32Array(0);
  #total = new Float64Array(0);

  constructor(arena: Arena, threadPool: ThreadPool, items: number) {
    this.#arena = arena;
    this.#threadPool = threadPool;
    this.#items = items;
    this.#blocks = Math.ceil(items / ITEM_BLOCK);
    this.mask = new AllowedMask(arena, items);
    this.#kept = new KeptScores(arena, items);
    this.#row = new RowSoftmax(arena, threadPool, items, this.mask, this.#kept);
  }

  reserve(rows: number): void {
    const arena = this.#arena;
    const { threads } = this.#threadPool;
    this.mask.reserve(Math.min(BLOCK, rows));
    this.#kept.reserve();
    this.#row.reserve();
    this.#scores = arena.allocateFloats(threads * BLOCK * ITEM_BLOCK);
    this.#unread = arena.allocateFloats(threads * BLOCK);
    this.#peak = arena.allocateFloats(this.#blocks * rows);
    this.#lse = arena.allocateFloats(this.#blocks * rows);
    this.#item = arena.allocateFloats(rows);
    this.#score = arena.allocateFloats(rows);
    this.#top = new Float32Array(rows);
    this.#total = new Float64Array(rows);
  }

  #columns(block: number): number {
    return padded(Math.min(ITEM_BLOCK, this.#items - block * ITEM_BLOCK));
  }

  /**
   * Scores every block of items for every block of rows; blocks of items are shared among the threads.
   * @param keeps whether the scores are kept.
   */
  #scan({ states, state, scorer }: ScoredStates, keeps: boolean, visit: Visit): void {
    const blocks = openBlocks(states.available);
    // Those of the same states and scorer, as only a softmax is followed by a scan that does not keep its own.
    const areKept = !keeps && this.#kept.areOf(scorer);
    if (!areKept) scorer.prepare(this.#threadPool, state, states.rows);
    for (let from = 0; from < states.rows; from += BLOCK) {
      const to = Math.min(states.rows, from + BLOCK);
      this.mask.load(states, from, to);
      const together = (to - from) * blocks.length * ITEM_BLOCK * scorer.hidden >= MIN_SHARED_PRODUCTS;
      this.#threadPool.run((kernels, share) => {
        if (share.thread > 0 && !together) return;
        const own = this.#scores + 4 * share.thread * BLOCK * ITEM_BLOCK;
        for (let k = share.thread; k < blocks.length; k += together ? share.threads : 1) {
          const block = blocks[k];
          const scores = keeps || areKept ? this.#kept.at(block) : own;
          if (!areKept) scorer.score(kernels, state, from, to, block * ITEM_BLOCK, this.#columns(block), scores);
          visit(kernels, share.thread, scores, from, to, block);
        }
      });
    }
  }

  /** @throws {NothingAllowedError} for a state that allows no item. */
  checkAllowed(states: States): void {
    for (let row = 0; row < states.rows; row++) if (countAllowed(states, row) === 0) throw new NothingAllowedError(row);
  }

  /** Computes the softmax. @throws {DivergenceError} for scores that are not finite. */
  softmax(scored: ScoredStates): void {
    const { rows } = scored.states;
    this.#passOver(rows);
    this.#scan(scored, this.#kept.begin(rows, scored.scorer), (...block) => this.#softmaxOf(rows, block));
    this.#joinBlocks(rows);
  }

  /** Makes the softmax of every block that of one where nothing is allowed, which it stays where no item is available. */
  #passOver(rows: number): void {
    for (const address of [this.#peak, this.#lse]) this.#arena.floats(address, this.#blocks * rows).fill(FORBIDDEN);
  }

  /** Computes the greatest score and `log sum exp` of each state in a block of items. The scores are overwritten. */
  #softmaxOf(all: number, [kernels, thread, scores, from, to, block]: Parameters<Visit>): void {
    const place = 4 * (block * all + from);
    const unread = this.#unread + 4 * thread * BLOCK;
    const [mask, rowBytes] = [this.mask.at(block), this.mask.rowBytes];
    const [peak, lse] = [this.#peak + place, this.#lse + place];
    kernels.softmax(scores, mask, rowBytes, peak, lse, unread, to - from, this.#columns(block));
  }

  #joinBlocks(rows: number): void {
    this.#rows = rows;
    const peaks = this.#arena.floats(this.#peak, this.#blocks * rows).slice();
    const sums = this.#arena.floats(this.#lse, this.#blocks * rows).slice();
    this.#peaks = peaks;
    this.#sums = sums;
    for (let row = 0; row < rows; row++) {
      let top = FORBIDDEN;
      for (let at = row; at < peaks.length; at += rows) {
        if (!(sums[at] >= 0 || peaks[at] === FORBIDDEN)) throw notFinite(row);
        if (peaks[at] > top) top = peaks[at];
      }
      // Each state allows an item, whose score is below that of a forbidden item only after an overflow.
      if (top === FORBIDDEN) throw notFinite(row);
      let total = 0;
      for (let at = row; at < peaks.length; at += rows) total += massOf(peaks[at], sums[at], top);
      this.#top[row] = top;
      this.#total[row] = total;
    }
  }

  /** After `softmax`: the softmax of one state, from which items can be drawn and removed, until the next call. */
  rowOf(row: number): RowSoftmax {
    this.#row.begin(row, this.#peaks, this.#sums, this.#top[row], this.#total[row]);
    return this.#row;
  }

  /** After `softmax`: `[rows]`, the probability of one item of each state; 0 for one that is not allowed. */
  propensity(scored: ScoredStates, items: Int32Array): Float32Array {
    const { states } = scored;
    const result = this.allowedScores(scored, items);
    for (let row = 0; row < this.#rows; row++) {
      const isPossible = isAllowed(states, row, items[row]);
      result[row] = isPossible ? Math.exp(result[row] - this.#top[row]) / this.#total[row] : 0;
    }
    return result;
  }

  /** After `softmax`: `[rows]`, the score of one item of each state; any number for one that is not allowed. */
  allowedScores(scored: ScoredStates, items: Int32Array): Float32Array {
    if (!this.#kept.areOf(scored.scorer)) return this.scores(scored, items);
    const isItem = items[0] >= 0 && items[0] < this.#items;
    return Float32Array.of(isItem ? this.#kept.of(items[0]) : 0);
  }

  /** `[rows]`: the score of one item of each state; 0 for an index that is not an item. */
  scores({ states: { rows, items }, state, scorer }: ScoredStates, chosen: Int32Array): Float32Array {
    const item = this.#arena.integers(this.#item, rows);
    for (let row = 0; row < rows; row++) {
      item[row] = chosen[row] >= 0 && chosen[row] < items ? chosen[row] : -1;
    }
    scorer.scoreOf(this.#threadPool.kernels, state, this.#item, this.#score, rows);
    return this.#arena.floats(this.#score, rows).slice();
  }

  /**
   * The `count` allowed items of greatest score in each state, with their scores.
   * @param withSoftmax whether to compute the softmax in the same pass.
   */
  top(scored: ScoredStates, count: number, withSoftmax = false): Ranking {
    checkInteger('count', count, 1);
    const { states, scorer } = scored;
    const [rows, kept] = [states.rows, Math.min(count, this.#items)];
    const { threads } = this.#threadPool;
    const length = threads * rows * kept;
    const before = this.#arena.mark;
    const best = this.#arena.allocateFloats(2 * length);
    this.#arena.release(before);
    const items = best + 4 * length;
    this.#arena.floats(best, length).fill(FORBIDDEN);
    this.#arena.integers(items, length).fill(-1);
    if (withSoftmax) this.#passOver(rows);
    const keeps = withSoftmax && this.#kept.begin(rows, scorer);
    this.#scan(scored, keeps, (kernels, thread, scores, from, to, block) => {
      const columns = this.#columns(block);
      kernels.forbid(scores, this.mask.at(block), this.mask.rowBytes, to - from, columns);
      for (let row = from; row < to; row++) {
        const at = 4 * (thread * rows + row) * kept;
        const scoresOfRow = scores + 4 * (row - from) * columns;
        kernels.keepBest(scoresOfRow, columns, block * ITEM_BLOCK, best + at, items + at, kept);
      }
      if (withSoftmax) this.#softmaxOf(rows, [kernels, thread, scores, from, to, block]);
    });
    if (withSoftmax) this.#joinBlocks(rows);
    return mergeTop(this.#arena.floats(best, length), this.#arena.integers(items, length), threads, rows, kept, count);
  }

  /** After `softmax`: converts the scores of a ranking to probabilities. */
  toProbabilities({ items, scores }: Ranking): Ranking {
    const count = items.length / this.#rows;
    const probabilities = scores.map((score, at) => {
      const row = Math.floor(at / count);
      return items[at] < 0 ? 0 : Math.exp(score - this.#top[row]) / this.#total[row];
    });
    return { items, scores: probabilities };
  }
}
