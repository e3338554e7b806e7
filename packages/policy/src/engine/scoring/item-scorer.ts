import type { Address, Arena } from '../arena.js';
import { packedLength } from '../encoders/encoder.js';
import type { Kernels } from '../kernels.js';
import type { Parameters } from '../parameters.js';
import { rangesOfRows } from '../staged-parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import type { Scorer } from './scorer.js';
import { StaleRows } from './stale-rows.js';

/**
 * An output layer over the items: `score[b, i] = bias[i] + state[b] . table[i]`. It also stores the weights in the packed layout of
 * the matrix product, and packs them again after each change.
 */
export class ItemScorer implements Scorer {
  readonly table: string;
  readonly bias: string;
  readonly items: number;
  readonly hidden: number;
  readonly #parameters: Parameters;
  #packed: Address;
  /** Where weights that are being staged are packed; 0 before it is allocated. */
  #spare: Address = 0;
  readonly #stale: StaleRows;

  constructor(arena: Arena, parameters: Parameters, table: string, bias: string) {
    const { rows, columns } = parameters.slot(table);
    this.table = table;
    this.bias = bias;
    this.items = rows;
    this.hidden = columns;
    this.#packed = arena.allocateFloats(packedLength(rows, columns));
    this.#parameters = parameters;
    this.#stale = new StaleRows(rows);
  }

  /** Call it when the weights have changed. @param rows those of some items; default all. */
  invalidate(rows?: Int32Array): void {
    this.#stale.add(rows);
  }

  /** Address of the weights, `[items, hidden]`. */
  get weights(): Address {
    return this.#parameters.value(this.table);
  }

  /** Address of the biases, `[items]`. */
  get biases(): Address {
    return this.#parameters.value(this.bias);
  }

  /** Packs the weights if they have changed since. */
  prepare(threadPool: ThreadPool): void {
    if (this.#stale.isEmpty) return;
    const { items, hidden, weights } = this;
    const pack = (kernels: Kernels, first: number, last: number): void => {
      kernels.packTransposed(weights + 4 * first * hidden, last - first, hidden, this.#packed + 4 * first * hidden);
    };
    const rows = this.#stale.take();
    if (rows === undefined) threadPool.run((kernels, share) => pack(kernels, ...share.range(items, 8)));
    let packed = 0;
    for (const row of rows ?? []) {
      if (row < packed) continue;
      const first = row - (row % 8);
      packed = Math.min(items, first + 8);
      pack(threadPool.kernels, first, packed);
    }
  }

  /** Whether the packed weights are those of the table. */
  get isUpToDate(): boolean {
    return this.#stale.isEmpty;
  }

  /** Packs other weights in steps. @returns makes them those of this scorer. */
  *stage(
    kernels: () => Kernels,
    weights: Address,
    allocate: (bytes: number) => Address,
  ): Generator<void, () => void, void> {
    const { items, hidden } = this;
    if (this.#spare === 0) this.#spare = allocate(4 * packedLength(items, hidden));
    const packed = this.#spare;
    for (const [first, last] of rangesOfRows(items, hidden)) {
      kernels().packTransposed(weights + 4 * first * hidden, last - first, hidden, packed + 4 * first * hidden);
      yield;
    }
    return () => {
      [this.#packed, this.#spare] = [packed, this.#packed];
      this.#stale.take();
    };
  }

  score(
    kernels: Kernels,
    state: Address,
    from: number,
    to: number,
    first: number,
    columns: number,
    out: Address,
  ): void {
    const { hidden } = this;
    const [rows, width] = [to - from, 4 * columns];
    const [states, panels] = [state + 4 * from * hidden, this.#packed + 4 * first * hidden];
    const bias = this.biases + 4 * first;
    kernels.multiply(states, 4 * hidden, panels, 32, 32 * hidden, bias, 0, out, width, rows, hidden, columns);
  }

  scoreOf(kernels: Kernels, state: Address, item: Address, score: Address, rows: number): void {
    kernels.scoreItems(state, this.weights, this.biases, item, score, 4, rows, this.hidden);
  }
}
