import { createRandom } from '@ialp/env';
import { expect, test } from 'vitest';
import { textFeatures } from './text-features.js';

test('the first numbers are the directions in which texts differ most, the last is popularity', () => {
  const random = createRandom(1);
  const [items, dimension] = [200, 4];
  const spread = [1, 5, 0.1, 2];
  const vectors = Float32Array.from({ length: items * dimension }, (_, k) => spread[k % dimension] * random.normal());
  const popularity = Float32Array.from({ length: items }, (_, item) => item / items);
  const { data, width } = textFeatures({ items, dimension, vectors, popularity, model: 'made up' }, 3);
  expect([width, data.length]).toEqual([3, items * 3]);
  const column = (k: number): number[] => Array.from({ length: items }, (_, item) => data[item * 3 + k]);
  const correlation = (a: number[], b: number[]): number => {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [ma, mb] = [mean(a), mean(b)];
    const dot = (x: number[], mx: number, y: number[], my: number) =>
      x.reduce((sum, v, k) => sum + (v - mx) * (y[k] - my), 0);
    return Math.abs(dot(a, ma, b, mb)) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
  };
  const axis = (k: number): number[] => Array.from({ length: items }, (_, item) => vectors[item * dimension + k]);
  expect(correlation(column(0), axis(1))).toBeGreaterThan(0.99);
  expect(correlation(column(1), axis(3))).toBeGreaterThan(0.95);
  expect(column(2)).toEqual([...popularity]);
  // An item has length 1 on average.
  expect(column(0).reduce((sum, value, item) => sum + value ** 2 + column(1)[item] ** 2, 0) / items).toBeCloseTo(1, 4);
});

test('identical texts give zeros', () => {
  const space = {
    items: 2,
    dimension: 2,
    vectors: new Float32Array(4),
    popularity: new Float32Array(2),
    model: 'none',
  };
  expect([...textFeatures(space, 2).data]).toEqual([0, 0, 0, 0]);
});
