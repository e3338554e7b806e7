import { createRandom, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOpeStream } from '../streaming/ope-stream.js';
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
import { bootstrapInterval, empiricalBernsteinInterval } from './intervals.js';
import { selectPolicy } from './select-policy.js';
import { slateIps } from './slates.js';
import {
  fittedQEvaluation,
  perDecisionIps,
  sequentialDoublyRobust,
  trajectoryIps,
  weightedPerDecisionIps,
  weightedTrajectoryIps,
} from './trajectories.js';
import type { EstimateOptions, ValueEstimate } from './value-estimate.js';

interface Row {
  readonly reward: number;
  readonly propensity: number;
  readonly target: number;
  readonly qHat: number;
  readonly vHat: number;
}

/** A log with a trajectory for each `length` rows. */
function logOf(rows: readonly Row[], length = 1) {
  const column = (name: keyof Row) => rows.map((row) => row[name]);
  return {
    reward: column('reward'),
    propensity: column('propensity'),
    target: column('target'),
    qHat: column('qHat'),
    vHat: column('vHat'),
    trajectory: rows.map((_, row) => Math.floor(row / length)),
  };
}
type Log = ReturnType<typeof logOf>;

const ESTIMATORS: Readonly<Record<string, (log: Log, options?: EstimateOptions) => ValueEstimate>> = {
  directMethod,
  ips,
  clippedIps: (log, options) => clippedIps(log, { bound: 10, ...options }),
  snips,
  doublyRobust,
  switchDoublyRobust: (log, options) => switchDoublyRobust(log, { bound: 10, ...options }),
  shrinkageDoublyRobust: (log, options) => shrinkageDoublyRobust(log, { bound: 10, ...options }),
  slateIps: (log, options) => slateIps({ ...log, slots: 1 }, { assumption: 'all', ...options }),
  trajectoryIps,
  weightedTrajectoryIps,
  perDecisionIps,
  weightedPerDecisionIps,
  sequentialDoublyRobust,
  fittedQEvaluation,
};
const each = Object.entries(ESTIMATORS);
const row: Row = { reward: 1, propensity: 0.5, target: 0.25, qHat: 0.5, vHat: 0.5 };
const unknown = { standardError: null, lower: null, upper: null };

describe.each(each)('%s', (_, estimate) => {
  test('one row, and two or twenty equal rows: a value without standard error', () => {
    for (const count of [1, 2, 20]) {
      const log = logOf(Array.from({ length: count }, () => row));
      expect(estimate(log)).toMatchObject({ ...unknown, rows: count });
      const interval = bootstrapInterval({ random: createRandom(1), resamples: 20 });
      expect(estimate(log, { interval })).toMatchObject(unknown);
    }
  });

  test('of two rows that differ: an error', () => {
    const log = logOf([row, { ...row, reward: 0, vHat: 0.2 }]);
    const { standardError, lower, upper, value } = estimate(log);
    expect(standardError).toBeGreaterThan(0);
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
  });

  test.each([1e-320, 1e-13, 0, -0.1, Number.NaN, 1.5])('refuses a propensity of %d', (propensity) => {
    expect(() => estimate(logOf([row, { ...row, propensity }]))).toThrow(InvalidOptionError);
    expect(() => estimate(logOf([row, { ...row, propensity }]))).toThrow(
      /log\.propensity\[1\]: expected a probability from 1e-12 to 1; found/,
    );
  });

  test('gives finite numbers, null or a typed error, whatever the log', () => {
    const extreme = fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom(0, 1, 1e-300, 1e300, -1e308, 1e154),
    );
    const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1e-12, 1e-11, 1e-200, 1));
    const rows = fc.array(
      fc.record({
        reward: extreme,
        propensity: probability,
        target: probability,
        qHat: extreme,
        vHat: extreme,
      }),
      { minLength: 1, maxLength: 24 },
    );
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 24 }), (list, length) => {
        try {
          const found = estimate(logOf(list, length));
          expect(Number.isFinite(found.value)).toBe(true);
          for (const end of [found.standardError, found.lower, found.upper]) {
            expect(end === null || Number.isFinite(end)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOptionError);
        }
      }),
    );
  });
});

test.each(each.filter(([name]) => !['weightedPerDecisionIps', 'sequentialDoublyRobust'].includes(name)))(
  '%s of one row by the empirical Bernstein bound: all that there can be',
  (_, estimate) => {
    const interval = empiricalBernsteinInterval({ rewardRange: [0, 1], maxWeight: 2 });
    const { standardError, lower, upper } = estimate(logOf([row]), { interval });
    expect(standardError).toBeNull();
    expect(upper! - lower!).toBeGreaterThanOrEqual(1);
  },
);

test('a single weighted row gives a ratio without standard error', () => {
  const log = logOf([row, { ...row, target: 0 }, { ...row, target: 0, reward: 0 }]);
  expect(snips(log)).toMatchObject({ value: 1, ...unknown });
  expect(ips(log).standardError).toBeGreaterThan(0);
});

test('products of weights that leave the range of numbers are refused, with the row', () => {
  const rows = Array.from({ length: 40 }, () => ({ ...row, propensity: 1e-12, target: 1 }));
  const log = logOf(rows, 40);
  for (const estimate of [trajectoryIps, weightedTrajectoryIps, perDecisionIps, weightedPerDecisionIps]) {
    expect(() => estimate(log)).toThrow(
      /log\.target\[12\]: expected products of at most 1e\+150: .* found weights with/,
    );
  }
  expect(() => diagnoseTrajectories(log)).toThrow(InvalidOptionError);
  for (const assumption of ['all', 'cascade'] as const) {
    expect(() => slateIps({ ...log, slots: 40 }, { assumption })).toThrow(InvalidOptionError);
  }
});

describe('a stream', () => {
  test('equal rows give no standard error either', () => {
    const stream = createOpeStream();
    for (let k = 0; k < 3; k++) {
      stream.add(row);
      const found = stream.estimates();
      expect(found?.ips).toMatchObject({ value: 0.5, ...unknown });
      expect(found?.snips).toMatchObject({ value: 1, ...unknown });
      expect(found?.doublyRobust).toMatchObject(unknown);
    }
    stream.add({ ...row, reward: 0 });
    expect(stream.estimates()?.ips.standardError).toBeGreaterThan(0);
  });

  test('refuses what leaves the range of numbers, and stays as it was', () => {
    const stream = createOpeStream();
    stream.add(row);
    const before = stream.state();
    expect(() => stream.add({ ...row, propensity: 1e-320 })).toThrow(/propensity: expected a probability from 1e-12/);
    expect(() => stream.add({ ...row, reward: 1e300 })).toThrow(InvalidOptionError);
    expect(() => stream.merge({ ...before, weightSquares: -1 })).toThrow(/state\.weightSquares/);
    expect(() => stream.merge({ ...before, weightedReward: 1e200 })).toThrow(InvalidOptionError);
    expect(stream.state()).toEqual(before);
  });
});

test('the diagnosis warns of rows without spread', () => {
  const log = logOf([row, row, row], 1);
  expect(diagnose(log).warnings.join(' ')).toMatch(/The 3 rows are all equal, so the standard error is unknown/);
  expect(diagnoseTrajectories(log).warnings.join(' ')).toMatch(/The 3 trajectories are all equal/);
  expect(diagnose(logOf([row])).meanWeightError).toBeNull();
});

describe('the choice of a policy', () => {
  const choose = (rows: readonly Row[]) =>
    selectPolicy({
      policies: { first: logOf(rows), second: logOf(rows) },
      estimator: ips,
      resamples: 50,
      random: createRandom(3),
    });

  test('from one row is refused', () => {
    expect(() => choose([row])).toThrow(/policies: expected at least two rows: .* found 1 row\./);
  });

  test('between two that are the same is even', () => {
    const { policies, confidence } = choose([row, { ...row, reward: 0 }]);
    expect(confidence).toBe(0.5);
    expect(policies.map(({ probabilityBest }) => probabilityBest)).toEqual([0.5, 0.5]);
  });
});
