import { createRandom } from '@ialp/core';
import { createA2C, createNetwork } from '@ialp/policy';
import { createRecommender, type Recommender, type RecommenderOptions, type ServedItem } from '../../index.js';

/** Items of the catalogue that tests begin with: 20, some with ids that only look dangerous. */
export const TEST_ITEMS: readonly ServedItem[] = [
  { id: '__proto__', title: 'An id like any other' },
  { id: 'constructor', text: 'Another one' },
  { id: 'ünïcode 😀/?#%', attributes: { genre: ['Drama'] } },
  ...Array.from({ length: 17 }, (_, k) => ({ id: `item-${k}`, title: `Item ${k}` })),
];

/** Most items of the catalogue. */
const CAPACITY = 60;

/** A real recommender, with an actor-critic learner, in memory. */
export function testRecommender(options: Partial<RecommenderOptions> = {}): Promise<Recommender> {
  const network = createNetwork({ items: CAPACITY, random: createRandom(1) });
  return createRecommender({
    catalogue: { items: TEST_ITEMS },
    learner: createA2C({ network }),
    random: createRandom(2),
    learning: { publishIntervalMs: 20 },
    ...options,
  });
}
