import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { simulatedBandit, uniformRandom } from '../test-support/bandits.js';
import {
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  shrinkageDoublyRobust,
  snips,
  switchDoublyRobust,
} from './estimators.js';
import { bootstrapInterval, empiricalBernsteinInterval } from './intervals.js';
import type { ValueEstimate } from './value-estimate.js';

const bernstein = (maxWeight = 2.5) => empiricalBernsteinInterval({ rewardRange: [0, 1], maxWeight });

describe('a random source that never varies', () => {
  test.each([0, 0.1])('%s every time: the bootstrap ends with an error where it would draw for ever', (value) => {
    const log = { reward: [1, 1, 0], propensity: [0.5, 0.5, 0.5], target: [0, 0.5, 0.25] };
    const interval = bootstrapInterval({ random: { uniform: () => value } });
    const estimate = () => snips(log, { interval });
    expect(estimate).toThrow(InvalidOptionError);
    expect(estimate).toThrow(/^random\.uniform\(\): expected a random generator.*; found 1000 resamples in sequence/);
  });

  test('rare weights do not end it', () => {
    const log = { reward: [1, 1, 0, 1], propensity: [0.5, 0.5, 0.5, 0.5], target: [0, 0, 0, 1] };
    const interval = bootstrapInterval({ random: { uniform: uniformRandom(1) }, resamples: 5000 });
    expect(snips(log, { interval }).value).toBe(1);
  });
});

describe('the empirical Bernstein interval', () => {
  test('is that of the theorem', () => {
    const log = { reward: [1, 0, 1, 1], propensity: [0.5, 0.5, 0.5, 0.5], target: [0.5, 0.5, 0.25, 0.5] };
    // Terms 1, 0, 0.5 and 1 in [0, 2]: mean 0.625, variance 0.6875 / 3.
    const logarithm = Math.log(4 / 0.2);
    const radius = Math.sqrt((2 * (0.6875 / 3) * logarithm) / 4) + (7 * 2 * logarithm) / (3 * 3);
    const { lower, upper } = ips(log, { confidence: 0.8, interval: bernstein(2) });
    expect(lower).toBe(0);
    expect(upper).toBe(2);
    // With 400 times as many rows it says something.
    const many = (column: number[]) => Array.from({ length: 400 }, () => column).flat();
    const larger = { reward: many(log.reward), propensity: many(log.propensity), target: many(log.target) };
    const narrow = Math.sqrt((2 * ((0.6875 * 400) / 1599) * logarithm) / 1600) + (7 * 2 * logarithm) / (3 * 1599);
    const found = ips(larger, { confidence: 0.8, interval: bernstein(2) });
    expect(radius).toBeGreaterThan(2);
    expect(found.upper).toBeCloseTo(0.625 + narrow, 12);
    expect(found.lower).toBeCloseTo(0.625 - narrow, 12);
  });

  test('holds the truth of every estimator at least as often as it says, and is wider than the asymptotic one', () => {
    const random = uniformRandom(5);
    const logs = Array.from({ length: 200 }, () => simulatedBandit(300, random));
    const options = { interval: bernstein(), confidence: 0.8 };
    const estimates = [
      () => logs.map((log) => [ips(log), ips(log, options)]),
      () => logs.map((log) => [snips(log), snips(log, options)]),
      () => logs.map((log) => [doublyRobust(log), doublyRobust(log, options)]),
      () => logs.map((log) => [clippedIps(log, { bound: 9 }), clippedIps(log, { bound: 9, ...options })]),
      () =>
        logs.map((log) => [switchDoublyRobust(log, { bound: 9 }), switchDoublyRobust(log, { bound: 9, ...options })]),
    ];
    for (const estimate of estimates) {
      const pairs = estimate();
      const truth = logs[0].truth;
      expect(pairs.filter(([, { lower, upper }]) => lower! <= truth && truth <= upper!).length).toBeGreaterThan(190);
      for (const [plain, bounded] of pairs) {
        expect(bounded.value).toBe(plain.value);
        expect(bounded.upper! - bounded.lower!).toBeGreaterThan(plain.upper! - plain.lower!);
      }
    }
  });

  test('of weights that are bounded is narrower', () => {
    const log = simulatedBandit(500, uniformRandom(1));
    const width = ({ lower, upper }: ValueEstimate): number => upper! - lower!;
    const wide = bernstein(50);
    expect(width(clippedIps(log, { bound: 1, interval: wide }))).toBeLessThan(width(ips(log, { interval: wide })));
    expect(width(shrinkageDoublyRobust(log, { bound: 4, interval: wide }))).toBeLessThan(
      width(doublyRobust(log, { interval: wide })),
    );
    expect(width(directMethod(log, { interval: wide }))).toBeLessThan(0.3);
  });

  test('refuses rows outside the stated range, and invalid ranges', () => {
    const log = simulatedBandit(300, uniformRandom(2));
    expect(() => ips(log, { interval: bernstein(1.5) })).toThrow(/row \d+ is between 0 and 1\.5/);
    const lower = empiricalBernsteinInterval({ rewardRange: [0, 0.5], maxWeight: 3 });
    expect(() => doublyRobust(log, { interval: lower })).toThrow(InvalidOptionError);
    expect(() => empiricalBernsteinInterval({ rewardRange: [1, 0], maxWeight: 2 })).toThrow('rewardRange');
    expect(() => empiricalBernsteinInterval({ rewardRange: [0, 1], maxWeight: 0 })).toThrow('maxWeight');
  });

  test('takes rewards and propensities that single precision rounds outwards', () => {
    // Stored, 4.9 is above the greatest reward, 0.7 below the least, and 1 / 0.005 above the greatest weight.
    const log = {
      reward: Float32Array.of(4.9, 0.7, 4.9),
      propensity: Float32Array.of(0.005, 0.7, 0.1),
      target: Float32Array.of(1, 0.7, 0.1),
    };
    expect(log.target[0] / log.propensity[0]).toBeGreaterThan(200);
    const interval = empiricalBernsteinInterval({ rewardRange: [0.7, 4.9], maxWeight: 200 });
    for (const estimate of [ips, snips]) expect(estimate(log, { interval }).upper).toBeGreaterThan(0.7);
    const lower = empiricalBernsteinInterval({ rewardRange: [0.7, 4.8999], maxWeight: 200 });
    expect(() => ips(log, { interval: lower })).toThrow(InvalidOptionError);
  });

  test('of one row is all that there can be; of a ratio, the range of rewards', () => {
    const row = { reward: [1], propensity: [0.5], target: [0.5] };
    expect(ips(row, { interval: bernstein(2) })).toMatchObject({ lower: 0, upper: 2 });
    expect(snips(row, { interval: bernstein(2) })).toMatchObject({ lower: 0, upper: 1 });
  });
});

describe('the bootstrap interval', () => {
  test('of many rows is near the asymptotic one, for means and for ratios', () => {
    const log = simulatedBandit(2000, uniformRandom(3));
    const interval = bootstrapInterval({ random: { uniform: uniformRandom(4) }, resamples: 2000 });
    for (const estimate of [ips, snips, doublyRobust] as const) {
      const [plain, drawn] = [estimate(log), estimate(log, { interval })];
      expect(drawn.value).toBe(plain.value);
      expect(drawn.lower).toBeCloseTo(plain.lower!, 1);
      expect(Math.abs(drawn.lower! - plain.lower!)).toBeLessThan(0.15 * plain.standardError! * 2);
      expect(Math.abs(drawn.upper! - plain.upper!)).toBeLessThan(0.15 * plain.standardError! * 2);
    }
  });

  test('follows skewed weights, and is the same from the same seed', () => {
    // One row in fifty weighs 10: values far above the mean are likelier than far below.
    const propensity = Array.from({ length: 200 }, (_, row) => (row % 50 === 0 ? 0.05 : 0.5));
    const log = { reward: propensity.map(() => 1), propensity, target: propensity.map(() => 0.5) };
    const make = () => bootstrapInterval({ random: { uniform: uniformRandom(6) } });
    const { value, lower, upper } = ips(log, { interval: make() });
    expect(upper! - value).toBeGreaterThan(1.05 * (value - lower!));
    expect(ips(log, { interval: make() })).toEqual(ips(log, { interval: make() }));
  });

  test('draws again where all drawn weights are 0, and refuses no resamples', () => {
    const log = { reward: [1, 1, 0.5, 1], propensity: [0.5, 0.5, 0.5, 0.5], target: [0, 0, 0.5, 0.5] };
    const interval = bootstrapInterval({ random: { uniform: uniformRandom(7) }, resamples: 50 });
    expect(snips(log, { interval })).toMatchObject({ lower: 0.5, upper: 1 });
    expect(() => bootstrapInterval({ random: { uniform: uniformRandom(7) }, resamples: 0 })).toThrow('resamples');
  });
});
