import { expect, test } from 'vitest';
import { flipParquet } from '../test-support/flipped-parquet.js';

test('of 400 flipped bits in a Parquet file of replies each is a typed error or changes nothing', async () => {
  const { same, refused, wrong } = await flipParquet(400, 2);
  expect(wrong).toEqual([]);
  expect(same + refused).toBe(400);
  expect(refused).toBeGreaterThan(100);
}, 3_600_000);
