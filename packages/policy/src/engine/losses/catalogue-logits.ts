import { countAllowed, writeMask } from '@ialp/core';
import { DivergenceError, NothingAllowedError } from '../../errors.js';
import type { States } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import { type Parameters, padded } from '../parameters.js';
import type { ItemScorer } from '../scoring/item-scorer.js';
import { ITEM_BLOCK } from '../scoring/scorer.js';
import type { Share, ThreadPool } from '../threads/thread-pool.js';
import { SCRATCH_BYTES } from './actor-loss.js';

/** Entropy that `joinSoftmax` returns for a state that allows no item. */
const FORBIDDEN = Math.fround(-1e30);

/**
 * The logits of the whole catalogue for a batch of states, their softmax, and the gradients that follow from theirs. Logits are stored in blocks of
 * items, `[blocks, rows, items of a block]`, so that a block stays in the cache while it is processed for a block of rows.
 */
export class CatalogueLogits {
  readonly blocks: number;
  readonly scorer: ItemScorer;
  readonly #arena: Arena;
  readonly #parameters: Parameters;
  /** Bytes of a row of the mask; the padding after the last item is 0 (forbidden). */
  readonly maskRow: number;
  #mask: Address = 0;
  #logits: Address = 0;
  /** `[blocks, rows]`: greatest logit, `log sum exp` and entropy of each block. */
  #peaks: Address = 0;
  #sums: Address = 0;
  #entropies: Address = 0;
  /** `[rows]`: the same for all blocks together. */
  peak: Address = 0;
  lse: Address = 0;
  entropy: Address = 0;
  /** Scratch of each thread. */
  #scratch: Address = 0;
  #states: States | undefined;

  constructor(arena: Arena, parameters: Parameters, scorer: ItemScorer) {
    this.#arena = arena;
    this.#parameters = parameters;
    this.scorer = scorer;
    this.blocks = Math.ceil(scorer.items / ITEM_BLOCK);
    this.maskRow = padded(scorer.items);
  }

  reserve(rows: number, threads: number): void {
    const arena = this.#arena;
    this.peak = arena.allocateFloats(rows);
    this.lse = arena.allocateFloats(rows);
    this.entropy = arena.allocateFloats(rows);
    this.#scratch = arena.allocate(threads * SCRATCH_BYTES);
    this.#mask = arena.allocate(rows * this.maskRow);
    this.#logits = arena.allocateFloats(rows * this.maskRow);
    this.#peaks = arena.allocateFloats(this.blocks * rows);
    this.#sums = arena.allocateFloats(this.blocks * rows);
    this.#entropies = arena.allocateFloats(this.blocks * rows);
    // The padding of each row is 0 (forbidden) and is never written again, because the row width does not change.
    arena.bytes(this.#mask, rows * this.maskRow).fill(0);
  }

  load(states: States, threadPool: ThreadPool): void {
    const { rows, items } = states;
    const stride = this.maskRow;
    const masks = this.#arena.bytes(this.#mask, rows * stride);
    for (let row = 0; row < rows; row++) writeMask(states, row, masks.subarray(row * stride, row * stride + items));
    this.#states = states;
    this.scorer.prepare(threadPool);
  }

  get rows(): number {
    return (this.#states as States).rows;
  }

  /** Items of a block, with its padding. */
  columns(block: number): number {
    return padded(Math.min(ITEM_BLOCK, this.scorer.items - block * ITEM_BLOCK));
  }

  /** Address of a row's logits in a block. */
  at(block: number, row: number): Address {
    return this.#logits + 4 * (block * ITEM_BLOCK * this.rows + row * this.columns(block));
  }

  /** Address of what a row allows in a block: bytes. */
  maskAt(block: number, row: number): Address {
    return this.#mask + row * this.maskRow + block * ITEM_BLOCK;
  }

  /** Address of the logit of an item in a row. */
  placeOf(item: number, row: number): Address {
    return this.at(Math.floor(item / ITEM_BLOCK), row) + 4 * (item % ITEM_BLOCK);
  }

  /** Copies peak, `log sum exp` and entropy of a row's block to places of the memory, `floats`, that are `step` apart. */
  copyBlockSoftmax(block: number, row: number, floats: Float32Array, place: number, step: number): void {
    const from = block * this.rows + row;
    floats[place] = floats[this.#peaks / 4 + from];
    floats[place + step] = floats[this.#sums / 4 + from];
    floats[place + 2 * step] = floats[this.#entropies / 4 + from];
  }

  forward(kernels: Kernels, state: Address, from: number, to: number): void {
    const [all, rows, at] = [this.rows, to - from, 4 * from];
    for (let block = 0; block < this.blocks; block++) {
      const columns = this.columns(block);
      const logits = this.at(block, from);
      this.scorer.score(kernels, state, from, to, block * ITEM_BLOCK, columns, logits);
      const place = 4 * block * all + at;
      const [peak, lse, entropy] = [this.#peaks + place, this.#sums + place, this.#entropies + place];
      kernels.softmax(logits, this.maskAt(block, from), this.maskRow, peak, lse, entropy, rows, columns);
    }
    const [peak, lse, entropy] = [this.#peaks + at, this.#sums + at, this.#entropies + at];
    const [top, total, sum] = [this.peak + at, this.lse + at, this.entropy + at];
    kernels.joinSoftmax(peak, lse, entropy, 4 * all, this.blocks, top, total, sum, rows);
  }

  /** @throws {NothingAllowedError} {DivergenceError} if the softmax of a row, of which this is the entropy, does not exist. */
  checkSound(row: number, entropy: number): void {
    if (entropy > FORBIDDEN) return;
    if (countAllowed(this.#states as States, row) === 0) throw new NothingAllowedError(row);
    throw new DivergenceError(`The scores of row ${row} are not finite: its feedback or the weights are too large.`);
  }

  /** Adds what a block's logits, which have become their gradients, give to the gradients of states `from` up to `to`. */
  backward(kernels: Kernels, dState: Address, block: number, from: number, to: number): void {
    const { hidden, table } = this.scorer;
    const [rows, columns, logits] = [to - from, this.columns(block), this.at(block, from)];
    const weights = this.#parameters.value(table) + 4 * block * ITEM_BLOCK * hidden;
    const [out, width] = [dState + 4 * from * hidden, 4 * hidden];
    kernels.multiply(logits, 4 * columns, weights, width, 32, out, width, out, width, rows, columns, hidden);
  }

  /** Adds to the gradients of the output layer. */
  gradients(kernels: Kernels, state: Address, share: Share): void {
    const { hidden, table, bias } = this.scorer;
    const scratch = this.#scratch + share.thread * SCRATCH_BYTES;
    for (let block = 0; block < this.blocks; block++) {
      const columns = this.columns(block);
      const [first, last] = share.range(columns, 16);
      const [logits, item] = [this.at(block, 0), 4 * block * ITEM_BLOCK];
      const gradient = this.#parameters.gradient(table) + item * hidden;
      const ofBias = this.#parameters.gradient(bias) + item;
      kernels.itemGradients(logits, 4 * columns, state, scratch, gradient, ofBias, this.rows, first, last, hidden);
    }
  }
}
