import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformRandom } from '../test-support/bandits.js';
import peers from './comparisons-peers.json' with { type: 'json' };
import { benjaminiHochbergAdjusted, holmAdjusted } from './multiple-comparisons.js';
import { pairedTTest, signFlipTest } from './paired-tests.js';
import { pairwiseComparisons } from './pairwise.js';
import { type ComparisonPlan, powerOfRuns, sampleSize } from './power.js';

const random = { uniform: uniformRandom(3) };

describe('agrees with SciPy and statsmodels', () => {
  test.each(peers.tests.map((each, k) => [k, each] as const))('paired tests, case %i', (_, { a, b, t, flip }) => {
    expect(pairedTTest(a, b).pValue).toBeCloseTo(t, 9);
    expect(signFlipTest(a, b, { random }).pValue).toBeCloseTo(flip, 9);
  });
  test.each(peers.corrections.map((each, k) => [k, each] as const))('corrections, case %i', (_, { p, holm, bh }) => {
    holmAdjusted(p).forEach((value, k) => {
      expect(value).toBeCloseTo(holm[k], 12);
    });
    benjaminiHochbergAdjusted(p).forEach((value, k) => {
      expect(value).toBeCloseTo(bh[k], 12);
    });
  });
  test.each(peers.power)('power of $runs $design runs, effect $effect', ({ design, effect, runs, power }) => {
    const plan = { difference: effect, standardDeviation: 1, design: design as NonNullable<ComparisonPlan['design']> };
    expect(powerOfRuns(runs, plan)).toBeCloseTo(power, 9);
  });
  test.each(peers.required)('runs for $power, $design, effect $effect', ({ design, effect, power, runs }) => {
    const plan = {
      difference: -3 * effect,
      standardDeviation: 3,
      design: design as NonNullable<ComparisonPlan['design']>,
    };
    expect(sampleSize({ ...plan, power, confidence: 0.99 })).toBe(runs);
  });
});

test('many pairs are tested with a sample of sign patterns, close to the t-test for normal differences', () => {
  const uniform = uniformRandom(8);
  const normal = (): number => Array.from({ length: 12 }, () => uniform() - 0.5).reduce((x, y) => x + y, 0);
  const a = Array.from({ length: 60 }, () => normal() + 0.25);
  const b = Array.from({ length: 60 }, normal);
  const { pValue, difference, count } = signFlipTest(a, b, { random, resamples: 20_000 });
  expect(Math.abs(pValue - pairedTTest(a, b).pValue)).toBeLessThan(0.015);
  expect([difference, count]).toEqual([pairedTTest(a, b).difference, 60]);
  // However clear it is, no sample of patterns makes it impossible.
  const clear = signFlipTest(
    a.map((_, k) => 5 + k),
    a.map(() => 0),
    { random, resamples: 999 },
  );
  expect(clear.pValue).toBe(1 / 1000);
});

test('differences that are all equal', () => {
  expect(pairedTTest([1, 2], [1, 2]).pValue).toBe(1);
  expect(pairedTTest([2, 3], [1, 2]).pValue).toBe(0);
  expect(signFlipTest([1, 2], [1, 2], { random }).pValue).toBe(1);
  expect(signFlipTest([2, 3], [1, 2], { random }).pValue).toBe(0.5);
});

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

test('corrections never make a p-value smaller, keep the order, and Holm is the stricter one', () => {
  fc.assert(
    fc.property(pValues, (values) => {
      const [holm, shares] = [holmAdjusted(values), benjaminiHochbergAdjusted(values)];
      for (let k = 0; k < values.length; k++) {
        expect(shares[k]).toBeGreaterThanOrEqual(values[k]);
        expect(holm[k] + 1e-12).toBeGreaterThanOrEqual(shares[k]);
        expect(holm[k]).toBeLessThanOrEqual(1);
        for (let j = 0; j < values.length; j++) {
          if (values[j] < values[k]) expect(holm[j]).toBeLessThanOrEqual(holm[k]);
        }
      }
    }),
  );
});

test('under no difference, Holm raises any false alarm in at most 5 % of studies', () => {
  const uniform = uniformRandom(21);
  let alarms = 0;
  for (let study = 0; study < 4000; study++) {
    const least = Math.min(...holmAdjusted(Array.from({ length: 6 }, uniform)));
    if (least < 0.05) alarms++;
  }
  expect(alarms / 4000).toBeGreaterThan(0.04);
  expect(alarms / 4000).toBeLessThan(0.06);
});

test('so many runs find the difference as often as was planned', () => {
  const uniform = uniformRandom(4);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const runs = sampleSize({ difference: 1, standardDeviation: 1.2 });
  let found = 0;
  for (let study = 0; study < 2000; study++) {
    const a = Array.from({ length: runs }, () => 1 + 1.2 * normal());
    if (
      pairedTTest(
        a,
        a.map(() => 0),
      ).pValue < 0.05
    )
      found++;
  }
  const power = powerOfRuns(runs, { difference: 1, standardDeviation: 1.2 });
  expect(power).toBeGreaterThanOrEqual(0.8);
  expect(powerOfRuns(runs - 1, { difference: 1, standardDeviation: 1.2 })).toBeLessThan(0.8);
  expect(Math.abs(found / 2000 - power)).toBeLessThan(0.03);
});

describe('pairs of methods', () => {
  const methods = { new: [5, 6, 7.5], old: [4, 5.5, 6], random: [1, 2, 0.5] };
  test('every pair, with the correction for three', () => {
    const pairs = pairwiseComparisons(methods);
    expect(pairs.map(({ first, second }) => `${first}-${second}`)).toEqual(['new-old', 'new-random', 'old-random']);
    expect(pairs[0].difference.mean).toBeCloseTo(1, 12);
    expect(pairs[0].pValue).toBe(pairedTTest(methods.new, methods.old).pValue);
    expect(Array.from(holmAdjusted(pairs.map(({ pValue }) => pValue)))).toEqual(
      pairs.map(({ adjustedPValue }) => adjustedPValue),
    );
  });
  test('all against one', () => {
    const pairs = pairwiseComparisons(methods, { reference: 'old', confidence: 0.9 });
    expect(pairs.map(({ first, second }) => `${first}-${second}`)).toEqual(['new-old', 'random-old']);
    expect(pairs[1].difference).toMatchObject({ mean: -4, confidence: 0.9 });
  });
});

describe('refuses', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['lists of different lengths', () => pairedTTest([1, 2], [1]), /b: expected 2/],
    ['a single pair', () => pairedTTest([1], [1]), /a: expected at least two/],
    ['a value that is no number', () => signFlipTest([1, 2], [1, Number.NaN], { random }), /b\[1\]/],
    ['no resamples', () => signFlipTest([1, 2], [1, 2], { random, resamples: 0 }), /resamples/],
    ['a p-value above 1', () => holmAdjusted([0.5, 1.5]), /pValues\[1\]/],
    ['a p-value that is no number', () => benjaminiHochbergAdjusted([Number.NaN]), /pValues\[0\]/],
    ['one run', () => powerOfRuns(1, { difference: 1, standardDeviation: 1 }), /runs/],
    ['no difference', () => sampleSize({ difference: 0, standardDeviation: 1 }), /difference/],
    ['a difference too small', () => sampleSize({ difference: 1e-9, standardDeviation: 1 }), /difference.*10000000/],
    ['no spread', () => sampleSize({ difference: 1, standardDeviation: 0 }), /standardDeviation/],
    ['a power of 1', () => sampleSize({ difference: 1, standardDeviation: 1, power: 1 }), /power/],
    ['a confidence of 95', () => powerOfRuns(2, { difference: 1, standardDeviation: 1, confidence: 95 }), /confidence/],
    [
      'another design',
      () => powerOfRuns(2, { difference: 1, standardDeviation: 1, design: 'crossed' as 'paired' }),
      /design/,
    ],
    ['a reference that is not there', () => pairwiseComparisons({ a: [1, 2] }, { reference: 'b' }), /reference/],
    ['methods of other seeds', () => pairwiseComparisons({ a: [1, 2], b: [1, 2, 3] }), /methods\.b/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(InvalidOptionError);
    expect(act).toThrow(message);
  });
});
