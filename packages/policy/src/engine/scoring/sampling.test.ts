import { createRandom, type Random } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquare } from '../../conformance/probabilities.js';
import { describeBuilds } from '../../test-support/builds.js';
import { reference, row, states, withLogits } from '../../test-support/logits.js';

describeBuilds(() => {
  /** A source of one number, over and over. */
  function always(uniform: number): Random {
    return { ...createRandom(1), uniform: () => uniform };
  }

  describe('sampling', () => {
    test('inverts the distribution function', () => {
      fc.assert(
        fc.property(
          row(5),
          fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          ({ logits, mask }, uniform) => {
            const { log } = reference(logits, mask);
            const { items } = withLogits(logits).evaluate(states(logits.length, mask)).sample(always(uniform));
            const upTo = log.slice(0, items[0]).reduce((sum, x) => sum + Math.exp(x), 0);
            expect(uniform).toBeGreaterThan(upTo - 1e-6);
            expect(uniform).toBeLessThan(upTo + Math.exp(log[items[0]]) + 1e-6);
          },
        ),
      );
    });

    // 301 and 1,003 items span several of the stretches that the kernel adds up at once.
    test.each([5, 64, 65, 301, 1003])(
      '%i items: the least number gives the first allowed, the greatest the last',
      (items) => {
        const mask = Array.from({ length: items }, (_, item) =>
          item === 1 || item === items - 2 || item % 7 === 3 ? 1 : 0,
        );
        const [first, last] = [mask.indexOf(1), mask.lastIndexOf(1)];
        const distribution = withLogits(mask.map((_, item) => Math.cos(item))).evaluate(states(items, mask));
        expect(distribution.sample(always(0)).items[0]).toBe(first);
        // The last rounds to 1 in single precision.
        for (const uniform of [1 - 2 ** -24, 1 - 2 ** -32]) {
          expect(distribution.sample(always(uniform)).items[0]).toBe(last);
        }
      },
    );

    test('the greatest number does not reach items without any probability', () => {
      const logits = [0, 1, 0, -1000, -1000, ...new Array<number>(200).fill(-2000)];
      const { items, propensity } = withLogits(logits)
        .evaluate(states(205, undefined))
        .sample(always(1 - 2 ** -32));
      expect(items[0]).toBe(2);
      expect(propensity[0]).toBeCloseTo(1 / (2 + Math.E), 6);
    });

    test.each([3, 6, 203])('%i items, 40,000 draws: as often as their probabilities say', (items) => {
      const logits = Array.from({ length: items }, (_, item) => 2 * Math.sin(1.7 * item));
      const mask = logits.map((_, item) => (item % 5 === 1 ? 0 : 1));
      const { log } = reference(logits, mask);
      const rows = 400;
      const distribution = withLogits(logits).evaluate(states(items, ...new Array<number[]>(rows).fill(mask)));
      const drawn = new Int32Array(items);
      const random = createRandom(31);
      for (let count = 0; count < 100; count++) for (const item of distribution.sample(random).items) drawn[item]++;
      const { statistic, freedom } = chiSquare(drawn, log.map(Math.exp), 100 * rows);
      expect(drawn.filter((_, item) => mask[item] === 0).every((count) => count === 0)).toBe(true);
      expect(freedom).toBe(mask.filter((value) => value === 1).length - 1);
      // Four deviations above the mean.
      expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
    });
  });
});
