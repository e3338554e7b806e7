/** A deployment in which items are added and removed, for the tests of catalogues that change. */
import {
  type Checkpoint,
  createItemIndex,
  createRandom,
  type Environment,
  type ItemIndex,
  noExclusions,
  type Observation,
} from '@ialp/core';
import { createPatienceRule, createSimulator, wrapEnvironment } from '@ialp/env';
import type { ItemVectors } from '../catalogue/item-neighbors.js';

/** Items at first, added and removed items, and indices. */
export const SIZES = { items: 300, added: 50, removed: 20, capacity: 400 };
export const HISTORY_LENGTH = 8;
const GENRES = 12;
const WIDTH = 16;

/** Ids of the items at first, of those that are added, and of those that are removed. */
export const IDS = Array.from({ length: SIZES.items }, (_, k) => `item-${k}`);
export const ADDED = Array.from({ length: SIZES.added }, (_, k) => `new-${k}`);
export const REMOVED = Array.from({ length: SIZES.removed }, (_, k) => `item-${14 * k + 3}`);

/** What an item is about: a genre and its own share of noise, of length 1. The same for the same id. */
function embeddingOf(id: string): number[] {
  const [kind, number] = id.split('-');
  const own = createRandom(kind === 'new' ? 1000 + Number(number) : Number(number));
  const genre = createRandom(5000 + own.integer(GENRES));
  const vector = Array.from({ length: WIDTH }, () => genre.normal() + 0.5 * own.normal());
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** `[capacity, width]`: embeddings of the items of an index; zeros in unused places. */
export function embeddingsOf({ ids }: Pick<ItemIndex, 'ids'>): ItemVectors {
  const data = new Float32Array(ids.length * WIDTH);
  for (const [item, id] of ids.entries()) if (id !== null) data.set(embeddingOf(id), item * WIDTH);
  return { data, width: WIDTH };
}

/** The index at first. */
export const makeIndex = (): ItemIndex => createItemIndex({ ids: IDS, capacity: SIZES.capacity });

/** Users like items near their taste, and leave after four misses in a row. What may be shown is what the index says at the moment. */
export function makeEnvironment(index: ItemIndex, sessions = 64): Environment & { readonly states: Observation } {
  const tastes = Array.from({ length: 40 }, (_, user) => embeddingOf(`item-${3000 + user}`));
  const vectors = new Map<string, number[]>();
  const vectorOf = (id: string): number[] => {
    const vector = vectors.get(id) ?? embeddingOf(id);
    vectors.set(id, vector);
    return vector;
  };
  const environment = createSimulator({
    name: 'changing',
    responses: {
      ...{ specificationVersion: 'v1', users: tastes.length, items: SIZES.capacity, rewardRange: [0, 1], window: 0 },
      respond({ user }, item, random) {
        const match = vectorOf(index.idOf(item)).reduce((sum, value, k) => sum + value * tastes[user][k], 0);
        return random.uniform() < 1 / (1 + Math.exp(2 - 6 * match)) ? 1 : 0;
      },
    },
    terminationRules: [createPatienceRule({ misses: 4 })],
    ...{ sessions, historyLength: HISTORY_LENGTH, maxTurns: 30 },
  });
  let last: Observation | undefined;
  const observed = (observation: Observation): Observation => {
    last = { ...observation };
    Object.defineProperty(last, 'available', { enumerable: true, get: () => index.available });
    return last;
  };
  return wrapEnvironment(environment, {
    reset: (...args: Parameters<Environment['reset']>) => observed(environment.reset(...args)),
    step(...args: Parameters<Environment['step']>) {
      const step = environment.step(...args);
      return { ...step, observation: observed(step.observation) };
    },
    restore: (checkpoint: Checkpoint) => observed(environment.restore!(checkpoint)),
    /** A copy of the current states, with nothing excluded. */
    get states(): Observation {
      const { historyItems, historyFeedback, rows, ...others } = last as Observation;
      const histories = { historyItems: historyItems.slice(), historyFeedback: historyFeedback.slice() };
      return { ...others, rows, ...histories, available: index.available, exclusions: noExclusions(rows) };
    },
  });
}
