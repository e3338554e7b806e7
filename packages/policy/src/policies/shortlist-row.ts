import { includes, type Taken } from './allowed-items.js';

/** A softmax over the list of one state, from which items are drawn without replacement. */
export class ShortlistRow {
  /** Distinct allowed items in descending order of their logits. */
  readonly items: Int32Array;
  readonly #logits: Float32Array;
  readonly #weights: Float64Array;
  /** The first item on the list that is in no slate so far: weights are relative to it. */
  #top = -1;

  constructor(items: Int32Array, logits: Float32Array) {
    this.items = items;
    this.#logits = logits;
    this.#weights = new Float64Array(items.length);
  }

  /** An item that is not in the slate, by inverting the distribution function at `uniform`; undefined if all are. */
  draw(taken: Taken, uniform: number): number | undefined {
    const total = this.#without(taken);
    if (total === 0) return undefined;
    let left = uniform * total;
    let last = this.#top;
    for (let place = this.#top; place < this.items.length; place++) {
      const weight = this.#weights[place];
      if (weight === 0 || includes(taken, this.items[place])) continue;
      last = place;
      left -= weight;
      if (left < 0) break;
    }
    return this.items[last];
  }

  /** The probability of an item that is not in the slate; undefined if all items of the list are in it. */
  probability(taken: Taken, item: number): number | undefined {
    const total = this.#without(taken);
    if (total === 0) return undefined;
    const place = this.items.indexOf(item);
    return place === -1 ? 0 : this.#weights[place] / total;
  }

  /** The sum of the weights of the items that are not in the slate; 0 if none is left. */
  #without(taken: Taken): number {
    const { length } = this.items;
    let top = 0;
    while (top < length && includes(taken, this.items[top])) top++;
    if (top === length) return 0;
    // Relative to the greatest logit that is left: beside one that is far greater, all others would be 0.
    if (top !== this.#top) {
      this.#top = top;
      for (let place = 0; place < length; place++)
        this.#weights[place] = Math.exp(this.#logits[place] - this.#logits[top]);
    }
    let total = 0;
    for (let place = top; place < length; place++) total += this.#weights[place];
    for (let place = 0; place < taken.length; place++) {
      const at = this.items.indexOf(taken[place]);
      if (at > top) total -= this.#weights[at];
    }
    return total;
  }
}
