import type { Random } from '@ialp/core';
import { DivergenceError, NothingAllowedError } from '../errors.js';
import type { States } from '../network.js';
import type { Action } from '../policy.js';

/**
 * A softmax over the allowed items of each state, in plain TypeScript: masked items have probability exactly 0 for any logits, sums are
 * in double precision, and all backends give the same result.
 */
export class MaskedSoftmax {
  readonly rows: number;
  readonly items: number;
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
  constructor(logits: Float32Array, { sessions, items, mask }: States) {
    this.rows = sessions;
    this.items = items;
    this.entropy = new Float64Array(sessions);
    this.#logits = logits;
    this.#weights = new Float32Array(sessions * items);
    this.#sums = new Float64Array(sessions);
    this.#normalizers = new Float64Array(sessions);
    for (let row = 0; row < sessions; row++) this.#normalize(row, mask);
  }

  #normalize(row: number, mask: Uint8Array): void {
    const weights = this.#weights;
    const logits = this.#logits;
    const [start, end] = [row * this.items, (row + 1) * this.items];
    const peak = greatest(logits, mask, start, end, row);
    let sum = 0;
    let weighted = 0;
    for (let place = start; place < end; place++) {
      if (mask[place] === 0) continue;
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

  /** Samples an item for each row: the first at which the cumulative probability exceeds a uniform number. */
  sample(random: Random): Action {
    const items = new Int32Array(this.rows);
    const propensity = new Float32Array(this.rows);
    for (let row = 0; row < this.rows; row++) {
      items[row] = this.#itemAt(row, random.uniform() * this.#sums[row]);
      propensity[row] = this.probability(row, items[row]);
    }
    return { items, propensity };
  }

  #itemAt(row: number, threshold: number): number {
    const start = row * this.items;
    let sum = 0;
    let last = 0;
    for (let item = 0; item < this.items; item++) {
      const weight = this.#weights[start + item];
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

function greatest(logits: Float32Array, mask: Uint8Array, start: number, end: number, row: number): number {
  let peak = Number.NEGATIVE_INFINITY;
  let allowed = 0;
  for (let place = start; place < end; place++) {
    if (mask[place] === 0) continue;
    allowed++;
    const logit = logits[place];
    if (logit > peak) peak = logit;
    if (Number.isNaN(logit)) peak = logit;
  }
  if (allowed === 0) throw new NothingAllowedError(row);
  if (Number.isFinite(peak)) return peak;
  throw new DivergenceError(`The scores of session ${row} are not finite: its feedback or the weights are too large.`);
}
