import type { Histories } from '../network.js';
import type { RidgeRegression } from './ridge-regression.js';

/**
 * The contexts of a linear bandit over items with features `e`: in a state item `a` has `x = [1, e_a, e_a * m]`, product
 * by product, where `m` is the state's taste: the mean over its history of feedback times the item's features, and 0
 * before the first interaction.
 *
 * The bound of all items in a state is one pass over a table. With `A^-1 = P` cut into blocks (0: the constant, 1: `e`,
 * 2: `e * m`) the quadratic form in `x` is one in `e` alone,
 *
 * `x^T P x = c + 2 v.e + e^T B e`, with `c = P00`, `v = P01 + m P02`, `B = P11 + P12 M + M P21 + M P22 M`, `M = diag(m)`,
 *
 * and `e^T B e` is a dot product of the upper triangle of `B`, entries off the diagonal twice, with the products of
 * pairs of features, which are worked out once for each item.
 */
export class LinearContexts {
  readonly items: number;
  readonly width: number;
  /** Length of a context. */
  readonly size: number;
  readonly #features: Float32Array;
  /** `[items, #terms]`: an item's features, then the products of their pairs. */
  readonly #products: Float64Array;
  readonly #terms: number;

  /** @param features `[items, width]`, finite; copied. */
  constructor(features: Float32Array, width: number) {
    this.items = features.length / width;
    this.width = width;
    this.size = 1 + 2 * width;
    this.#features = features.slice();
    this.#terms = width + (width * (width + 1)) / 2;
    this.#products = new Float64Array(this.items * this.#terms);
    let place = 0;
    for (let item = 0; item < this.items; item++) {
      const e = features.subarray(item * width, (item + 1) * width);
      for (let i = 0; i < width; i++) this.#products[place++] = e[i];
      for (let i = 0; i < width; i++) for (let j = i; j < width; j++) this.#products[place++] = e[i] * e[j];
    }
  }

  /** `[width]`: the taste that a state's history shows. */
  taste({ historyLength, historyItems, historyFeedback }: Histories, row: number): Float64Array {
    const taste = new Float64Array(this.width);
    let count = 0;
    for (let place = row * historyLength; place < (row + 1) * historyLength; place++) {
      const item = historyItems[place];
      if (item < 0) continue;
      count++;
      for (let i = 0; i < this.width; i++) taste[i] += historyFeedback[place] * this.#features[item * this.width + i];
    }
    return count === 0 ? taste : taste.map((sum) => sum / count);
  }

  /** Writes the context of an item, `[size]`. */
  write(item: number, taste: Float64Array, into: Float64Array): void {
    into[0] = 1;
    for (let i = 0; i < this.width; i++) {
      const value = this.#features[item * this.width + i];
      into[1 + i] = value;
      into[1 + this.width + i] = value * taste[i];
    }
  }

  /** Writes the upper confidence bound `weights.x + alpha * sqrt(x^T A^-1 x)` of every item in one state, `[items]`. */
  upperBounds(model: RidgeRegression, alpha: number, taste: Float64Array, into: Float64Array): void {
    const { items, width } = this;
    const terms = this.#terms;
    const products = this.#products;
    const slope = taste.map((value, i) => model.weights[1 + i] + model.weights[1 + width + i] * value);
    const form = this.#fold(model.inverse, taste);
    const [intercept, constant] = [model.weights[0], model.inverse[0]];
    for (let item = 0; item < items; item++) {
      const start = item * terms;
      const mean = intercept + dotFrom(products, start, slope);
      const square = constant + dotFrom(products, start, form);
      // Rounding may take a form that is never negative a little below 0.
      into[item] = mean + alpha * Math.sqrt(Math.max(0, square));
    }
  }

  /** `[#terms]`: `2 v`, then the upper triangle of `B` with entries off the diagonal twice. */
  #fold(inverse: Float64Array, taste: Float64Array): Float64Array {
    const { width, size } = this;
    const form = new Float64Array(this.#terms);
    let place = 0;
    for (let i = 0; i < width; i++) form[place++] = 2 * (inverse[1 + i] + taste[i] * inverse[1 + width + i]);
    for (let i = 0; i < width; i++) {
      const [plain, weighted] = [(1 + i) * size, (1 + width + i) * size];
      for (let j = i; j < width; j++) {
        const entry =
          inverse[plain + 1 + j] +
          taste[j] * inverse[plain + 1 + width + j] +
          taste[i] * inverse[weighted + 1 + j] +
          taste[i] * taste[j] * inverse[weighted + 1 + width + j];
        form[place++] = i === j ? entry : 2 * entry;
      }
    }
    return form;
  }
}

/** The dot product of `b` with `a` from a place on. Four sums at a time, none of which waits for another. */
function dotFrom(a: Float64Array, start: number, b: Float64Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let i = 0;
  for (; i + 3 < b.length; i += 4) {
    first += a[start + i] * b[i];
    second += a[start + i + 1] * b[i + 1];
    third += a[start + i + 2] * b[i + 2];
    fourth += a[start + i + 3] * b[i + 3];
  }
  for (; i < b.length; i++) first += a[start + i] * b[i];
  return first + second + (third + fourth);
}
