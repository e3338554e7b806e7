import type { Address } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { Team } from '../threads/team.js';

/** Items whose scores are worked out at a time where no matrix of all of them is wanted. */
export const ITEM_BLOCK = 512;

/** What gives the scores of items in states: an output layer, exactly or nearly so. */
export interface Scorer {
  /** Length of a state. */
  readonly hidden: number;
  /** Called before a batch of states is scored, once they are there. */
  prepare(team: Team, state: Address, rows: number): void;
  /**
   * Fills `out`, `[to - from, columns]`, with the scores of `columns` items from `first` (a multiple of 8) on in the
   * states of rows `from` up to `to`. `columns` is a multiple of 4.
   */
  score(kernels: Kernels, state: Address, from: number, to: number, first: number, columns: number, out: Address): void;
  /** Fills `score`, `[rows]`, with that of one item of each state, bit for bit as `score` would; 0 for a negative one. */
  scoreOf(kernels: Kernels, state: Address, item: Address, score: Address, rows: number): void;
}
