import { expect, test } from 'vitest';
import { damageStores } from '../test-support/damaged-stores.js';

test('no damage ends the process, and none loses or changes a reply without a word', async () => {
  const { aborts, silentLosses, salvaged } = await damageStores(10, 1);
  expect(aborts).toEqual([]);
  expect(silentLosses).toEqual([]);
  expect(salvaged).toBeGreaterThan(0.5);
});
