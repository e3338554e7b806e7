import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import { padded } from '../parameters.js';
import { rangesOfRows } from '../staged-parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import type { ItemScorer } from './item-scorer.js';
import type { Scorer } from './scorer.js';
import { StaleRows } from './stale-rows.js';

/** Bytes of a SIMD vector, to a multiple of which rows of 8-bit weights are padded. */
const VECTOR = 16;

/** Rounding errors in units of the scale: a half, and what the division by it adds. */
const HALF_WEIGHT = 0.5001;
const HALF_STATE = 0.51;
/** Twice the relative error of an operation in single precision. */
const SINGLE = 2 ** -23;

/** `[items, columns]` of 8-bit weights, and `[items]` of their scales. */
interface Tables {
  readonly weights: Address;
  readonly scales: Address;
}

/**
 * An output layer with weights rounded to 8 bits and a scale for each item. It reads a quarter of the memory, which limits the speed
 * of decisions for few states over very many items. For the rounding see `assembly/quantised.ts`.
 */
export class QuantisedScorer implements Scorer {
  readonly hidden: number;
  readonly #arena: Arena;
  readonly #exact: ItemScorer;
  readonly #columns: number;
  #tables: Tables;
  /** Where the tables of weights that are being staged are made. */
  #spare: Tables | undefined;
  #state: Address = 0;
  #stateScales: Address = 0;
  #one: Address = 0;
  readonly #stale: StaleRows;

  constructor(arena: Arena, exact: ItemScorer) {
    this.hidden = exact.hidden;
    this.#arena = arena;
    this.#exact = exact;
    this.#stale = new StaleRows(exact.items);
    this.#columns = Math.ceil(exact.hidden / VECTOR) * VECTOR;
    this.#tables = this.#allocate((bytes) => arena.allocate(bytes));
  }

  /** Name of the tensor that is rounded. */
  get table(): string {
    return this.#exact.table;
  }

  /** Whether the tables are those of the weights. */
  get isUpToDate(): boolean {
    return this.#stale.isEmpty;
  }

  #allocate(allocate: (bytes: number) => Address): Tables {
    const { items } = this.#exact;
    // A single item is scored together with the next three.
    const rows = padded(items) + 4;
    const weights = allocate(rows * this.#columns);
    const scales = allocate(4 * rows);
    const beyond = rows - items;
    this.#arena.bytes(weights + items * this.#columns, beyond * this.#columns).fill(0);
    this.#arena.floats(scales + 4 * items, beyond).fill(0);
    return { weights, scales };
  }

  /** Call it when the weights have changed. @param rows those of some items; default all. */
  invalidate(rows?: Int32Array): void {
    this.#stale.add(rows);
  }

  reserve(rows: number): void {
    this.#state = this.#arena.allocate(2 * rows * this.#columns);
    this.#stateScales = this.#arena.allocateFloats(rows);
    this.#one = this.#arena.allocateFloats(VECTOR);
  }

  prepare(threadPool: ThreadPool, state: Address, rows: number): void {
    const { hidden } = this;
    if (!this.#stale.isEmpty) {
      const { items, weights } = this.#exact;
      const rows = this.#stale.take();
      if (rows === undefined) {
        threadPool.run((kernels, share) => this.#round(kernels, weights, share.range(items, 8), this.#tables));
      }
      for (const row of rows ?? []) this.#round(threadPool.kernels, weights, [row, row + 1], this.#tables);
    }
    threadPool.kernels.quantiseStates(state, rows, hidden, this.#state, this.#stateScales, this.#columns);
  }

  /**
   * `[rows]`: how far the score of any item can be from the exact one in prepared states, at most. With a state `a` of `D` numbers and the scale `s`,
   * and the greatest scale `t` of an item: each weight is rounded by at most `t / 2`, each number of the state by at most `s / 2`, so that sums of
   * products differ by at most `t |a|_1 / 2 + 127 t D s / 2`. What single precision adds is in it.
   */
  errorBounds(state: Address, rows: number): Float32Array {
    const { hidden } = this;
    const { scale, bias } = this.#greatest();
    const states = this.#arena.floats(state, rows * hidden);
    return Float32Array.from({ length: rows }, (_, row) => {
      let [sum, most] = [0, 0];
      for (const value of states.subarray(row * hidden, (row + 1) * hidden)) {
        sum += Math.abs(value);
        most = Math.max(most, Math.abs(value));
      }
      const stateScale = most / 32767;
      const rounding = scale * (HALF_WEIGHT * sum + HALF_STATE * 127 * hidden * stateScale);
      const single = SINGLE * ((hidden + 8) * 127 * scale * (sum + hidden * stateScale) + bias);
      return rounding + single;
    });
  }

  /** The greatest scale and the greatest magnitude of a bias. */
  #greatest(): { readonly scale: number; readonly bias: number } {
    const { items, biases } = this.#exact;
    let [scale, bias] = [0, 0];
    for (const value of this.#arena.floats(this.#tables.scales, items)) scale = Math.max(scale, value);
    for (const value of this.#arena.floats(biases, items)) bias = Math.max(bias, Math.abs(value));
    return { scale, bias };
  }

  /** Rounds other weights in steps. @returns makes them those of this scorer. */
  *stage(
    kernels: () => Kernels,
    exact: Address,
    allocate: (bytes: number) => Address,
  ): Generator<void, () => void, void> {
    this.#spare ??= this.#allocate(allocate);
    const tables = this.#spare;
    for (const range of rangesOfRows(this.#exact.items, this.hidden)) {
      this.#round(kernels(), exact, range, tables);
      yield;
    }
    return () => {
      [this.#tables, this.#spare] = [tables, this.#tables];
      this.#stale.take();
    };
  }

  /** Rounds the weights of items `first` up to `last`. */
  #round(kernels: Kernels, exact: Address, [first, last]: readonly [number, number], tables: Tables): void {
    const { hidden } = this;
    const [weights, scales] = [tables.weights + first * this.#columns, tables.scales + 4 * first];
    kernels.quantiseWeights(exact + 4 * first * hidden, last - first, hidden, weights, scales, this.#columns);
  }

  score(
    kernels: Kernels,
    _state: Address,
    from: number,
    to: number,
    first: number,
    columns: number,
    out: Address,
  ): void {
    const [state, stateScales] = [this.#state + 2 * from * this.#columns, this.#stateScales + 4 * from];
    const [weights, scales] = [this.#tables.weights + first * this.#columns, this.#tables.scales + 4 * first];
    const bias = this.#exact.biases + 4 * first;
    kernels.scoreQuantised(state, stateScales, weights, scales, bias, out, to - from, columns, this.#columns);
  }

  scoreOf(kernels: Kernels, state: Address, item: Address, score: Address, rows: number): void {
    const items = this.#arena.integers(item, rows);
    const scores = this.#arena.floats(score, rows);
    const one = this.#arena.floats(this.#one, 1);
    for (let row = 0; row < rows; row++) {
      if (items[row] >= 0) this.score(kernels, state, row, row + 1, items[row], 4, this.#one);
      scores[row] = items[row] < 0 ? 0 : one[0];
    }
  }
}
