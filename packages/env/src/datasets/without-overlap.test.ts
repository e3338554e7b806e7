import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Row, toRatings as ratingsOf } from '../test-support/ratings.js';
import { withoutOverlap } from './without-overlap.js';

const toRatings = (rows: readonly Row[]) => ratingsOf(rows, 5);
const triples = fc.array(fc.tuple(fc.nat(4), fc.nat(6), fc.integer({ min: 1, max: 5 })), { maxLength: 30 });

it('keeps what is new, in order, and drops what is not', () => {
  fc.assert(
    fc.property(triples, triples, (test, train) => {
      const known = new Set(train.map(([user, item]) => `${user},${item}`));
      const expected = test.filter(([user, item]) => !known.has(`${user},${item}`));
      expect(withoutOverlap(toRatings(test), toRatings(train))).toEqual(toRatings(expected));
    }),
  );
});

it('keeps times beside their ratings', () => {
  const test = {
    ...toRatings([
      [0, 0, 1],
      [0, 1, 2],
    ]),
    time: Float64Array.of(10, 20),
  };
  expect(withoutOverlap(test, toRatings([[0, 0, 5]])).time).toEqual(Float64Array.of(20));
});
