import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { Parameters } from '../parameters.js';
import type { ItemScorer } from '../scoring/item-scorer.js';
import type { Share } from '../threads/thread-pool.js';
import type { TouchedItems } from '../touched-items.js';

/** Loss of the action values: squared error of `Q(s, a)` of the actions. No other items are scored. */
export class ActionValueLoss {
  readonly #arena: Arena;
  readonly #parameters: Parameters;
  readonly #scorer: ItemScorer;
  readonly #compactGradients: boolean;
  #item: Address = 0;
  /** The rows of the actions in the gradients of the catalogue: the items themselves unless these are compact. */
  #itemRow: Address = 0;
  #q: Address = 0;
  #dQ: Address = 0;

  constructor(arena: Arena, parameters: Parameters, scorer: ItemScorer, compactGradients: boolean) {
    this.#arena = arena;
    this.#parameters = parameters;
    this.#scorer = scorer;
    this.#compactGradients = compactGradients;
  }

  reserve(rows: number): void {
    this.#item = this.#arena.allocateFloats(rows);
    this.#itemRow = this.#compactGradients ? this.#arena.allocateFloats(rows) : this.#item;
    this.#q = this.#arena.allocateFloats(rows);
    this.#dQ = this.#arena.allocateFloats(rows);
  }

  load(actions: Int32Array, rows: number): void {
    this.#arena.integers(this.#item, rows).set(actions.subarray(0, rows));
  }

  /** Touches the actions, for compact gradients. */
  touch(touched: TouchedItems, rows: number): void {
    touched.place(this.#item, this.#itemRow, rows);
  }

  forward(kernels: Kernels, state: Address, from: number, to: number): void {
    const [at, { hidden }] = [4 * from, this.#scorer];
    this.#scorer.scoreOf(kernels, state + at * hidden, this.#item + at, this.#q + at, to - from);
  }

  /** `[rows]`: `Q(s, a)`, after `forward`. */
  values(out: Float32Array): void {
    out.set(this.#arena.floats(this.#q, out.length));
  }

  /** Sets the derivatives of the loss with respect to `Q(s, a)`. */
  setSlopes(slopes: Float32Array): void {
    this.#arena.floats(this.#dQ, slopes.length).set(slopes);
  }

  backward(kernels: Kernels, dState: Address, from: number, to: number): void {
    const [at, { hidden, table }] = [4 * from, this.#scorer];
    const weights = this.#parameters.value(table);
    kernels.scoreItemsBackward(weights, this.#item + at, this.#dQ + at, 4, dState + at * hidden, to - from, hidden);
  }

  gradients(kernels: Kernels, state: Address, share: Share, rows: number): void {
    if (!share.takes(1)) return;
    const { hidden, table, bias } = this.#scorer;
    const [dTable, dBias] = [this.#parameters.gradient(table), this.#parameters.gradient(bias)];
    kernels.scoreItemsGradients(state, this.#itemRow, this.#dQ, 4, dTable, dBias, rows, hidden);
  }
}
