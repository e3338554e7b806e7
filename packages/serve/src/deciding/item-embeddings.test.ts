import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../http/index.js';
import type { Recommender } from '../recommender.js';
import {
  createStores,
  itemsOf,
  type MemoryStores,
  openRecommender,
  reopened,
  until,
} from '../test-support/deployments.js';

async function opened(stores: MemoryStores, items = itemsOf(20)): Promise<Recommender> {
  const recommender = await openRecommender({ ...reopened(stores), catalogue: { items } });
  onTestFinished(() => recommender.close());
  return recommender;
}

async function put(recommender: Recommender, id: string, embedding: readonly number[]): Promise<[number, unknown]> {
  const response = await createApp({ recommender }).request(`/v1/items/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ embedding }),
  });
  return [response.status, response.status === 202 ? undefined : await response.json()];
}

const refused = [
  400,
  {
    error: {
      field: 'item.embedding',
      message: 'item.embedding: expected 2 numbers, as those of the other items; found 3 numbers.',
    },
  },
];

test('embeddings are as wide as those at the beginning', async () => {
  const recommender = await opened(createStores(), [...itemsOf(3), { id: 'first', embedding: [1, 0] }]);
  expect(await put(recommender, 'b', [1, 2, 3])).toEqual(refused);
  expect(await put(recommender, 'c', [1, 2])).toEqual([202, undefined]);
});

test('embeddings are as wide as the first one, also after a restart', async () => {
  const stores = createStores();
  const recommender = await opened(stores);
  expect(await put(recommender, 'a', [1, 2])).toEqual([202, undefined]);
  expect(await put(recommender, 'b', [1, 2, 3])).toEqual(refused);
  await until(() => recommender.status().items === 21);
  await recommender.close();
  // What the checkpoint has, the log need not have any more.
  expect(await put(await opened(stores), 'b', [1, 2, 3])).toEqual(refused);
});

test('a number that a learner cannot hold is refused', async () => {
  const [status, body] = await put(await opened(createStores()), 'a', [1, 1e300]);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { field: 'item.embedding[1]' } });
});
