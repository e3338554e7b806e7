import type { Address, Arena } from './arena.js';
import { packedLength } from './encoders/encoder.js';
import type { Kernels } from './kernels.js';
import type { Parameters } from './parameters.js';
import type { Team } from './team.js';

/** Items whose scores are worked out at a time where no matrix of all of them is wanted. */
export const ITEM_BLOCK = 512;

/**
 * An output layer over the items: `score[b, i] = bias[i] + state[b] . table[i]`. Beside the weights it keeps them packed
 * as the product reads them, anew after each change.
 */
export class ItemScorer {
  readonly table: string;
  readonly bias: string;
  readonly items: number;
  readonly hidden: number;
  readonly packed: Address;
  readonly #parameters: Parameters;
  #stale = true;

  constructor(arena: Arena, parameters: Parameters, table: string, bias: string) {
    const { rows, columns } = parameters.slot(table);
    this.table = table;
    this.bias = bias;
    this.items = rows;
    this.hidden = columns;
    this.packed = arena.allocateFloats(packedLength(rows, columns));
    this.#parameters = parameters;
  }

  /** The weights have changed. */
  invalidate(): void {
    this.#stale = true;
  }

  /** Packs the weights if they have changed since. */
  refresh(team: Team): void {
    if (!this.#stale) return;
    const { items, hidden } = this;
    const table = this.#parameters.value(this.table);
    team.run((kernels, share) => {
      const [first, last] = share.range(items, 8);
      kernels.packTransposed(table + 4 * first * hidden, last - first, hidden, this.packed + 4 * first * hidden);
    });
    this.#stale = false;
  }

  /** Fills `out`, `[rows, columns]`, with the scores of the items from `first` (a multiple of 8) on. */
  score(kernels: Kernels, state: Address, rows: number, first: number, columns: number, out: Address): void {
    const { hidden } = this;
    const width = 4 * columns;
    kernels.fillRows(this.#parameters.value(this.bias) + 4 * first, out, width, rows, columns);
    const panels = this.packed + 4 * first * hidden;
    kernels.multiply(state, 4 * hidden, panels, 32, 32 * hidden, out, width, rows, hidden, columns);
  }

  /** Fills `score`, `[rows]`, with that of one item of each state; 0 for a negative one. */
  scoreOf(kernels: Kernels, state: Address, item: Address, score: Address, rows: number): void {
    const [table, bias] = [this.#parameters.value(this.table), this.#parameters.value(this.bias)];
    kernels.scoreItems(state, table, bias, item, score, 4, rows, this.hidden);
  }
}
