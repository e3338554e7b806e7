import { countAllowed, isAllowed, type Random, writeMask } from '@ialp/core';
import { DivergenceError, NothingAllowedError } from '../errors.js';
import type { States } from '../network.js';
import type { Action } from '../policy.js';

/**
 * A softmax over the allowed items of each state, in plain TypeScript: items that are not allowed have probability exactly 0 for any logits, sums are
 * in double precision, and all backends give the same result.
 */
export class MaskedSoftmax {
  readonly rows: number;
  readonly items: number;
  readonly #states: States;
  /** `[rows]`, in nats. */
  readonly entropy: Float64Array;
  readonly #logits: Float32Array;
  /** `[rows, items]`: `exp(logit - greatest logit of the row)`; 0 for forbidden items. */
  readonly #weights: Float32Array;
  /** `[rows]`: sums of the weights. */
  readonly #sums: Float64Array;
  /** `[rows]`: logarithms of the sums of `exp(logit)`. */
  readonly #normalizers: Float64Array;

  /**
   * @throws {NothingAllowedError}
   * @throws {DivergenceError} if the logit of an allowed item is not finite.
   */
  constructor(logits: Float32Array, states: States) {
    const { rows, items } = states;
    this.rows = rows;
    this.items = items;
    this.#states = states;
    this.entropy = new Float64Array(rows);
    this.#logits = logits;
    this.#weights = new Float32Array(rows * items);
    this.#sums = new Float64Array(rows);
    this.#normalizers = new Float64Array(rows);
    const mask = new Uint8Array(items);
    for (let row = 0; row < rows; row++) {
      writeMask(states, row, mask);
      this.#normalize(row, mask);
    }
  }

  #normalize(row: number, mask: Uint8Array): void {
    const weights = this.#weights;
    const logits = this.#logits;
    const [start, end] = [row * this.items, (row + 1) * this.items];
    const peak = greatest(logits.subarray(start, end), mask, row);
    let sum = 0;
    let weighted = 0;
    for (let place = start; place < end; place++) {
      if (mask[place - start] === 0) continue;
      const below = logits[place] - peak;
      weights[place] = Math.exp(below);
      const weight = weights[place];
      if (weight === 0) continue;
      sum += weight;
      weighted += weight * below;
    }
    this.#sums[row] = sum;
    this.#normalizers[row] = peak + Math.log(sum);
    this.entropy[row] = Math.log(sum) - weighted / sum;
  }

  /** The probability of an item; 0 for a forbidden item or an index that is not an item. */
  probability(row: number, item: number): number {
    if (!(item >= 0 && item < this.items)) return 0;
    return this.#weights[row * this.items + item] / this.#sums[row];
  }

  /** The log probability of an allowed item; exact even if the probability underflows. */
  logProbability(row: number, item: number): number {
    return this.#logits[row * this.items + item] - this.#normalizers[row];
  }

  /** `[rows, items]`: all probabilities. */
  probabilities(): Float32Array {
    const result = new Float32Array(this.rows * this.items);
    for (let row = 0; row < this.rows; row++) {
      const sum = this.#sums[row];
      for (let place = row * this.items; place < (row + 1) * this.items; place++) {
        result[place] = this.#weights[place] / sum;
      }
    }
    return result;
  }

  /** `[rows, count]`: the propensities of items or slates; each is that of a softmax without the items above it. */
  propensity(items: Int32Array, count: number): Float32Array {
    const result = new Float32Array(items.length);
    for (let row = 0; row < this.rows; row++) {
      for (let place = row * count; place < (row + 1) * count; place++) {
        const item = items[place];
        const taken = items.subarray(row * count, place);
        if (!isAllowed(this.#states, row, item) || taken.includes(item)) break;
        const { weights, start, sum } = this.#without(row, taken);
        result[place] = weights[start + item] / sum;
      }
    }
    return result;
  }

  /**
   * Samples items or slates: each item is the first at which the cumulative probability exceeds a uniform number.
   * @throws {NothingAllowedError} for a row that allows fewer than `count` items.
   */
  sample(random: Random, count = 1): Action {
    const items = new Int32Array(this.rows * count);
    for (let row = 0; row < this.rows; row++) {
      if (count > 1 && countAllowed(this.#states, row) < count) throw new NothingAllowedError(row, count);
      for (let place = row * count; place < (row + 1) * count; place++) {
        const left = this.#without(row, items.subarray(row * count, place));
        items[place] = this.#itemAt(left, random.uniform() * left.sum);
      }
    }
    return { items, propensity: this.propensity(items, count) };
  }

  /** The weights of a row's items without those in its slate: relative to the greatest logit that is left, which may be far below the others. */
  #without(row: number, taken: Int32Array): RowWeights {
    if (taken.length === 0) return { weights: this.#weights, start: row * this.items, sum: this.#sums[row] };
    const mask = new Uint8Array(this.items);
    writeMask(this.#states, row, mask);
    for (const item of taken) mask[item] = 0;
    const logits = this.#logits.subarray(row * this.items, (row + 1) * this.items);
    const peak = greatest(logits, mask, row);
    const weights = logits.map((logit, item) => (mask[item] === 1 ? Math.exp(logit - peak) : 0));
    let sum = 0;
    for (const weight of weights) sum += weight;
    return { weights, start: 0, sum };
  }

  #itemAt({ weights, start }: RowWeights, threshold: number): number {
    let sum = 0;
    let last = 0;
    for (let item = 0; item < this.items; item++) {
      const weight = weights[start + item];
      if (weight === 0) continue;
      last = item;
      sum += weight;
      if (sum > threshold) break;
    }
    return last;
  }

  /**
   * The derivatives of `mean(-policyWeight * log pi(a|s)) - entropyWeight * mean(entropy)` with respect to the logits. The entropy
   * term of an item with probability 0 is 0, the limit of the derivative of `p log p`.
   */
  slopes(actions: Int32Array, policyWeight: Float32Array | undefined, entropyWeight: number): Float32Array {
    const result = new Float32Array(this.rows * this.items);
    for (let row = 0; row < this.rows; row++) {
      const start = row * this.items;
      const weight = (policyWeight?.[row] ?? 0) / this.rows;
      const bonus = entropyWeight / this.rows;
      const shift = this.entropy[row] - this.#normalizers[row];
      for (let place = start; place < start + this.items; place++) {
        const p = this.#weights[place] / this.#sums[row];
        if (p > 0) result[place] = p * (weight + bonus * (this.#logits[place] + shift));
      }
      result[start + actions[row]] -= weight;
    }
    return result;
  }
}

/** Weights of a row's items, from a place on, and their sum. */
interface RowWeights {
  readonly weights: Float32Array;
  readonly start: number;
  readonly sum: number;
}

function greatest(logits: Float32Array, mask: Uint8Array, row: number): number {
  let peak = Number.NEGATIVE_INFINITY;
  let allowed = 0;
  for (let item = 0; item < mask.length; item++) {
    if (mask[item] === 0) continue;
    allowed++;
    const logit = logits[item];
    if (logit > peak) peak = logit;
    if (Number.isNaN(logit)) peak = logit;
  }
  if (allowed === 0) throw new NothingAllowedError(row);
  if (Number.isFinite(peak)) return peak;
  throw new DivergenceError(`The scores of row ${row} are not finite: its feedback or the weights are too large.`);
}
