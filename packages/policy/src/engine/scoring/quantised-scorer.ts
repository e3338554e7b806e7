import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import { padded } from '../parameters.js';
import type { ThreadPool } from '../threads/thread-pool.js';
import type { ItemScorer } from './item-scorer.js';
import type { Scorer } from './scorer.js';

/** Bytes of a SIMD vector, to a multiple of which rows of 8-bit weights are padded. */
const VECTOR = 16;

/**
 * An output layer with weights rounded to 8 bits and a scale for each item. It reads a quarter of the memory, which limits the speed
 * of decisions for few states over very many items. For the rounding see `assembly/quantised.ts`.
 */
export class QuantisedScorer implements Scorer {
  readonly hidden: number;
  readonly #arena: Arena;
  readonly #exact: ItemScorer;
  readonly #columns: number;
  readonly #weights: Address;
  readonly #scales: Address;
  #state: Address = 0;
  #stateScales: Address = 0;
  #one: Address = 0;
  #stale = true;

  constructor(arena: Arena, exact: ItemScorer) {
    this.hidden = exact.hidden;
    this.#arena = arena;
    this.#exact = exact;
    this.#columns = Math.ceil(exact.hidden / VECTOR) * VECTOR;
    // A single item is scored together with the next three.
    const rows = padded(exact.items) + 4;
    this.#weights = arena.allocate(rows * this.#columns);
    this.#scales = arena.allocateFloats(rows);
    arena.bytes(this.#weights, rows * this.#columns).fill(0);
    arena.floats(this.#scales, rows).fill(0);
  }

  /** Call it when the weights have changed. */
  invalidate(): void {
    this.#stale = true;
  }

  reserve(rows: number): void {
    this.#state = this.#arena.allocate(2 * rows * this.#columns);
    this.#stateScales = this.#arena.allocateFloats(rows);
    this.#one = this.#arena.allocateFloats(VECTOR);
  }

  prepare(threadPool: ThreadPool, state: Address, rows: number): void {
    const { hidden } = this;
    if (this.#stale) {
      const { items } = this.#exact;
      threadPool.run((kernels, share) => {
        const [first, last] = share.range(items, 8);
        const [weights, scales] = [this.#weights + first * this.#columns, this.#scales + 4 * first];
        kernels.quantiseWeights(
          this.#exact.weights + 4 * first * hidden,
          last - first,
          hidden,
          weights,
          scales,
          this.#columns,
        );
      });
      this.#stale = false;
    }
    threadPool.kernels.quantiseStates(state, rows, hidden, this.#state, this.#stateScales, this.#columns);
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
    const [weights, scales] = [this.#weights + first * this.#columns, this.#scales + 4 * first];
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
