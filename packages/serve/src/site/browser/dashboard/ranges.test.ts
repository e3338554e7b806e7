import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aroundValues, fromZero } from './ranges.js';

const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const lines = fc.array(fc.record({ values: fc.array(value), lower: fc.array(value), upper: fc.array(value) }));

test('ranges hold all values and have a height, whatever is drawn', () => {
  fc.assert(
    fc.property(lines, (drawn) => {
      const all = drawn.flatMap(({ values }) => values.filter((each) => each !== null));
      const [low, high] = aroundValues(drawn);
      expect(low).toBeLessThan(high);
      expect(all.every((each) => each >= low && each <= high)).toBe(true);
      const [zero, top] = fromZero(1)(drawn);
      expect(zero).toBe(0);
      expect(all.every((each) => each <= top)).toBe(true);
    }),
  );
});

test('the latest interval is shown, a very wide one in part', () => {
  const line = (lower: number, upper: number) => [{ values: [4, 5], lower: [-900, lower], upper: [900, upper] }];
  expect(aroundValues(line(3.2, 6.1))).toEqual([3.2, 6.1]);
  expect(aroundValues(line(-1e6, 1e6))).toEqual([2, 7]);
});
