import { createRandom } from '@ialp/core';
import { createA2C, createNetwork } from '@ialp/policy';
import { expect, test } from 'vitest';
import type { ServedItem } from '../events.js';
import { DeployedCatalogue, type EmbedTexts } from './catalogue.js';

const CAPACITY = 6;

function createLearner() {
  return createA2C({ network: createNetwork({ items: CAPACITY, embedding: 4, hidden: 8, random: createRandom(1) }) });
}

const put = (item: ServedItem) => ({ type: 'item', at: 0, item }) as const;
const embed: EmbedTexts = async (texts) => texts.map((text) => [text.length, 1]);

test('an embedding that does not fit the others is not used, and says so', async () => {
  const errors: unknown[] = [];
  const catalogue = new DeployedCatalogue(CAPACITY, (error) => errors.push(error));
  catalogue.begin([{ id: 'a', embedding: [1, 2] }]);
  catalogue.apply(put({ id: 'b', embedding: [1, 2, 3] }));
  catalogue.apply(put({ id: 'c', embedding: [1, 1e300] }));
  await catalogue.place(createLearner(), undefined);
  expect(errors).toMatchObject([{ option: 'embedding of "b"' }, { option: 'embedding of "c"' }]);
  expect(catalogue.index.size).toBe(3);
  expect(catalogue.embeddings()).toEqual({ ids: ['a'], data: Float32Array.of(1, 2) });
});

test.each<[string, EmbedTexts]>([
  ['fails', () => Promise.reject(new Error('The encoder is away.'))],
  ['returns too few', async () => []],
])('new items wait if the encoder %s', async (_, broken) => {
  const catalogue = new DeployedCatalogue(CAPACITY);
  catalogue.apply(put({ id: 'a' }));
  await expect(catalogue.place(createLearner(), broken)).rejects.toThrow();
  expect([catalogue.index.size, catalogue.hasUnplaced]).toEqual([0, true]);
  await catalogue.place(createLearner(), embed);
  expect([catalogue.index.size, catalogue.hasUnplaced]).toEqual([1, false]);
});

test('items that wait, or found no room, do so after a restart, too', async () => {
  const before = new DeployedCatalogue(2);
  before.begin([{ id: 'a' }]);
  for (const id of ['b', 'c']) before.apply(put({ id }));
  const after = new DeployedCatalogue(2);
  after.index.restore(before.index.checkpoint());
  after.describeAll([...before.items.values()]);
  expect([after.hasUnplaced, [...after.rejected]]).toEqual([true, ['c']]);
  after.apply({ type: 'item-removed', at: 0, id: 'c' });
  expect(after.rejected.size).toBe(0);
});
