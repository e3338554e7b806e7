import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConfidenceSequence } from './confidence-sequence.js';
import { createDifferenceSequence } from './difference-sequence.js';

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('by hand: the first two values', () => {
  // Before: mean 1/2, variance 1/4; log(2 / 0.05) = 3.6889; the first stake is bounded by a half.
  const evidence = Math.log(40);
  const sequence = createConfidenceSequence({ range: [0, 1] });
  expect(sequence.interval()).toEqual({ lower: 0, upper: 1, mean: null, count: 0 });
  sequence.add(1);
  const psi = (stake: number): number => -Math.log(1 - stake) - stake;
  const first = evidence + 0.25 * psi(0.5);
  expect(1 - first / 0.5).toBeLessThan(0);
  expect(sequence.interval()).toEqual({ lower: 0, upper: 1, mean: 1, count: 1 });
  for (let k = 1; k < 40; k++) sequence.add(1);
  // All ones: after 40 values the lower bound is above nine tenths of what an exact computation of the same sums gives.
  let [sum, squares, stakes, cost] = [0, 0, 0, 0];
  for (let k = 1; k <= 40; k++) {
    const [before, variance] = [(0.5 + sum) / k, (0.25 + squares) / k];
    const stake = Math.min(0.5, Math.sqrt((2 * evidence) / (variance * k * Math.log(1 + k))));
    stakes += stake;
    cost += (1 - before) ** 2 * psi(stake);
    sum += 1;
    squares += (1 - (0.5 + sum) / (k + 1)) ** 2;
  }
  expect(sequence.interval().lower).toBeCloseTo(1 - (evidence + cost) / stakes, 12);
  expect(sequence.interval().upper).toBe(1);
});

describe.each([0.05, 0.5, 0.9])('of values that are 1 in %d of the cases', (chance) => {
  test('all intervals hold the mean in at least 95 % of 1,000 sequences of 1,000, and narrow down', () => {
    const uniform = generator(31);
    let held = 0;
    let width = 0;
    for (let k = 0; k < 1000; k++) {
      const sequence = createConfidenceSequence({ range: [0, 1] });
      let isInside = true;
      for (let step = 0; step < 1000; step++) {
        sequence.add(uniform() < chance ? 1 : 0);
        const { lower, upper } = sequence.interval();
        if (chance < lower || chance > upper) isInside = false;
      }
      if (isInside) held++;
      const { lower, upper } = sequence.interval();
      width += (upper - lower) / 1000;
    }
    expect(held / 1000).toBeGreaterThanOrEqual(0.95);
    // An interval that is looked at once would be 4 standard errors wide; looking always costs less than twice that and a bit.
    expect(width).toBeLessThan(2.4 * 4 * Math.sqrt((chance * (1 - chance)) / 1000) + 0.02);
  });
});

test('another range is the same, stretched', () => {
  const uniform = generator(2);
  const [unit, stretched] = [createConfidenceSequence({ range: [0, 1] }), createConfidenceSequence({ range: [-2, 8] })];
  for (let k = 0; k < 300; k++) {
    const value = uniform();
    unit.add(value);
    stretched.add(10 * value - 2);
  }
  const [a, b] = [unit.interval(), stretched.interval()];
  expect(b.lower).toBeCloseTo(10 * a.lower - 2, 9);
  expect(b.upper).toBeCloseTo(10 * a.upper - 2, 9);
  expect(b.mean).toBeCloseTo(10 * a.mean! - 2, 9);
});

test('takes the ends of a range that single precision rounds outwards, as the ends', () => {
  expect(Math.fround(0.7)).toBeLessThan(0.7);
  expect(Math.fround(4.9)).toBeGreaterThan(4.9);
  const [stored, exact] = [
    createConfidenceSequence({ range: [0.7, 4.9] }),
    createConfidenceSequence({ range: [0.7, 4.9] }),
  ];
  for (const value of [0.7, 4.9, 4.9, 0.7]) {
    stored.add(Math.fround(value));
    exact.add(value);
  }
  expect(stored.interval()).toEqual(exact.interval());
  for (const value of [0.6999999, 4.9000002])
    expect(() => stored.add(value)).toThrow(/value: expected a number from 0.7 to 4.9/);
});

test('detects a difference, and rarely a false one', () => {
  const uniform = generator(5);
  const watch = (first: number, second: number): boolean => {
    const sequence = createDifferenceSequence({ range: [0, 1] });
    for (let k = 0; k < 800; k++) {
      sequence.add('first', uniform() < first ? 1 : 0);
      sequence.add('second', uniform() < second ? 1 : 0);
      const { lower, upper } = sequence.interval();
      if (lower > 0 || upper < 0) return true;
    }
    return false;
  };
  const told = (first: number, second: number): number =>
    Array.from({ length: 200 }, () => watch(first, second)).filter(Boolean).length / 200;
  expect(told(0.8, 0.4)).toBeGreaterThan(0.95);
  expect(told(0.5, 0.5)).toBeLessThanOrEqual(0.05);
  expect(createDifferenceSequence({ range: [0, 1] }).interval()).toEqual({ lower: -1, upper: 1, mean: null, count: 0 });
});

/** What a server reads back after it was started again. */
const stored = <T>(state: T): T => JSON.parse(JSON.stringify(state));

test('a sequence restored from a state continues bit for bit', () => {
  const values = fc.array(fc.double({ min: -2, max: 8, noNaN: true }), { maxLength: 60 });
  fc.assert(
    fc.property(values, fc.nat(60), (all, cut) => {
      const options = { range: [-2, 8], confidence: 0.9 } as const;
      const whole = createConfidenceSequence(options);
      const before = createConfidenceSequence(options);
      for (const value of all) whole.add(value);
      for (const value of all.slice(0, cut)) before.add(value);
      const after = createConfidenceSequence({ ...options, from: stored(before.state()) });
      expect(after.interval()).toEqual(before.interval());
      for (const value of all.slice(cut)) after.add(value);
      expect(after.interval()).toEqual(whole.interval());
      expect(after.state()).toEqual(whole.state());
    }),
  );
});

test('an A/B test goes on from a stored state; the state is a copy', () => {
  const uniform = generator(8);
  const values = Array.from({ length: 400 }, (_, k) => [k % 3 === 0 ? 'first' : 'second', uniform()] as const);
  const whole = createDifferenceSequence({ range: [0, 1] });
  let server = createDifferenceSequence({ range: [0, 1] });
  for (const [k, [policy, value]] of values.entries()) {
    whole.add(policy, value);
    server.add(policy, value);
    if (k % 50 === 17) server = createDifferenceSequence({ range: [0, 1], from: stored(server.state()) });
  }
  expect(server.interval()).toEqual(whole.interval());
  const state = server.state();
  server.add('first', 1);
  expect(state).toEqual(whole.state());
});

test('a state that was changed is refused or gives intervals within the range', () => {
  const sequence = createConfidenceSequence({ range: [0, 1] });
  for (const value of [0.2, 0.9, 0.4]) sequence.add(value);
  const state = sequence.state();
  const change = fc.oneof(fc.double(), fc.constantFrom(null, '1', -1, Number.NaN, [], {}), fc.integer());
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(state)), change, (field, value) => {
      try {
        const changed = createConfidenceSequence({ range: [0, 1], from: { ...state, [field]: value } });
        changed.add(0.5);
        const { lower, upper, mean } = changed.interval();
        for (const number of [lower, upper, mean!]) expect(number >= 0 && number <= 1 + 1e-6).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOptionError);
      }
    }),
    { numRuns: 300 },
  );
});

test.each<[string, () => unknown, RegExp]>([
  [
    'another policy',
    () => createDifferenceSequence({ range: [0, 1] }).add('A' as 'first', 1),
    /policy: expected 'first' or 'second'; found "A"/,
  ],
  ['no value', () => createDifferenceSequence({ range: [0, 1] }).add('first', undefined as never), /value/],
  ['a value as text', () => createConfidenceSequence({ range: [0, 1] }).add('1' as never), /value: .* found "1"/],
  ['no range', () => createConfidenceSequence({} as never), /range: expected two finite numbers.*; found undefined/],
  ['a confidence of 0 for two', () => createDifferenceSequence({ range: [0, 1], confidence: 0 }), /confidence/],
  ['a negative confidence for two', () => createDifferenceSequence({ range: [0, 1], confidence: -0.5 }), /confidence/],
  [
    'a state of another range',
    () => createConfidenceSequence({ range: [0, 2], from: createConfidenceSequence({ range: [0, 1] }).state() }),
    /from\.range: expected \[0,2\], like the sequence; found \[0,1\]/,
  ],
  [
    'a state of another confidence',
    () =>
      createDifferenceSequence({
        range: [0, 1],
        confidence: 0.9,
        from: createDifferenceSequence({ range: [0, 1] }).state(),
      }),
    /from\.confidence: expected 0\.95, /,
  ],
  [
    'the state of one mean for two',
    () =>
      createDifferenceSequence({ range: [0, 1], from: createConfidenceSequence({ range: [0, 1] }).state() as never }),
    /from: expected the result of state\(\) of a/,
  ],
  [
    'a value outside the range',
    () => createConfidenceSequence({ range: [0, 1] }).add(1.5),
    /value: expected a number from 0 to 1; found 1\.5/,
  ],
  ['a value that is not a number', () => createConfidenceSequence({ range: [0, 1] }).add(Number.NaN), /value/],
  ['a range of nothing', () => createConfidenceSequence({ range: [1, 1] }), /range/],
  ['a confidence of 1', () => createDifferenceSequence({ range: [0, 1], confidence: 1 }), /confidence/],
])('%s is refused', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(InvalidOptionError);
});
