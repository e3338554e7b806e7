import type { Address, Arena } from '../arena.js';
import { padded } from '../parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import type { AllowedMask } from './allowed-mask.js';
import { FORBIDDEN, massOf, notFinite } from './block-softmax.js';
import type { KeptScores } from './kept-scores.js';
import { ITEM_BLOCK, type ScoredStates } from './scorer.js';

/**
 * The softmax of one state by blocks of items, from which items are drawn and removed. The object is the same for every state, so that a draw
 * allocates little.
 */
export class RowSoftmax {
  /** The greatest score, and the sum of `exp(score - top)`. */
  top = 0;
  total = 0;
  /** Items that were removed. */
  readonly taken: number[] = [];
  readonly #arena: Arena;
  readonly #threadPool: ThreadPool;
  readonly #items: number;
  readonly #mask: AllowedMask;
  readonly #kept: KeptScores;
  /** `[blocks]`: greatest score, and `log sum exp` of the differences from it. */
  readonly #peak: Float32Array;
  readonly #lse: Float32Array;
  #row = 0;
  /** The block whose scores and mask are loaded, without the items that were removed; -1 for none. */
  #loaded = -1;
  /** `[ITEM_BLOCK]` scores, and single numbers. */
  #scores: Address = 0;
  #peakOf: Address = 0;
  #lseOf: Address = 0;
  #uniform: Address = 0;
  #item: Address = 0;
  #unread: Address = 0;

  constructor(arena: Arena, threadPool: ThreadPool, items: number, mask: AllowedMask, kept: KeptScores) {
    this.#arena = arena;
    this.#threadPool = threadPool;
    this.#items = items;
    this.#mask = mask;
    this.#kept = kept;
    const blocks = Math.ceil(items / ITEM_BLOCK);
    this.#peak = new Float32Array(blocks);
    this.#lse = new Float32Array(blocks);
  }

  reserve(): void {
    this.#scores = this.#arena.allocateFloats(ITEM_BLOCK);
    this.#peakOf = this.#arena.allocateFloats(1);
    this.#lseOf = this.#arena.allocateFloats(1);
    this.#uniform = this.#arena.allocateFloats(1);
    this.#item = this.#arena.allocateFloats(1);
    this.#unread = this.#arena.allocateFloats(1);
  }

  /** Begins with the softmax of a row of a batch. @param peaks and sums: `[blocks, rows]`. */
  begin(row: number, peaks: Float32Array, sums: Float32Array, top: number, total: number): void {
    const rows = peaks.length / this.#peak.length;
    for (let block = 0; block < this.#peak.length; block++) {
      this.#peak[block] = peaks[block * rows + row];
      this.#lse[block] = sums[block * rows + row];
    }
    this.#row = row;
    this.#loaded = -1;
    this.top = top;
    this.total = total;
    this.taken.length = 0;
  }

  /** The probability of an item by its score. */
  probability(score: number): number {
    return Math.exp(score - this.top) / this.total;
  }

  /** Draws an item by inverting the distribution function in catalogue order. */
  draw(scored: ScoredStates, uniform: number): { readonly item: number; readonly score: number } {
    const { block, within } = this.#blockAt(uniform);
    this.#load(scored, block);
    const { kernels } = this.#threadPool;
    const columns = this.#columns(block);
    kernels.forbid(this.#scores, this.#mask.at(block), this.#mask.rowBytes, 1, columns);
    const numbers = this.#arena.allFloats;
    numbers[this.#peakOf / 4] = this.#peak[block];
    numbers[this.#lseOf / 4] = this.#lse[block];
    numbers[this.#uniform / 4] = within;
    kernels.sample(this.#scores, this.#peakOf, this.#lseOf, this.#uniform, this.#item, 1, columns);
    const place = this.#arena.integers(this.#item, 1)[0];
    return { item: block * ITEM_BLOCK + place, score: numbers[this.#scores / 4 + place] };
  }

  /** The block in which the distribution function passes a number, and its place within the block's mass. */
  #blockAt(uniform: number): { readonly block: number; readonly within: number } {
    let left = uniform * this.total;
    let block = 0;
    for (let at = 0; at < this.#peak.length; at++) {
      const mass = massOf(this.#peak[at], this.#lse[at], this.top);
      if (mass === 0) continue;
      block = at;
      if (left < mass) return { block, within: left / mass };
      left -= mass;
    }
    return { block, within: 1 };
  }

  /** Removes an item. @returns whether the state allows another item. */
  take(scored: ScoredStates, item: number): boolean {
    const block = Math.floor(item / ITEM_BLOCK);
    this.taken.push(item);
    this.#load(scored, block);
    this.#mask.forbid(item);
    const { kernels } = this.#threadPool;
    const [mask, rowBytes] = [this.#mask.at(block), this.#mask.rowBytes];
    kernels.softmax(this.#scores, mask, rowBytes, this.#peakOf, this.#lseOf, this.#unread, 1, this.#columns(block));
    const [peak, lse] = [this.#peak, this.#lse];
    peak[block] = this.#arena.allFloats[this.#peakOf / 4];
    lse[block] = this.#arena.allFloats[this.#lseOf / 4];
    this.top = FORBIDDEN;
    for (let k = 0; k < peak.length; k++) this.top = Math.max(this.top, peak[k]);
    if (this.top === FORBIDDEN) return false;
    this.total = 0;
    for (let k = 0; k < peak.length; k++) this.total += massOf(peak[k], lse[k], this.top);
    if (!(this.total > 0)) throw notFinite(this.#row);
    return true;
  }

  #columns(block: number): number {
    return padded(Math.min(ITEM_BLOCK, this.#items - block * ITEM_BLOCK));
  }

  /** Loads a block's scores, and what the state allows of it without the items that were removed. */
  #load({ states, state, scorer }: ScoredStates, block: number): void {
    if (this.#loaded === block) return;
    this.#loaded = block;
    const row = this.#row;
    const first = block * ITEM_BLOCK;
    const last = Math.min(this.#items, first + ITEM_BLOCK);
    const columns = this.#columns(block);
    this.#mask.load(states, row, row + 1, first, last);
    for (const item of this.taken) if (item >= first && item < last) this.#mask.forbid(item);
    if (this.#kept.areOf(scorer)) {
      this.#threadPool.kernels.copy(this.#kept.at(block), this.#scores, columns);
    } else {
      scorer.score(this.#threadPool.kernels, state, row, row + 1, first, columns, this.#scores);
    }
  }
}
