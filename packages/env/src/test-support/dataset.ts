import { expect } from 'vitest';
import type { Dataset } from '../datasets/dataset.js';

/**
 * Expects what holds for every data set, whatever its files say: columns of one length, indices in range, values that
 * are numbers and on the scale, ids that are unique, items with words, and a split that has no row twice.
 */
export function expectSound({ catalogue, interactions, userIds, userFeatures, feedback, order, split }: Dataset): void {
  const { users, user, item, value, time } = interactions;
  const items = catalogue.items.length;
  const rows = value.length;
  const [minimum, maximum] = feedback === 'explicit' ? interactions.scale : [0, Number.MAX_VALUE];
  expect([user.length, item.length, time?.length ?? rows]).toEqual([rows, rows, rows]);
  expect(rows).toBeGreaterThan(0);
  expect(user.every((index) => index >= 0 && index < users)).toBe(true);
  expect(item.every((index) => index >= 0 && index < items)).toBe(true);
  expect(value.every((number) => number >= minimum && number <= maximum)).toBe(true);
  expect(time?.every(Number.isFinite) ?? true).toBe(true);
  expect(order === 'time').toBe(time !== undefined);

  expect(userIds).toHaveLength(users);
  expect(new Set(userIds).size).toBe(users);
  expect(new Set(catalogue.items.map(({ id }) => id)).size).toBe(items);
  expect(catalogue.items.filter(({ title, text }) => title.trim() === '' || text.trim() === '')).toEqual([]);
  if (userFeatures !== undefined) {
    expect(new Set(userFeatures.names).size).toBe(userFeatures.names.length);
    expect(userFeatures.values).toHaveLength(users * userFeatures.names.length);
    expect(userFeatures.values.every(Number.isFinite)).toBe(true);
  }

  const part = new Uint8Array(rows);
  for (const indices of [split.train, split.validation, split.test]) {
    expect(indices.every((row, k) => row >= 0 && row < rows && (k === 0 || row > indices[k - 1]))).toBe(true);
    for (const row of indices) part[row]++;
  }
  expect(part.every((times) => times <= 1)).toBe(true);
}
