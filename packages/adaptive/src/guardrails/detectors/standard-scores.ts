import { checkInteger, checkNumber } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';

/** Standardises a stream by the mean and the standard deviation of its first values. */
export class StandardScores {
  readonly #burnIn: number;
  readonly #first: number[] = [];
  #mean = 0;
  #deviation = 1;
  readonly state = checkpointState(
    () => ({ first: Float64Array.from(this.#first), mean: this.#mean, deviation: this.#deviation }),
    ({ first, mean, deviation }) => {
      this.#first.splice(0, this.#first.length, ...first);
      [this.#mean, this.#deviation] = [mean, deviation];
    },
  );

  /** @throws {InvalidOptionError} */
  constructor(burnIn: number) {
    checkInteger('burnIn', burnIn, 2);
    this.#burnIn = burnIn;
  }

  /** The standard score of a value; undefined during burn-in. */
  of(value: number): number | undefined {
    checkNumber('value', value);
    if (this.#first.length < this.#burnIn) {
      this.#first.push(value);
      if (this.#first.length === this.#burnIn) this.#settle();
      return undefined;
    }
    return (value - this.#mean) / this.#deviation;
  }

  reset(): void {
    this.#first.length = 0;
  }

  #settle(): void {
    const count = this.#first.length;
    this.#mean = this.#first.reduce((sum, value) => sum + value, 0) / count;
    const square = this.#first.reduce((sum, value) => sum + (value - this.#mean) ** 2, 0);
    // If all first values are equal, any drop is large.
    this.#deviation = Math.max(Math.sqrt(square / (count - 1)), Number.EPSILON);
  }
}
