import type { States } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { Parameters } from '../parameters.js';
import type { ItemScorer } from '../scoring/item-scorer.js';
import { ITEM_BLOCK } from '../scoring/scorer.js';
import type { Share, ThreadPool } from '../threads/thread-pool.js';
import type { ActorLoss } from './actor-loss.js';
import { CatalogueLogits } from './catalogue-logits.js';

/** Exact loss of the actor over the whole catalogue. */
export class DenseActorLoss implements ActorLoss {
  readonly #arena: Arena;
  readonly #logits: CatalogueLogits;
  #action: Address = 0;
  #policyWeight: Address = 0;
  #actions: Int32Array = new Int32Array(0);

  constructor(arena: Arena, parameters: Parameters, scorer: ItemScorer) {
    this.#arena = arena;
    this.#logits = new CatalogueLogits(arena, parameters, scorer);
  }

  reserve(rows: number, threads: number): void {
    this.#logits.reserve(rows, threads);
    this.#action = this.#arena.allocateFloats(rows);
    this.#policyWeight = this.#arena.allocateFloats(rows);
  }

  load(states: States, actions: Int32Array, threadPool: ThreadPool): void {
    this.#logits.load(states, threadPool);
    this.#arena.integers(this.#action, states.rows).set(actions.subarray(0, states.rows));
    this.#actions = actions;
  }

  forward(kernels: Kernels, state: Address, from: number, to: number): void {
    this.#logits.forward(kernels, state, from, to);
  }

  logProbability(out: Float32Array): void {
    const logits = this.#logits;
    const entropy = this.#arena.floats(logits.entropy, logits.rows);
    const peak = this.#arena.floats(logits.peak, logits.rows);
    const lse = this.#arena.floats(logits.lse, logits.rows);
    for (let row = 0; row < logits.rows; row++) {
      logits.checkSound(row, entropy[row]);
      const place = logits.placeOf(this.#actions[row], row);
      out[row] = this.#arena.floats(place, 1)[0] - peak[row] - lse[row];
    }
  }

  entropy(out: Float32Array): void {
    out.set(this.#arena.floats(this.#logits.entropy, out.length));
  }

  setWeights(policyWeight: Float32Array, rows: number): void {
    const weight = this.#arena.floats(this.#policyWeight, rows);
    for (let row = 0; row < rows; row++) weight[row] = policyWeight[row] / rows;
  }

  backward(kernels: Kernels, dState: Address, entropyWeight: number, from: number, to: number): void {
    const logits = this.#logits;
    const [rows, at] = [to - from, 4 * from];
    const [peak, lse, entropy] = [logits.peak + at, logits.lse + at, logits.entropy + at];
    const [action, weight] = [this.#action + at, this.#policyWeight + at];
    for (let block = 0; block < logits.blocks; block++) {
      const [first, columns] = [block * ITEM_BLOCK, logits.columns(block)];
      const x = logits.at(block, from);
      kernels.softmaxBackward(x, peak, lse, entropy, action, weight, entropyWeight, 0, rows, first, columns);
      logits.backward(kernels, dState, block, from, to);
    }
  }

  gradients(kernels: Kernels, state: Address, share: Share): void {
    this.#logits.gradients(kernels, state, share);
  }
}
