import { checkpointState } from '@ialp/core';

/** A mean over about the last `window` values, with its standard error: older values count less and less. */
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

  /** Values taken so far. */
  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#mean;
  }

  /** Of the mean. Infinite before the second value. */
  get standardError(): number {
    if (this.#count < 2) return Number.POSITIVE_INFINITY;
    // With weights that fall by 1 - 1/m a value, as many values as 2m - 1 even ones would be worth.
    return Math.sqrt(this.#variance / Math.min(this.#count, 2 * this.#window - 1));
  }

  add(value: number): void {
    this.#count++;
    const rate = 1 / Math.min(this.#count, this.#window);
    const error = value - this.#mean;
    this.#mean += rate * error;
    // Both with the same weights: the variance about a mean that moved by `rate * error`.
    this.#variance = (1 - rate) * (this.#variance + rate * error ** 2);
  }
}
