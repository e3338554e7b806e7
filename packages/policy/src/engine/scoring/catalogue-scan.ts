import { checkInteger, countAllowed, isAllowed } from '@ialp/core';
import { DivergenceError, NothingAllowedError } from '../../errors.js';
import type { States } from '../../network.js';
import type { Ranking } from '../../policy.js';
import type { Address, Arena } from '../arena.js';
import { BLOCK } from '../encoders/encoder.js';
import type { Kernels } from '../kernels.js';
import { padded } from '../parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import { mergeTop } from './ranking.js';
import { ITEM_BLOCK, type Scorer } from './scorer.js';

/** Score of a forbidden item; the greatest score of a row that allows no item. */
const FORBIDDEN = Math.fround(-1e30);

/** Number of products above which the work is shared among threads. */
const MIN_SHARED_PRODUCTS = 2 ** 21;

/** Called with a block's scores in the states of rows `from` up to `to`. */
type Visit = (kernels: Kernels, thread: number, scores: Address, from: number, to: number, block: number) => void;

/** The softmax of one state by blocks of items, without the items that were taken. */
export interface RowSoftmax {
  row: number;
  /** `[blocks]`: greatest score, and `log sum exp` of the differences from it. */
  readonly peak: Float32Array;
  readonly lse: Float32Array;
  /** The greatest score, and the sum of `exp(score - top)`. */
  top: number;
  total: number;
  /** Items that were taken. */
  readonly taken: number[];
}

/**
 * Scans the catalogue for a batch of states in blocks of items, without a matrix of all states and items: exact softmax, sampling and
 * top items.
 *
 * For the softmax it stores the greatest score of each state and block, and `log sum exp` of the differences from it. To sample, it
 * draws a block by these and computes the block's scores again.
 */
export class CatalogueScan {
  readonly #arena: Arena;
  readonly #threadPool: ThreadPool;
  readonly #items: number;
  readonly #blocks: number;
  /** Bytes of one row of the mask; the padding after the last item is 0 (forbidden). */
  readonly #maskRow: number;
  #mask: Address = 0;
  /** For each thread, `[BLOCK, ITEM_BLOCK]` scores and `[BLOCK]` unused entropies. */
  #scores: Address = 0;
  #unread: Address = 0;
  /** `[blocks, rows]` */
  #peak: Address = 0;
  #lse: Address = 0;
  #item: Address = 0;
  #score: Address = 0;
  #uniform: Address = 0;
  #rows = 0;
  /** `[blocks, rows]`: copies of `#peak` and `#lse` after `softmax`. */
  #peaks: Float32Array = new Float32Array(0);
  #sums: Float32Array = new Float32Array(0);
  readonly #row: RowSoftmax;
  /** `[rows]`: the greatest score, and the sum of `exp(score - top)`. */
  #top = new Float32Array(0);
  #total = new Float64Array(0);

  constructor(arena: Arena, threadPool: ThreadPool, items: number) {
    this.#arena = arena;
    this.#threadPool = threadPool;
    this.#items = items;
    this.#blocks = Math.ceil(items / ITEM_BLOCK);
    this.#maskRow = padded(items);
    const blocks = (): Float32Array => new Float32Array(this.#blocks);
    this.#row = { row: 0, peak: blocks(), lse: blocks(), top: 0, total: 0, taken: [] };
  }

  reserve(rows: number): void {
    const arena = this.#arena;
    const { threads } = this.#threadPool;
    const maskBytes = Math.min(BLOCK, rows) * this.#maskRow;
    this.#mask = arena.allocate(maskBytes);
    this.#scores = arena.allocateFloats(threads * BLOCK * ITEM_BLOCK);
    this.#unread = arena.allocateFloats(threads * BLOCK);
    this.#peak = arena.allocateFloats(this.#blocks * rows);
    this.#lse = arena.allocateFloats(this.#blocks * rows);
    this.#item = arena.allocateFloats(rows);
    this.#score = arena.allocateFloats(rows);
    this.#uniform = arena.allocateFloats(1);
    arena.bytes(this.#mask, maskBytes).fill(0);
    this.#top = new Float32Array(rows);
    this.#total = new Float64Array(rows);
  }

  #columns(block: number): number {
    return padded(Math.min(ITEM_BLOCK, this.#items - block * ITEM_BLOCK));
  }

  /** Writes what some rows allow, in a range of items, to the kernels' padded rows. */
  #loadMask({ items, available, exclusions }: States, from: number, to: number, first = 0, last = items): void {
    const rows = this.#arena.bytes(this.#mask, (to - from) * this.#maskRow);
    const { offset, count, items: excluded } = exclusions;
    for (let row = from; row < to; row++) {
      const start = (row - from) * this.#maskRow;
      rows.set(available.subarray(first, last), start + first);
      const end = offset[row] + count[row];
      for (let place = offset[row]; place < end; place++) {
        const item = excluded[place];
        if (item >= first && item < last) rows[start + item] = 0;
      }
    }
  }

  /** Scores every block of items for every block of rows; blocks of items are shared among the threads. */
  #scan(states: States, state: Address, scorer: Scorer, visit: Visit): void {
    scorer.prepare(this.#threadPool, state, states.rows);
    for (let from = 0; from < states.rows; from += BLOCK) {
      const to = Math.min(states.rows, from + BLOCK);
      this.#loadMask(states, from, to);
      // Waking the other threads takes longer than a small amount of work.
      const together = (to - from) * this.#items * scorer.hidden >= MIN_SHARED_PRODUCTS;
      this.#threadPool.run((kernels, share) => {
        if (share.thread > 0 && !together) return;
        const scores = this.#scores + 4 * share.thread * BLOCK * ITEM_BLOCK;
        for (let block = share.thread; block < this.#blocks; block += together ? share.threads : 1) {
          scorer.score(kernels, state, from, to, block * ITEM_BLOCK, this.#columns(block), scores);
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
  softmax(states: States, state: Address, scorer: Scorer): void {
    this.#scan(states, state, scorer, (...block) => this.#softmaxOf(states.rows, block));
    this.#joinBlocks(states.rows);
  }

  /** Computes the greatest score and `log sum exp` of each state in a block of items. The scores are overwritten. */
  #softmaxOf(all: number, [kernels, thread, scores, from, to, block]: Parameters<Visit>): void {
    const place = 4 * (block * all + from);
    const unread = this.#unread + 4 * thread * BLOCK;
    const mask = this.#mask + block * ITEM_BLOCK;
    const [peak, lse] = [this.#peak + place, this.#lse + place];
    kernels.softmax(scores, mask, this.#maskRow, peak, lse, unread, to - from, this.#columns(block));
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
      for (let at = row; at < peaks.length; at += rows) total += this.#mass(peaks[at], sums[at], top);
      this.#top[row] = top;
      this.#total[row] = total;
    }
  }

  #mass(peak: number, lse: number, top: number): number {
    return peak === FORBIDDEN ? 0 : Math.exp(lse + (peak - top));
  }

  /**
   * After `softmax`: the softmax of one state by blocks of items, from which items can be removed. The object is the same in every call, so
   * that a draw allocates nothing.
   */
  rowOf(row: number): RowSoftmax {
    const softmax = this.#row;
    const { peak, lse } = softmax;
    const rows = this.#rows;
    for (let block = 0; block < peak.length; block++) {
      peak[block] = this.#peaks[block * rows + row];
      lse[block] = this.#sums[block * rows + row];
    }
    softmax.row = row;
    softmax.top = this.#top[row];
    softmax.total = this.#total[row];
    softmax.taken.length = 0;
    return softmax;
  }

  /** Removes an item from the softmax of a state. @returns whether the state allows another item. */
  take(states: States, state: Address, scorer: Scorer, softmax: RowSoftmax, item: number): boolean {
    const { row, peak, lse, taken } = softmax;
    taken.push(item);
    const block = Math.floor(item / ITEM_BLOCK);
    this.#scoreBlock(states, state, scorer, softmax, block);
    const { kernels } = this.#threadPool;
    const mask = this.#mask + block * ITEM_BLOCK;
    kernels.softmax(this.#scores, mask, this.#maskRow, this.#score, this.#item, this.#unread, 1, this.#columns(block));
    peak[block] = this.#arena.floats(this.#score, 1)[0];
    lse[block] = this.#arena.floats(this.#item, 1)[0];
    softmax.top = peak.reduce((most, value) => Math.max(most, value), FORBIDDEN);
    if (softmax.top === FORBIDDEN) return false;
    softmax.total = peak.reduce((sum, value, k) => sum + this.#mass(value, lse[k], softmax.top), 0);
    if (!(softmax.total > 0)) throw notFinite(row);
    return true;
  }

  /** Scores a block of items in a state, and loads what the state allows of them without those taken. */
  #scoreBlock(states: States, state: Address, scorer: Scorer, { row, taken }: RowSoftmax, block: number): void {
    const first = block * ITEM_BLOCK;
    const last = Math.min(this.#items, first + ITEM_BLOCK);
    this.#loadMask(states, row, row + 1, first, last);
    const mask = this.#arena.bytes(this.#mask, this.#maskRow);
    for (const item of taken) if (item >= first && item < last) mask[item] = 0;
    scorer.score(this.#threadPool.kernels, state, row, row + 1, first, this.#columns(block), this.#scores);
  }

  /** Samples an item of a state's softmax by inverting the distribution function in catalogue order. */
  draw(states: States, state: Address, scorer: Scorer, softmax: RowSoftmax, uniform: number): number {
    const { peak, lse, top, total } = softmax;
    let left = uniform * total;
    let block = 0;
    let mass = 0;
    let within = 1;
    for (let at = 0; at < this.#blocks; at++) {
      const next = this.#mass(peak[at], lse[at], top);
      if (next === 0) continue;
      [block, mass] = [at, next];
      if (left < mass) {
        within = left / mass;
        break;
      }
      left -= mass;
    }
    this.#scoreBlock(states, state, scorer, softmax, block);
    const { kernels } = this.#threadPool;
    const first = block * ITEM_BLOCK;
    const columns = this.#columns(block);
    const [peakOf, lseOf] = [this.#score, this.#unread];
    kernels.softmax(this.#scores, this.#mask + first, this.#maskRow, peakOf, lseOf, this.#unread + 4, 1, columns);
    this.#arena.floats(this.#uniform, 1)[0] = within;
    kernels.sample(this.#scores, peakOf, lseOf, this.#uniform, this.#item, 1, columns);
    return first + this.#arena.integers(this.#item, 1)[0];
  }

  /** After `softmax`: `[rows]`, the probability of one item of each state; 0 for one that is not allowed. */
  propensity(states: States, state: Address, scorer: Scorer, items: Int32Array): Float32Array {
    const result = this.scores(states, state, scorer, items);
    for (let row = 0; row < this.#rows; row++) {
      const isPossible = isAllowed(states, row, items[row]);
      result[row] = isPossible ? Math.exp(result[row] - this.#top[row]) / this.#total[row] : 0;
    }
    return result;
  }

  /** `[rows]`: the score of one item of each state; 0 for an index that is not an item. */
  scores({ rows, items }: States, state: Address, scorer: Scorer, chosen: Int32Array): Float32Array {
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
  top(states: States, state: Address, scorer: Scorer, count: number, withSoftmax = false): Ranking {
    checkInteger('count', count, 1);
    const [rows, kept] = [states.rows, Math.min(count, this.#items)];
    const { threads } = this.#threadPool;
    const length = threads * rows * kept;
    const before = this.#arena.mark;
    const best = this.#arena.allocateFloats(2 * length);
    this.#arena.release(before);
    const items = best + 4 * length;
    this.#arena.floats(best, length).fill(FORBIDDEN);
    this.#arena.integers(items, length).fill(-1);
    this.#scan(states, state, scorer, (kernels, thread, scores, from, to, block) => {
      const columns = this.#columns(block);
      kernels.forbid(scores, this.#mask + block * ITEM_BLOCK, this.#maskRow, to - from, columns);
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

function notFinite(row: number): DivergenceError {
  return new DivergenceError(`The scores of row ${row} are not finite: its feedback or the weights are too large.`);
}
