import { checkpointState } from '@ialp/core/checkpoint';

/** An exponentially weighted mean over about the last `window` values, with its standard error. */
export class RunningMean {
  readonly #window: number;
  #count = 0;
  #mean = 0;
  #variance = 0;

  readonly state = checkpointState(
    () => ({ count: this.#count, mean: this.#mean, variance: this.#variance }),
    ({ count, mean, variance }) => {
      [this.#count, this.#mean, this.#variance] = [count, mean, variance];
    },
  );

  constructor(window: number) {
    this.#window = window;
  }

  /** Values added so far. */
  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#mean;
  }

  /** Of the mean. Infinite before the second value. */
  get standardError(): number {
    if (this.#count < 2) return Number.POSITIVE_INFINITY;
    // Weights that decay by 1 - 1/m with each value have the effective sample size 2m - 1.
    return Math.sqrt(this.#variance / Math.min(this.#count, 2 * this.#window - 1));
  }

  add(value: number): void {
    this.#count++;
    const rate = 1 / Math.min(this.#count, this.#window);
    const error = value - this.#mean;
    this.#mean += rate * error;
    // The variance has the same weights as the mean, which moved by `rate * error`.
    this.#variance = (1 - rate) * (this.#variance + rate * error ** 2);
  }
}
