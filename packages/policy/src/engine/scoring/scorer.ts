import type { States } from '../../network.js';
import type { Address } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ThreadPool } from '../threads/thread-pool.js';

/** Items scored in one block, where no matrix of all scores is made. */
export const ITEM_BLOCK = 512;

/** Number of products above which the work is shared among threads: waking them takes longer than a small amount of it. */
export const MIN_SHARED_PRODUCTS = 2 ** 21;

/** Scores items in states: an exact or approximate output layer. */
export interface Scorer {
  /** Width of a state. */
  readonly hidden: number;
  /** Called before a batch of encoded states is scored. */
  prepare(threadPool: ThreadPool, state: Address, rows: number): void;
  /**
   * Fills `out`, `[to - from, columns]`, with the scores of `columns` items from `first` (a multiple of 8) on in the
   * states of rows `from` up to `to`. `columns` is a multiple of 4.
   */
  score(kernels: Kernels, state: Address, from: number, to: number, first: number, columns: number, out: Address): void;
  /** Fills `score`, `[rows]`, with the score of one item of each state, bit for bit as `score`; 0 for a negative index. */
  scoreOf(kernels: Kernels, state: Address, item: Address, score: Address, rows: number): void;
}

/** Encoded states, and what scores items in them. */
export interface ScoredStates {
  readonly states: States;
  /** Address of the encoded states, `[rows, hidden]`. */
  readonly state: Address;
  readonly scorer: Scorer;
}
