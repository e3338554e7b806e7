import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemPoints } from './item-points.js';

test('are as far apart as the columns of the completed matrix, by the root of the mean square', () => {
  const sizes = fc.record({
    users: fc.integer({ min: 1, max: 12 }),
    items: fc.integer({ min: 2, max: 8 }),
    factors: fc.nat(4),
  });
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.integer(), ({ users, items, factors }, biased, seed) => {
      fc.pre(factors > 0 || biased);
      const random = createRandom(seed);
      const draw = (length: number) => Float32Array.from({ length }, () => random.normal());
      const [userFactors, itemFactors, itemBias] = [draw(users * factors), draw(items * factors), draw(items)];
      const predict = (user: number, item: number): number => {
        let sum = biased ? itemBias[item] : 0;
        for (let k = 0; k < factors; k++) sum += userFactors[user * factors + k] * itemFactors[item * factors + k];
        return sum;
      };
      const { points, width } = itemPoints({
        users,
        items,
        factors,
        userFactors,
        itemFactors,
        ...(biased && { itemBias }),
      });
      for (let other = 1; other < items; other++) {
        let expected = 0;
        for (let user = 0; user < users; user++) expected += (predict(user, 0) - predict(user, other)) ** 2 / users;
        let found = 0;
        for (let k = 0; k < width; k++) found += (points[k] - points[other * width + k]) ** 2;
        expect(Math.sqrt(found)).toBeCloseTo(Math.sqrt(expected), 3);
      }
    }),
  );
});
