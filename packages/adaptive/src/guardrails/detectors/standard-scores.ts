import { checkInteger, checkNumber, checkpointState } from '@ialp/core';

/** Brings a stream to mean 0 and deviation 1 by its first values. */
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

  /** The score of a value; undefined while the first ones are gathered. */
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
    // Where all first values are the same, the smallest fall is a great one.
    this.#deviation = Math.max(Math.sqrt(square / (count - 1)), Number.EPSILON);
  }
}
