import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../distributions/normal.js';
import { simulatedBandit, uniformRandom } from '../test-support/bandits.js';
import type { ModeledBanditLog } from './bandit-log.js';
import { diagnose, diagnoseTrajectories } from './diagnosis.js';
import {
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  shrinkageDoublyRobust,
  snips,
  switchDoublyRobust,
} from './estimators.js';

/** Weights 2, 0.5 and 4. */
const LOG: ModeledBanditLog = {
  reward: [1, 0, 3],
  propensity: [0.25, 0.5, 0.125],
  target: [0.5, 0.25, 0.5],
  qHat: [0.5, 0.5, 2],
  vHat: [1, 0.25, 1.5],
};

describe('worked by hand', () => {
  test.each<[string, number, number]>([
    ['direct method', directMethod(LOG).value, (1 + 0.25 + 1.5) / 3],
    ['IPS', ips(LOG).value, (2 + 0 + 12) / 3],
    ['clipped IPS', clippedIps(LOG, { bound: 3 }).value, (2 + 0 + 9) / 3],
    ['self-normalised IPS', snips(LOG).value, 14 / 6.5],
    ['doubly robust', doublyRobust(LOG).value, (1 + 2 * 0.5 + 0.25 - 0.5 * 0.5 + 1.5 + 4) / 3],
    ['SWITCH-DR', switchDoublyRobust(LOG, { bound: 3 }).value, (1 + 2 * 0.5 + 0.25 - 0.5 * 0.5 + 1.5) / 3],
    [
      'shrinkage DR',
      shrinkageDoublyRobust(LOG, { bound: 4 }).value,
      (1 + ((4 * 2) / 8) * 0.5 + 0.25 - ((4 * 0.5) / 4.25) * 0.5 + 1.5 + (16 / 20) * 1) / 3,
    ],
  ])('%s', (_, found, expected) => expect(found).toBeCloseTo(expected, 12));

  test('the interval of IPS is that of a mean', () => {
    const terms = [2, 0, 12];
    const mean = 14 / 3;
    const error = Math.sqrt(terms.reduce((sum, term) => sum + (term - mean) ** 2, 0) / 2 / 3);
    const { standardError, lower, upper, rows } = ips(LOG);
    expect(standardError).toBeCloseTo(error, 12);
    expect([upper! - mean, mean - lower!]).toEqual([
      expect.closeTo(1.959963985 * error, 6),
      expect.closeTo(1.959963985 * error, 6),
    ]);
    expect(rows).toBe(3);
  });

  test('quantiles of the normal distribution, by their tables', () => {
    for (const [probability, quantile] of [
      [0.5, 0],
      [0.975, 1.959963984540054],
      [0.995, 2.5758293035489004],
      [0.01, -2.3263478740408408],
      [0.0001, -3.719016485455709],
    ]) {
      expect(normalQuantile(probability)).toBeCloseTo(quantile, 7);
    }
  });
});

const rows = fc.array(
  fc.record({
    reward: fc.double({ min: -2, max: 2, noNaN: true }),
    propensity: fc.double({ min: 0.05, max: 1, noNaN: true }),
    target: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);
const columns = (list: readonly { reward: number; propensity: number; target: number }[]) => ({
  reward: list.map(({ reward }) => reward),
  propensity: list.map(({ propensity }) => propensity),
  target: list.map(({ target }) => target),
});

describe('properties', () => {
  test('of the logging policy itself every estimate from weights is the mean reward', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const log = { ...columns(list), target: list.map(({ propensity }) => propensity) };
        const mean = log.reward.reduce((sum, reward) => sum + reward, 0) / log.reward.length;
        for (const estimate of [ips(log), snips(log), clippedIps(log, { bound: 1 })]) {
          expect(estimate.value).toBeCloseTo(mean, 12);
        }
      }),
    );
  });

  test('self-normalised IPS does not see the scale of the weights, and stays within the rewards', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.1, max: 1, noNaN: true }), (list, scale) => {
        const log = columns(list);
        const scaled = { ...log, target: log.target.map((target) => scale * target) };
        const { value, standardError } = snips(log);
        expect(snips(scaled).value).toBeCloseTo(value, 9);
        expect(snips(scaled).standardError ?? 0).toBeCloseTo(standardError ?? 0, 9);
        expect(value).toBeGreaterThanOrEqual(Math.min(...log.reward) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...log.reward) + 1e-9);
      }),
    );
  });

  test('with a model of zeros doubly robust equals IPS; with large bounds all estimators of a kind are equal', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const zeros = list.map(() => 0);
        const log = { ...columns(list), qHat: zeros, vHat: zeros };
        const plain = ips(log);
        expect(doublyRobust(log)).toEqual(plain);
        expect(switchDoublyRobust(log, { bound: 1e9 })).toEqual(plain);
        expect(clippedIps(log, { bound: 1e9 })).toEqual(plain);
        expect(shrinkageDoublyRobust(log, { bound: 1e15 }).value).toBeCloseTo(plain.value, 6);
        expect(switchDoublyRobust(log, { bound: 1e-9 }).value).toBe(0);
      }),
    );
  });
});

test('in a simulated bandit the intervals of 95 % hold the truth in 93 to 97 % of 2,000 logs', () => {
  const random = uniformRandom(20);
  const held = { ips: 0, selfNormalized: 0, doublyRobust: 0 };
  let bias = 0;
  const [SIMULATIONS, ROWS] = [2000, 400];
  for (let k = 0; k < SIMULATIONS; k++) {
    const { truth, ...log } = simulatedBandit(ROWS, random);
    const found = { ips: ips(log), selfNormalized: snips(log), doublyRobust: doublyRobust(log) };
    for (const name of Object.keys(held) as (keyof typeof held)[]) {
      if (found[name].lower! <= truth && truth <= found[name].upper!) held[name]++;
    }
    bias += (found.ips.value - truth) / SIMULATIONS;
  }
  for (const count of Object.values(held)) {
    expect(count / SIMULATIONS).toBeGreaterThanOrEqual(0.93);
    expect(count / SIMULATIONS).toBeLessThanOrEqual(0.97);
  }
  expect(Math.abs(bias)).toBeLessThan(0.004);
});

describe('the diagnosis', () => {
  const repeat = (propensity: number, target: number, count: number) => ({
    reward: new Array<number>(count).fill(1),
    propensity: new Array<number>(count).fill(propensity),
    target: new Array<number>(count).fill(target),
  });
  const join = (...logs: ReturnType<typeof repeat>[]) => ({
    reward: logs.flatMap(({ reward }) => reward),
    propensity: logs.flatMap(({ propensity }) => propensity),
    target: logs.flatMap(({ target }) => target),
  });

  test('gives no warning for a good log', () => {
    const mixed = { ...repeat(0.5, 0.5, 500), reward: Array.from({ length: 500 }, (_, row) => row % 2) };
    expect(diagnose(mixed)).toEqual({
      effectiveSampleSize: 500,
      meanWeight: 1,
      meanWeightError: 0,
      heaviestShare: 5 / 500,
      warnings: [],
    });
  });

  test.each<[string, ReturnType<typeof repeat>, RegExp]>([
    [
      'few rows that count',
      join(repeat(0.01, 1, 2), repeat(1, 0.1, 998)),
      /effective sample size is 4\.\d of 1000 rows/,
    ],
    [
      'weights that few rows have',
      join(repeat(0.001, 1, 5), repeat(1, 0.5, 995)),
      /1 % of the rows have 9\d\.\d % of the total weight/,
    ],
    [
      'support that is missing',
      repeat(0.5, 0.2, 500),
      /The mean weight is 0\.400, not 1: the target policy chooses actions that the logging policy never chose/,
    ],
    [
      'propensities that are too low',
      repeat(0.2, 0.5, 500),
      /The mean weight is 2\.500, not 1: the propensities are too low/,
    ],
    ['a target that does nothing of it', repeat(0.5, 0, 500), /this log cannot evaluate it/],
    ['a short log', repeat(0.5, 0.5, 20), /is 20\.0 of 20 rows/],
  ])('warns of %s', (_, log, message) => expect(diagnose(log).warnings.join('\n')).toMatch(message));
});

test.each<[string, () => unknown, RegExp]>([
  ['an empty log', () => ips({ reward: [], propensity: [], target: [] }), /log: expected at least one decision/],
  [
    'a propensity of 0',
    () => ips({ ...LOG, propensity: [0.5, 0, 1] }),
    /log\.propensity\[1\]: expected a probability from 1e-12 to 1; found 0/,
  ],
  ['a target above 1', () => ips({ ...LOG, target: [0.5, 2, 1] }), /log\.target\[1\]/],
  ['a reward of NaN', () => ips({ ...LOG, reward: [1, Number.NaN, 1] }), /log\.reward\[1\]/],
  ['a short column', () => ips({ ...LOG, target: [1] }), /log\.target: expected 3/],
  ['a prediction of NaN', () => doublyRobust({ ...LOG, qHat: [1, Number.NaN, 1] }), /log\.qHat\[1\]/],
  ['a bound of 0', () => clippedIps(LOG, { bound: 0 }), /bound/],
  ['a confidence of 1', () => ips(LOG, { confidence: 1 }), /confidence/],
  ['a target that does nothing of it', () => snips({ ...LOG, target: [0, 0, 0] }), /log\.target: expected a policy/],
])('%s is refused', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(InvalidOptionError);
});

test('weights of trajectories are products, and go astray sooner than those of their decisions', () => {
  const rows = 2000;
  const uniform = uniformRandom(6);
  const log = {
    reward: new Float64Array(rows).fill(1),
    propensity: new Float64Array(rows).fill(0.5),
    // By turns twice and half as likely: over ten decisions the weights are from 2^-10 to 2^10.
    target: Float64Array.from({ length: rows }, () => (uniform() < 0.5 ? 0.8 : 0.2)),
    trajectory: Float64Array.from({ length: rows }, (_, row) => row % 200),
  };
  const [decisions, trajectories] = [diagnose(log), diagnoseTrajectories(log)];
  const products = new Float64Array(200).fill(1);
  log.target.forEach((target, row) => {
    products[row % 200] *= target / 0.5;
  });
  const sum = products.reduce((total, weight) => total + weight, 0);
  const squares = products.reduce((total, weight) => total + weight ** 2, 0);
  expect(trajectories.effectiveSampleSize).toBeCloseTo(sum ** 2 / squares, 9);
  expect(trajectories.effectiveSampleSize / 200).toBeLessThan(decisions.effectiveSampleSize / rows);
  expect(trajectories.warnings.join(' ')).toMatch(/of 200 trajectories/);
});
