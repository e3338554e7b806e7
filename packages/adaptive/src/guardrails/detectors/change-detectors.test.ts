import { createRandom, InvalidOptionError, type Random } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { type ChangeDetector, falseAlarmRate } from '../../change-detector.js';
import { createCusumDetector, type DetectorOptions } from './cusum.js';
import { createPageHinkleyDetector } from './page-hinkley.js';

const DETECTORS: Record<string, (options?: DetectorOptions) => ChangeDetector> = {
  cusum: createCusumDetector,
  'page-hinkley': createPageHinkleyDetector,
};

/** Values until the alarm, or the length of the stream. */
function alarmAfter(detector: ChangeDetector, values: number, draw: (k: number) => number): number {
  for (let k = 0; k < values; k++) if (detector.add(draw(k))) return k;
  return values;
}

/** Rewards of sessions: a geometric number of likes. */
const likes = (mean: number) => (random: Random) =>
  Math.floor(Math.log(1 - random.uniform()) / Math.log(mean / (1 + mean)));

describe.each(Object.entries(DETECTORS))('%s', (_name, make) => {
  test('by hand: what falls by 1 adds 1 - allowance a value', () => {
    // Burn-in of mean 0 and deviation 1: -1 and 1 in turn, over 200 values, have deviation 1.0025.
    const detector = make({ allowance: 0, threshold: 10, burnIn: 200 });
    for (let k = 0; k < 200; k++) expect(detector.add(k % 2 === 0 ? 1 : -1)).toBe(false);
    expect(detector.evidence).toBe(0);
    const found = alarmAfter(detector, 100, () => -1);
    // CUSUM: 11 values of 0.9975 pass 10. Page and Hinkley's mean follows a little, which takes no more than one.
    expect(found).toBeGreaterThanOrEqual(10);
    expect(found).toBeLessThanOrEqual(11);
    expect(detector.evidence).toBeGreaterThanOrEqual(1);
    detector.reset();
    expect(detector.evidence).toBe(0);
    expect(detector.add(5)).toBe(false);
  });

  test('sees a fall by two thirds within 300 sessions, in every one of 100 streams', () => {
    const delays = Array.from({ length: 100 }, (_, seed) => {
      const random = createRandom(seed);
      const detector = make();
      for (let k = 0; k < 600; k++) detector.add(likes(6)(random));
      return alarmAfter(detector, 1000, () => likes(2)(random));
    });
    expect(Math.max(...delays)).toBeLessThan(300);
    expect(delays.sort((a, b) => a - b)[50]).toBeLessThan(120);
  });

  test('hardly ever alarms where nothing changes: in less than 5 % of streams of 3,000 sessions', () => {
    const options = { length: 3000, runs: 300, random: createRandom(9) };
    const rate = falseAlarmRate({ make: () => make(), draw: likes(6), ...options });
    expect(rate).toBeLessThan(0.05);
    // And the rate that is measured is one: with a low threshold nearly every stream alarms.
    const nervous = falseAlarmRate({ make: () => make({ threshold: 3 }), draw: likes(6), ...options });
    expect(nervous).toBeGreaterThan(0.9);
  });

  test('a rise is no alarm', () => {
    const random = createRandom(4);
    const detector = make();
    for (let k = 0; k < 500; k++) detector.add(likes(3)(random));
    expect(alarmAfter(detector, 2000, () => likes(6)(random))).toBe(2000);
  });

  test('identical users: detects the smallest fall', () => {
    const detector = make();
    for (let k = 0; k < 200; k++) detector.add(2);
    expect(detector.add(1)).toBe(true);
  });

  test.each([{ allowance: -1 }, { threshold: 0 }, { threshold: Number.NaN }, { burnIn: 1 }])('refuses %o', (wrong) => {
    expect(() => make(wrong)).toThrow(InvalidOptionError);
    expect(() => make(wrong)).toThrow(expect.objectContaining({ option: Object.keys(wrong)[0] }));
  });

  test('refuses a value that is no number', () => {
    expect(() => make().add(Number.NaN)).toThrow(/value: expected a number/);
  });
});

test('after a rise, a fall back to where it was is seen by Page and Hinkley alone', () => {
  const run = (detector: ChangeDetector): number => {
    const random = createRandom(7);
    for (const mean of [3, 9]) for (let k = 0; k < 1500; k++) detector.add(likes(mean)(random));
    return alarmAfter(detector, 600, () => likes(3)(random));
  };
  expect(run(createPageHinkleyDetector())).toBeLessThan(300);
  expect(run(createCusumDetector())).toBe(600);
});

test('falseAlarmRate refuses streams of nothing', () => {
  const options = { make: () => createCusumDetector(), draw: () => 1, length: 5, runs: 5, random: createRandom(1) };
  expect(() => falseAlarmRate({ ...options, length: 0 })).toThrow(InvalidOptionError);
  expect(() => falseAlarmRate({ ...options, runs: 0.5 })).toThrow(InvalidOptionError);
});
