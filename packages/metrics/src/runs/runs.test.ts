import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stratifiedBootstrap } from './bootstrap.js';
import peers from './peers.json' with { type: 'json' };
import {
  interquartileMean,
  meanScore,
  medianScore,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
} from './point-estimates.js';

/** Mulberry32: a generator of 32 bits, enough for draws of runs. */
function generator(seed: number): { uniform(): number } {
  let state = seed >>> 0;
  return {
    uniform() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

const scores = fc.array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 5,
});

test('worked by hand', () => {
  const runs = [
    [0, 1, 2, 10],
    [3, 4, 5, 6],
  ];
  // Of 0 1 2 3 4 5 6 10 the middle half is 2 3 4 5.
  expect(interquartileMean(runs)).toBe(3.5);
  expect(meanScore(runs)).toBe((13 / 4 + 18 / 4) / 2);
  expect(medianScore([...runs, [100]])).toBe(4.5);
  expect(optimalityGap([[0.5, 2], [1]])).toBe(1 - (0.75 + 1) / 2);
  expect(
    Array.from(
      performanceProfile(
        [
          [0, 1],
          [1, 1, 1, 5],
        ],
        [0.5, 1, 2],
      ),
    ),
  ).toEqual([0.75, 0.125, 0.125]);
  expect(probabilityOfImprovement([[1, 2], [5]], [[1], [9]])).toBe((0.75 + 0) / 2);
});

describe('agrees with rliable', () => {
  test.each(peers.cases.map((each, k) => [k, each] as const))('case %i', (_, { a, b, thresholds, ...found }) => {
    const close = (value: number, expected: number): void =>
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9);
    close(interquartileMean(a), found.iqm);
    close(meanScore(a), found.mean);
    close(medianScore(a), found.median);
    close(optimalityGap(a), found.gap);
    close(probabilityOfImprovement(a, b), found.improvement);
    for (const [k, share] of performanceProfile(a, thresholds).entries()) close(share, found.profile[k]);
    // Other draws, so not the same to the last digit: 20,000 there, 20,000 here.
    const interval = stratifiedBootstrap([a], interquartileMean, { resamples: 20_000, random: generator(1) });
    const width = found.iqmInterval[1] - found.iqmInterval[0];
    expect(Math.abs(interval.lower! - found.iqmInterval[0])).toBeLessThan(0.05 * width + 0.002);
    expect(Math.abs(interval.upper! - found.iqmInterval[1])).toBeLessThan(0.05 * width + 0.002);
    expect(interval.estimate).toBe(interquartileMean(a));
  });
});

describe('properties', () => {
  test('no estimate depends on the order of runs or environments', () => {
    fc.assert(
      fc.property(scores, (runs) => {
        const turned = [...runs].reverse().map((each) => [...each].reverse());
        for (const statistic of [interquartileMean, meanScore, medianScore, optimalityGap]) {
          expect(statistic(turned)).toBeCloseTo(statistic(runs), 9);
        }
      }),
    );
  });

  test('the probabilities of improvement in both directions sum to 1; a method against itself has 0.5', () => {
    fc.assert(
      fc.property(scores, (runs) => {
        const other = runs.map((each) => each.map((score) => Math.round(score)));
        expect(probabilityOfImprovement(runs, other) + probabilityOfImprovement(other, runs)).toBeCloseTo(1, 9);
        expect(probabilityOfImprovement(runs, runs)).toBeCloseTo(0.5, 12);
      }),
    );
  });

  test('a profile falls from all to none', () => {
    fc.assert(
      fc.property(scores, (runs) => {
        const profile = Array.from(performanceProfile(runs, [-3, -1, 0, 1, 3]));
        expect([profile[0], profile[4]]).toEqual([1, 0]);
        for (let k = 1; k < profile.length; k++) expect(profile[k]).toBeLessThanOrEqual(profile[k - 1]);
      }),
    );
  });

  test('the same generator gives the same interval; if all runs are equal it has no width', () => {
    const runs = [
      [1, 2, 3, 4],
      [2, 5],
    ];
    const of = (seed: number) => stratifiedBootstrap([runs], meanScore, { resamples: 200, random: generator(seed) });
    expect(of(4)).toEqual(of(4));
    expect(of(4)).not.toEqual(of(5));
    const flat = stratifiedBootstrap([[[2, 2, 2]]], meanScore, { random: generator(1) });
    expect(flat).toEqual({ estimate: 2, lower: 2, upper: 2, confidence: 0.95 });
    // One run is the same however often it is drawn: that is not certainty.
    const single = stratifiedBootstrap([[[2, 3], [2]]], meanScore, { random: generator(1) });
    expect(single).toEqual({ estimate: 2.25, lower: null, upper: null, confidence: 0.95 });
  });
});

test('the interval of a mean holds the truth about as often as it says', () => {
  // 20 runs in each of 2 environments, 400 times: 95 % is what it says; the percentile bootstrap of 20 runs comes to about 93.
  const random = generator(9);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  let held = 0;
  for (let k = 0; k < 400; k++) {
    const runs = [0, 1].map((environment) => Array.from({ length: 20 }, () => environment + normal()));
    const { lower, upper } = stratifiedBootstrap([runs], meanScore, { resamples: 300, random });
    if (lower! <= 0.5 && upper! >= 0.5) held++;
  }
  expect(held / 400).toBeGreaterThan(0.89);
  expect(held / 400).toBeLessThan(0.98);
});

test.each<[string, () => unknown, RegExp]>([
  ['no environment', () => interquartileMean([]), /scores: expected an array of runs/],
  ['an environment without runs', () => meanScore([[1], []]), /scores\[1\]: expected at least one run/],
  ['a score that is not a number', () => medianScore([[1, Number.NaN]]), /scores\[0\]\[1\]/],
  ['other environments', () => probabilityOfImprovement([[1]], [[1], [2]]), /b: expected 1/],
  ['a goal that is not a number', () => optimalityGap([[1]], Number.NaN), /goal/],
  ['no resamples', () => stratifiedBootstrap([[[1]]], meanScore, { resamples: 0, random: generator(1) }), /resamples/],
  [
    'a confidence of 1',
    () => stratifiedBootstrap([[[1]]], meanScore, { confidence: 1, random: generator(1) }),
    /confidence/,
  ],
])('%s is refused', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(InvalidOptionError);
});
