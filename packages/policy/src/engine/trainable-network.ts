import type { Head } from '../network.js';
import type { Arena } from './arena.js';
import type { Parameters } from './parameters.js';
import type { ItemScorer } from './scoring/item-scorer.js';
import type { StateEncoder } from './state-encoder.js';
import type { ThreadPool } from './threads/thread-pool.js';

/** The parts of a network that training uses. */
export interface TrainableNetwork {
  readonly arena: Arena;
  readonly threadPool: ThreadPool;
  readonly parameters: Parameters;
  readonly encoder: StateEncoder;
  readonly actor: ItemScorer | undefined;
  readonly q: ItemScorer | undefined;
  readonly heads: readonly Head[];
  readonly hidden: number;
  readonly historyLength: number;
  readonly items: number;
}
