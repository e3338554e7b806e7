import type { States } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { Parameters } from '../parameters.js';
import type { ItemScorer } from '../scoring/item-scorer.js';
import { ITEM_BLOCK } from '../scoring/scorer.js';
import type { Share, ThreadPool } from '../threads/thread-pool.js';
import type { ActorLoss } from './actor-loss.js';
import { CatalogueLogits } from './catalogue-logits.js';

/**
 * Exact loss of the actor on slates whose items were chosen one after the other:
 *
 * `sum over b and k of  -policyWeight[b, k] * log pi_k(a_bk|s_b) - entropyWeight * H(pi_bk)`,
 *
 * where `pi_k` is the policy without the items above position `k` (Plackett 1975). A state has the same logits at all positions, so they are
 * computed once: from one position to the next only the softmax of the block changes from which an item is removed, and the gradient of all
 * items that were not shown is that of a single softmax with weights of its own.
 */
export class SlateActorLoss implements ActorLoss {
  readonly #arena: Arena;
  readonly #logits: CatalogueLogits;
  #slateSize = 1;
  #actions: Int32Array = new Int32Array(0);
  #kernels: Kernels | undefined;
  /** `[rows * slateSize]`: the logit of each item, and the softmax at its position. */
  #logit = new Float64Array(0);
  #peak = new Float64Array(0);
  #lse = new Float64Array(0);
  #entropy = new Float64Array(0);
  #weight = new Float64Array(0);
  /** `[3, blocks]` and `[3, 1]`: the softmax of each block of one row, and of all, as peak, `log sum exp` and entropy. */
  #ofBlocks: Address = 0;
  #ofRow: Address = 0;
  /** `[rows]`: the softmax at the last position; the weight of the gradient's softmax; zeros, and no item. */
  #lastPeak: Address = 0;
  #lastLse: Address = 0;
  #scale: Address = 0;
  #zero: Address = 0;
  #none: Address = 0;
  /** `[rows * slateSize]`: the gradient of the logit of each item shown. */
  #slope: Address = 0;

  constructor(arena: Arena, parameters: Parameters, scorer: ItemScorer) {
    this.#arena = arena;
    this.#logits = new CatalogueLogits(arena, parameters, scorer);
  }

  reserve(rows: number, slateSize: number, threads: number): void {
    const arena = this.#arena;
    this.#logits.reserve(rows, threads);
    this.#ofBlocks = arena.allocateFloats(3 * this.#logits.blocks);
    this.#ofRow = arena.allocateFloats(3);
    this.#lastPeak = arena.allocateFloats(rows);
    this.#lastLse = arena.allocateFloats(rows);
    this.#scale = arena.allocateFloats(rows);
    this.#zero = arena.allocateFloats(1);
    this.#none = arena.allocateFloats(1);
    this.#slope = arena.allocateFloats(rows * slateSize);
    arena.floats(this.#zero, 1)[0] = 0;
    arena.integers(this.#none, 1)[0] = -1;
    const count = rows * slateSize;
    this.#logit = new Float64Array(count);
    this.#peak = new Float64Array(count);
    this.#lse = new Float64Array(count);
    this.#entropy = new Float64Array(count);
    this.#weight = new Float64Array(count);
  }

  /** @param actions `[rows * slateSize]`: distinct items of each row that it allows. */
  load(states: States, actions: Int32Array, threadPool: ThreadPool): void {
    this.#logits.load(states, threadPool);
    this.#actions = actions;
    this.#slateSize = actions.length / states.rows;
    this.#kernels = threadPool.kernels;
  }

  forward(kernels: Kernels, state: Address, from: number, to: number): void {
    this.#logits.forward(kernels, state, from, to);
  }

  /** `[rows * slateSize]`: of each item, given those above. */
  logProbability(out: Float32Array): void {
    const floats = this.#arena.allFloats;
    for (let row = 0; row < this.#logits.rows; row++) this.#condition(row, floats);
    for (let place = 0; place < out.length; place++) {
      out[place] = this.#logit[place] - this.#peak[place] - this.#lse[place];
    }
  }

  /** The softmax at each position of a row. */
  #condition(row: number, floats: Float32Array): void {
    const logits = this.#logits;
    const { blocks, maskRow } = logits;
    const kernels = this.#kernels as Kernels;
    const step = 4 * blocks;
    const [peaks, sums, entropies] = [this.#ofBlocks, this.#ofBlocks + step, this.#ofBlocks + 2 * step];
    for (let block = 0; block < blocks; block++) logits.copyBlockSoftmax(block, row, floats, peaks / 4 + block, blocks);
    const first = row * this.#slateSize;
    const last = first + this.#slateSize - 1;
    const ofRow = this.#ofRow / 4;
    for (let place = first; place <= last; place++) {
      kernels.joinSoftmax(peaks, sums, entropies, 4, blocks, this.#ofRow, this.#ofRow + 4, this.#ofRow + 8, 1);
      logits.checkSound(row, floats[ofRow + 2]);
      const item = this.#actions[place];
      const block = Math.floor(item / ITEM_BLOCK);
      this.#logit[place] = floats[logits.placeOf(item, row) / 4];
      this.#peak[place] = floats[ofRow];
      this.#lse[place] = floats[ofRow + 1];
      this.#entropy[place] = floats[ofRow + 2];
      if (place === last) break;
      const [x, mask, columns] = [logits.at(block, row), logits.maskAt(block, row), logits.columns(block)];
      this.#arena.allBytes[mask + (item % ITEM_BLOCK)] = 0;
      const peak = peaks + 4 * block;
      kernels.softmax(x, mask, maskRow, peak, peak + step, peak + 2 * step, 1, columns);
    }
    // The kernel has overwritten the logits of the items above. The mask is written anew by each step.
    for (let place = first; place < last; place++) {
      floats[logits.placeOf(this.#actions[place], row) / 4] = this.#logit[place];
    }
  }

  /** `[rows * slateSize]`: of the policy at each position. */
  entropy(out: Float32Array): void {
    out.set(this.#entropy.subarray(0, out.length));
  }

  /** @param policyWeight `[rows * slateSize]` */
  setWeights(policyWeight: Float32Array, count: number): void {
    for (let place = 0; place < count; place++) this.#weight[place] = policyWeight[place] / count;
  }

  backward(kernels: Kernels, dState: Address, entropyWeight: number, from: number, to: number): void {
    const logits = this.#logits;
    const bonuses = new Float64Array(to - from);
    const floats = this.#arena.allFloats;
    for (let row = from; row < to; row++) bonuses[row - from] = this.#setSlopes(row, entropyWeight, floats);
    for (let block = 0; block < logits.blocks; block++) {
      const [first, columns] = [block * ITEM_BLOCK, logits.columns(block)];
      for (let row = from; row < to; row++) {
        const [x, at, bonus] = [logits.at(block, row), 4 * row, bonuses[row - from]];
        const [peak, lse, scale] = [this.#lastPeak + at, this.#lastLse + at, this.#scale + at];
        kernels.softmaxBackward(x, peak, lse, this.#zero, this.#none, scale, bonus, 0, 1, first, columns);
        this.#correctShown(kernels, row, block);
      }
      logits.backward(kernels, dState, block, from, to);
    }
  }

  /**
   * Sets the gradients of a row's logits. At position `k` that of an item `j` is `pi_k(j) (w_k + c (log pi_k(j) + H_k))`, less `w_k` for the
   * item chosen there, and 0 for those above. As `pi_k(j) = r_k pi(j)`, with `pi` the policy at the last position and `r_k` at most 1, the sum over
   * `k` for an item that was not shown is `pi(j) (sum of r_k (w_k + c (H_k + log r_k)) + (sum of c r_k) log pi(j))`.
   * @returns the last factor, the weight of `log pi(j)`.
   */
  #setSlopes(row: number, entropyWeight: number, floats: Float32Array): number {
    const [peaks, sums, entropies, weights] = [this.#peak, this.#lse, this.#entropy, this.#weight];
    const first = row * this.#slateSize;
    const last = first + this.#slateSize - 1;
    let scale = 0;
    let bonus = 0;
    for (let place = first; place <= last; place++) {
      const logRatio = peaks[last] - peaks[place] + (sums[last] - sums[place]);
      const ratio = Math.exp(logRatio);
      scale += ratio * (weights[place] + entropyWeight * (entropies[place] + logRatio));
      bonus += ratio * entropyWeight;
    }
    floats[this.#scale / 4 + row] = scale;
    floats[this.#lastPeak / 4 + row] = peaks[last];
    floats[this.#lastLse / 4 + row] = sums[last];
    for (let shown = first; shown <= last; shown++) {
      let slope = -weights[shown];
      for (let place = first; place <= shown; place++) {
        const logProbability = this.#logit[shown] - peaks[place] - sums[place];
        const share = Math.exp(logProbability);
        slope += share * (weights[place] + entropyWeight * (logProbability + entropies[place]));
      }
      floats[this.#slope / 4 + shown] = slope;
    }
    return bonus;
  }

  /** Puts the gradients of the items shown in their places. */
  #correctShown(kernels: Kernels, row: number, block: number): void {
    for (let place = row * this.#slateSize; place < (row + 1) * this.#slateSize; place++) {
      const item = this.#actions[place];
      if (Math.floor(item / ITEM_BLOCK) !== block) continue;
      kernels.copy(this.#slope + 4 * place, this.#logits.placeOf(item, row), 1);
    }
  }

  gradients(kernels: Kernels, state: Address, share: Share): void {
    this.#logits.gradients(kernels, state, share);
  }
}
