import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposure } from '../beyond-accuracy/concentration.js';
import { confidenceInterval } from '../intervals/aggregate.js';
import { diagnose } from '../ope/diagnosis.js';
import { doublyRobust, ips, snips } from '../ope/estimators.js';
import type { ValueEstimate } from '../ope/value-estimate.js';
import { createExposureCounter } from './exposure-counter.js';
import { createOpeStream, type LoggedDecision } from './ope-stream.js';
import type { OpeStreamState } from './ope-stream-state.js';
import { createRunningMean, type RunningMeanState } from './running-mean.js';

/** What one process sends to another. */
const sent = <T>(state: T): T => JSON.parse(JSON.stringify(state));
/** Multiples of 1/1024: no spread that is lost when it is squared, as that of 1e-162 is. */
const from = (min: number, max: number) => fc.integer({ min: min * 1024, max: max * 1024 }).map((k) => k / 1024);
const values = fc.array(from(-100, 100), { minLength: 1, maxLength: 30 });

function expectClose(found: object | null, expected: object | null): void {
  if (found === null || expected === null) {
    expect(found).toEqual(expected);
    return;
  }
  for (const [name, value] of Object.entries(expected)) {
    const other = found[name as keyof typeof found] as number | null;
    if (value === null) expect(other).toBeNull();
    else expect(Math.abs((other as number) - value), name).toBeLessThan(1e-6 * (1 + Math.abs(value)));
  }
}

test('a running mean, and two that are merged, are the mean of all values with its interval', () => {
  fc.assert(
    fc.property(values, fc.nat(30), (all, cut) => {
      const [one, first, second] = [createRunningMean(), createRunningMean(), createRunningMean()];
      all.forEach((value, k) => {
        one.add(value);
        (k < cut ? first : second).add(value);
      });
      const merged = createRunningMean(sent(first.state()));
      merged.merge(sent(second.state()));
      for (const running of [one, merged]) expectClose(running.interval(), confidenceInterval(all));
      expectClose(one.interval({ confidence: 0.5 }), confidenceInterval(all, { confidence: 0.5 }));
    }),
  );
  expect(createRunningMean().interval()).toBeNull();
});

test('a running mean keeps its digits far from 0', () => {
  const running = createRunningMean();
  for (const value of [1e9 + 1, 1e9 + 2, 1e9 + 3]) running.add(value);
  expect(running.interval()?.standardDeviation).toBeCloseTo(1, 9);
});

const decisions = fc.array(
  fc.record({
    reward: from(-5, 5),
    propensity: fc.double({ min: 0.05, max: 1, noNaN: true }),
    target: from(0, 1),
    qHat: from(-5, 5),
    vHat: from(-5, 5),
  }),
  { minLength: 1, maxLength: 30 },
);
const columnsOf = (rows: readonly Required<LoggedDecision>[]) => ({
  reward: rows.map(({ reward }) => reward),
  propensity: rows.map(({ propensity }) => propensity),
  target: rows.map(({ target }) => target),
  qHat: rows.map(({ qHat }) => qHat),
  vHat: rows.map(({ vHat }) => vHat),
});

test('an OPE stream, and two merged ones, agree with the estimators on the whole log', () => {
  fc.assert(
    fc.property(decisions, fc.nat(30), (rows, cut) => {
      const [one, first, second] = [createOpeStream(), createOpeStream(), createOpeStream()];
      rows.forEach((row, k) => {
        one.add(row);
        (k < cut ? first : second).add(row);
      });
      const merged = createOpeStream(sent(first.state()));
      merged.merge(sent(second.state()));
      const log = columnsOf(rows);
      const { effectiveSampleSize, meanWeight } = diagnose(log);
      for (const stream of [one, merged]) {
        const found = stream.estimates();
        expectClose(found?.ips ?? null, ips(log));
        expectClose(found?.doublyRobust ?? null, doublyRobust(log));
        // Weights of all but 0 leave nothing to divide by.
        const isNormal = meanWeight > 1e-6;
        if (isNormal) expectClose(found?.snips as ValueEstimate, snips(log));
        expectClose({ ess: isNormal && found?.effectiveSampleSize }, { ess: isNormal && effectiveSampleSize });
        expect(found?.maxWeight).toBe(Math.max(...rows.map(({ target, propensity }) => target / propensity)));
      }
    }),
  );
  expect(createOpeStream().estimates()).toBeNull();
});

test('decisions without predictions have no doubly robust estimate; weights of 0 no self-normalised one', () => {
  const stream = createOpeStream();
  stream.add({ reward: 1, propensity: 0.5, target: 0 });
  expect(stream.estimates()).toMatchObject({ snips: null, doublyRobust: null, effectiveSampleSize: 0 });
  expect(stream.estimates()?.ips).toMatchObject({ value: 0, standardError: null, lower: null, upper: null, rows: 1 });
});

test('counters that are merged count what one would', () => {
  const shown = [0, 2, 2, 1, 2];
  const [first, second] = [createExposureCounter(4), createExposureCounter(4)];
  shown.forEach((item, k) => {
    (k < 2 ? first : second).add(item);
  });
  first.merge(second.counts());
  expect(Array.from(first.counts())).toEqual(Array.from(exposure(shown, 4)));
});

describe('refuses', () => {
  const row = { reward: 1, propensity: 0.5, target: 0.5 };
  const state = createOpeStream().state();
  test.each<[string, () => unknown, RegExp]>([
    ['a value that is no number', () => createRunningMean().add(Number.NaN), /value/],
    ['a broken state', () => createRunningMean({ count: 1 } as RunningMeanState), /state\.mean/],
    ['a negative spread', () => createRunningMean({ count: 2, mean: 1, squares: -1 }), /state\.squares/],
    ['part of a value', () => createRunningMean({ count: 0.5, mean: 1, squares: 0 }), /state\.count/],
    ['a reward that is no number', () => createOpeStream().add({ ...row, reward: Number.NaN }), /reward/],
    ['a propensity of 0', () => createOpeStream().add({ ...row, propensity: 0 }), /propensity/],
    ['a target above 1', () => createOpeStream().add({ ...row, target: 1.1 }), /target/],
    ['half a prediction', () => createOpeStream().add({ ...row, qHat: 1 }), /vHat/],
    ['a broken OPE state', () => createOpeStream({} as OpeStreamState), /state\.count/],
    ['a negative count', () => createOpeStream({ ...state, count: -1 }), /state\.count/],
    ['a confidence of 95', () => createOpeStream().estimates({ confidence: 95 }), /confidence/],
    ['an item beyond the catalogue', () => createExposureCounter(3).add(3), /item: expected an integer from 0 to 2/],
    ['counts of another catalogue', () => createExposureCounter(3).merge([1]), /other/],
    ['what is no count', () => createExposureCounter(1).merge([0.5]), /other\[0\]/],
    ['an empty catalogue', () => createExposureCounter(0), /items/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(InvalidOptionError);
    expect(act).toThrow(message);
  });

  test('some decisions with predictions and some without, and stays as it was', () => {
    const stream = createOpeStream();
    stream.add({ ...row, qHat: 1, vHat: 1 });
    const before = stream.state();
    expect(() => stream.add(row)).toThrow(/qHat/);
    const other = createOpeStream();
    other.add(row);
    expect(() => stream.merge(other.state())).toThrow(/qHat/);
    expect(stream.state()).toEqual(before);
  });
});
