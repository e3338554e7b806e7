import { expect, test } from 'vitest';
import { damageStores } from '../test-support/damaged-stores.js';

test('of 200 random damages none ends the process, and none loses or changes a reply without a word', async () => {
  const { aborts, silentLosses, refused, unharmed, salvaged } = await damageStores(200, 2);
  expect(aborts).toEqual([]);
  expect(silentLosses).toEqual([]);
  expect(refused + unharmed).toBe(200);
  expect(salvaged).toBeGreaterThan(0.7);
}, 3_600_000);
