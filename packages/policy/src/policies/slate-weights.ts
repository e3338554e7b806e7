import type { Taken } from './allowed-items.js';

/** Items whose weights are added together: after a change, only the sum of its block is computed again. */
const BLOCK = 1024;

/** The weights of a row's items, without those of a slate's items above a position. Slates that follow one another cost little. */
export class SlateWeights {
  /** `[items]`: 0 for an item that is not allowed, or in the slate. */
  readonly weight: Float32Array;
  readonly #whole: number;
  readonly #sums: Float64Array;
  /** The items of the slate, and their weights. */
  readonly #taken: number[] = [];
  readonly #removed: number[] = [];

  /** @param weight `[items]`: 0 for an item that is not allowed. It is modified. */
  constructor(weight: Float32Array) {
    this.weight = weight;
    this.#sums = Float64Array.from({ length: Math.ceil(weight.length / BLOCK) }, (_, block) => this.#sumOf(block));
    let whole = 0;
    for (const value of weight) whole += value;
    this.#whole = whole;
  }

  /** Removes the items of a slate, and returns the sum of the weights of all others. */
  without(taken: Taken): number {
    let same = 0;
    while (same < this.#taken.length && same < taken.length && this.#taken[same] === taken[same]) same++;
    while (this.#taken.length > same) this.#set(this.#taken.pop() as number, this.#removed.pop() as number);
    for (let place = same; place < taken.length; place++) {
      this.#taken.push(taken[place]);
      this.#removed.push(this.weight[taken[place]]);
      this.#set(taken[place], 0);
    }
    // A total from which weights are subtracted would lose all digits of the small ones beside a great one.
    return taken.length === 0 ? this.#whole : this.#sums.reduce((sum, value) => sum + value, 0);
  }

  #set(item: number, weight: number): void {
    this.weight[item] = weight;
    const block = Math.floor(item / BLOCK);
    this.#sums[block] = this.#sumOf(block);
  }

  #sumOf(block: number): number {
    const end = Math.min(this.weight.length, (block + 1) * BLOCK);
    let sum = 0;
    for (let item = block * BLOCK; item < end; item++) sum += this.weight[item];
    return sum;
  }
}
