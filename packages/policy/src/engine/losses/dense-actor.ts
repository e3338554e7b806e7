import { countAllowed, writeMask } from '@ialp/core';
import { DivergenceError, NothingAllowedError } from '../../errors.js';
import type { States } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import { type Parameters, padded } from '../parameters.js';
import type { ItemScorer } from '../scoring/item-scorer.js';
import { ITEM_BLOCK } from '../scoring/scorer.js';
import type { Share, ThreadPool } from '../threads/thread-pool.js';
import { type ActorLoss, ActorRows, SCRATCH_BYTES } from './actor-loss.js';

/** Entropy that `joinSoftmax` returns for a state that allows no item. */
const FORBIDDEN = Math.fround(-1e30);

/**
 * Exact loss of the actor over the whole catalogue. Logits are stored in blocks of items, `[blocks, rows, items of a block]`, so that
 * a block stays in the cache while it is processed for a block of rows.
 */
export class DenseActorLoss implements ActorLoss {
  readonly #arena: Arena;
  readonly #parameters: Parameters;
  readonly #scorer: ItemScorer;
  readonly #blocks: number;
  /** Bytes of a row of the mask; the padding after the last item is 0 (forbidden). */
  readonly #maskRow: number;
  readonly #keep = new ActorRows();
  #mask: Address = 0;
  #logits: Address = 0;
  /** `[blocks, rows]`: greatest logit, `log sum exp` and entropy of each block. */
  #peak: Address = 0;
  #lse: Address = 0;
  #blockEntropy: Address = 0;
  #states: States | undefined;
  #actions: Int32Array = new Int32Array(0);

  constructor(arena: Arena, parameters: Parameters, scorer: ItemScorer) {
    this.#arena = arena;
    this.#parameters = parameters;
    this.#scorer = scorer;
    this.#blocks = Math.ceil(scorer.items / ITEM_BLOCK);
    this.#maskRow = padded(scorer.items);
  }

  reserve(rows: number, threads: number): void {
    const arena = this.#arena;
    this.#keep.reserve(arena, rows, threads);
    this.#mask = arena.allocate(rows * this.#maskRow);
    this.#logits = arena.allocateFloats(rows * this.#maskRow);
    this.#peak = arena.allocateFloats(this.#blocks * rows);
    this.#lse = arena.allocateFloats(this.#blocks * rows);
    this.#blockEntropy = arena.allocateFloats(this.#blocks * rows);
    // The padding of each row is 0 (forbidden) and is never written again, because the row width does not change.
    arena.bytes(this.#mask, rows * this.#maskRow).fill(0);
  }

  load(states: States, actions: Int32Array, threadPool: ThreadPool): void {
    const { rows, items } = states;
    const stride = this.#maskRow;
    const masks = this.#arena.bytes(this.#mask, rows * stride);
    for (let row = 0; row < rows; row++) writeMask(states, row, masks.subarray(row * stride, row * stride + items));
    this.#arena.integers(this.#keep.action, rows).set(actions.subarray(0, rows));
    this.#states = states;
    this.#actions = actions;
    this.#scorer.prepare(threadPool);
  }

  get #rows(): number {
    return (this.#states as States).rows;
  }

  #columns(block: number): number {
    return padded(Math.min(ITEM_BLOCK, this.#scorer.items - block * ITEM_BLOCK));
  }

  /** Address of a block's logits. */
  #block(block: number): Address {
    return this.#logits + 4 * block * ITEM_BLOCK * this.#rows;
  }

  forward(kernels: Kernels, state: Address, from: number, to: number): void {
    const [all, rows, at] = [this.#rows, to - from, 4 * from];
    for (let block = 0; block < this.#blocks; block++) {
      const columns = this.#columns(block);
      const logits = this.#block(block) + at * columns;
      this.#scorer.score(kernels, state, from, to, block * ITEM_BLOCK, columns, logits);
      const mask = this.#mask + from * this.#maskRow + block * ITEM_BLOCK;
      const place = 4 * block * all + at;
      const [peak, lse, entropy] = [this.#peak + place, this.#lse + place, this.#blockEntropy + place];
      kernels.softmax(logits, mask, this.#maskRow, peak, lse, entropy, rows, columns);
    }
    const [peak, lse, entropy] = [this.#peak + at, this.#lse + at, this.#blockEntropy + at];
    const keep = this.#keep;
    const [top, total, sum] = [keep.peak + at, keep.lse + at, keep.entropy + at];
    kernels.joinSoftmax(peak, lse, entropy, 4 * all, this.#blocks, top, total, sum, rows);
  }

  logProbability(out: Float32Array): void {
    const all = this.#rows;
    const entropy = this.#arena.floats(this.#keep.entropy, all);
    const peak = this.#arena.floats(this.#keep.peak, all);
    const lse = this.#arena.floats(this.#keep.lse, all);
    for (let row = 0; row < all; row++) {
      if (!(entropy[row] > FORBIDDEN)) {
        if (countAllowed(this.#states as States, row) === 0) throw new NothingAllowedError(row);
        throw new DivergenceError(
          `The scores of row ${row} are not finite: its feedback or the weights are too large.`,
        );
      }
      const block = Math.floor(this.#actions[row] / ITEM_BLOCK);
      const place = row * this.#columns(block) + (this.#actions[row] % ITEM_BLOCK);
      out[row] = this.#arena.floats(this.#block(block) + 4 * place, 1)[0] - peak[row] - lse[row];
    }
  }

  entropy(out: Float32Array): void {
    out.set(this.#arena.floats(this.#keep.entropy, out.length));
  }

  setWeights(policyWeight: Float32Array, rows: number): void {
    const weight = this.#arena.floats(this.#keep.policyWeight, rows);
    for (let row = 0; row < rows; row++) weight[row] = policyWeight[row] / rows;
  }

  backward(kernels: Kernels, dState: Address, entropyWeight: number, from: number, to: number): void {
    const { hidden, table } = this.#scorer;
    const [rows, at] = [to - from, 4 * from];
    const keep = this.#keep;
    const [peak, lse, entropy] = [keep.peak + at, keep.lse + at, keep.entropy + at];
    const [action, weight] = [keep.action + at, keep.policyWeight + at];
    const out = dState + at * hidden;
    for (let block = 0; block < this.#blocks; block++) {
      const [first, columns] = [block * ITEM_BLOCK, this.#columns(block)];
      const logits = this.#block(block) + at * columns;
      kernels.softmaxBackward(logits, peak, lse, entropy, action, weight, entropyWeight, 0, rows, first, columns);
      const weights = this.#parameters.value(table) + 4 * first * hidden;
      const width = 4 * hidden;
      kernels.multiply(logits, 4 * columns, weights, width, 32, out, width, out, width, rows, columns, hidden);
    }
  }

  gradients(kernels: Kernels, state: Address, share: Share): void {
    const { hidden, table, bias } = this.#scorer;
    const scratch = this.#keep.scratch + share.thread * SCRATCH_BYTES;
    for (let block = 0; block < this.#blocks; block++) {
      const columns = this.#columns(block);
      const [first, last] = share.range(columns, 16);
      const [logits, item] = [this.#block(block), 4 * block * ITEM_BLOCK];
      const gradient = this.#parameters.gradient(table) + item * hidden;
      const ofBias = this.#parameters.gradient(bias) + item;
      kernels.itemGradients(logits, 4 * columns, state, scratch, gradient, ofBias, this.#rows, first, last, hidden);
    }
  }
}
