import { type Address, Arena } from '../../engine/arena.js';
import { instantiate, type Kernels, kernelModule } from '../../engine/kernels.js';
import type { Histories } from '../../network.js';
import type { RidgeRegression } from './ridge-regression.js';

/** Numbers in the kernels' memory. */
interface Block {
  readonly address: Address;
  readonly values: Float64Array;
}

/**
 * The contexts of a linear bandit over items with features `e`: in a state item `a` has `x = [1, e_a, e_a * m]`, product
 * by product, where `m` is the state's user profile: the mean over its history of feedback times the item's features, and 0
 * before the first interaction.
 *
 * The bound of all items in a state is one pass over a table. With `A^-1 = P` cut into blocks (0: the constant, 1: `e`,
 * 2: `e * m`) the quadratic form in `x` is one in `e` alone,
 *
 * `x^T P x = c + 2 v.e + e^T B e`, with `c = P00`, `v = P01 + m P02`, `B = P11 + P12 M + M P21 + M P22 M`, `M = diag(m)`,
 *
 * and `e^T B e` is a dot product of the upper triangle of `B`, entries off the diagonal twice, with the products of
 * pairs of features, which are computed once for each item.
 */
export class LinearContexts {
  readonly items: number;
  readonly width: number;
  /** Length of a context. */
  readonly size: number;
  readonly #features: Float32Array;
  readonly #terms: number;
  readonly #kernels: Kernels;
  /** `[items, #terms]`: an item's features, then the products of their pairs. */
  readonly #products: Block;
  readonly #slope: Block;
  readonly #form: Block;
  readonly #bounds: Block;

  /**
   * @param features `[items, width]`, finite; copied.
   * @throws {OutOfMemoryError} if the products of the features do not fit in memory.
   */
  constructor(features: Float32Array, width: number) {
    this.items = features.length / width;
    this.width = width;
    this.size = 1 + 2 * width;
    this.#features = features.slice();
    this.#terms = width + (width * (width + 1)) / 2;
    const arena = new Arena();
    // The same build on every machine, so that nearly equal bounds are ordered the same way.
    this.#kernels = instantiate(kernelModule('portable', false), arena.memory);
    const lengths = [this.items * this.#terms, width, this.#terms, this.items];
    const addresses = lengths.map((length) => arena.allocate(8 * length));
    [this.#products, this.#slope, this.#form, this.#bounds] = addresses.map((address, k) => ({
      address,
      values: new Float64Array(arena.memory.buffer, address, lengths[k]),
    }));
    const products = this.#products.values;
    let place = 0;
    for (let item = 0; item < this.items; item++) {
      const e = features.subarray(item * width, (item + 1) * width);
      for (let i = 0; i < width; i++) products[place++] = e[i];
      for (let i = 0; i < width; i++) for (let j = i; j < width; j++) products[place++] = e[i] * e[j];
    }
  }

  /** `[width]`: the user profile of a state's history. */
  profile({ historyLength, historyItems, historyFeedback }: Histories, row: number): Float64Array {
    const profile = new Float64Array(this.width);
    let count = 0;
    for (let place = row * historyLength; place < (row + 1) * historyLength; place++) {
      const item = historyItems[place];
      if (item < 0) continue;
      count++;
      for (let i = 0; i < this.width; i++) profile[i] += historyFeedback[place] * this.#features[item * this.width + i];
    }
    return count === 0 ? profile : profile.map((sum) => sum / count);
  }

  /** Writes the context of an item, `[size]`. */
  write(item: number, profile: Float64Array, into: Float64Array): void {
    into[0] = 1;
    for (let i = 0; i < this.width; i++) {
      const value = this.#features[item * this.width + i];
      into[1 + i] = value;
      into[1 + this.width + i] = value * profile[i];
    }
  }

  /**
   * The upper confidence bound `weights.x + alpha * sqrt(x^T A^-1 x)` of every item in one state, `[items]`. The array is
   * the same in every call.
   */
  upperBounds(model: RidgeRegression, alpha: number, profile: Float64Array): Float64Array {
    const { items, width } = this;
    const [slope, form, bounds] = [this.#slope, this.#form, this.#bounds];
    for (let i = 0; i < width; i++) {
      slope.values[i] = model.weights[1 + i] + model.weights[1 + width + i] * profile[i];
    }
    this.#fold(model.inverse, profile, form.values);
    const [intercept, constant] = [model.weights[0], model.inverse[0]];
    const [products, terms] = [this.#products.address, this.#terms];
    const { address: to } = bounds;
    const { linearBounds } = this.#kernels;
    linearBounds(products, terms, slope.address, width, form.address, intercept, constant, alpha, to, items);
    return bounds.values;
  }

  /** Writes, `[#terms]`, `2 v`, then the upper triangle of `B` with entries off the diagonal twice. */
  #fold(inverse: Float64Array, profile: Float64Array, form: Float64Array): void {
    const { width, size } = this;
    let place = 0;
    for (let i = 0; i < width; i++) form[place++] = 2 * (inverse[1 + i] + profile[i] * inverse[1 + width + i]);
    for (let i = 0; i < width; i++) {
      const [plain, weighted] = [(1 + i) * size, (1 + width + i) * size];
      for (let j = i; j < width; j++) {
        const entry =
          inverse[plain + 1 + j] +
          profile[j] * inverse[plain + 1 + width + j] +
          profile[i] * inverse[weighted + 1 + j] +
          profile[i] * profile[j] * inverse[weighted + 1 + width + j];
        form[place++] = i === j ? entry : 2 * entry;
      }
    }
  }
}
