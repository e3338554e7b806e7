import { expect, test } from 'vitest';
import { createRandom } from './random.js';
import { shuffled } from './shuffled.js';

test('every order is equally likely, and the input stays as it is', () => {
  const random = createRandom(1);
  const values = [1, 2, 3];
  const counts = new Map<string, number>();
  const draws = 6000;
  for (let k = 0; k < draws; k++) {
    const order = shuffled(values, random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(values).toEqual([1, 2, 3]);
  expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
  // Five standard deviations of a count.
  for (const count of counts.values()) expect(Math.abs(count - draws / 6)).toBeLessThan(145);
  expect(shuffled(new Set(), random)).toEqual([]);
});

test('a call without a generator is refused', () => {
  expect(() => shuffled([1, 2], undefined as never)).toThrow(
    'random: expected a generator, such as createRandom(1); found undefined.',
  );
});
