import { createRandom, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropy, gini } from './beyond-accuracy/concentration.js';
import { intraListDiversity } from './beyond-accuracy/lists.js';
import { confidenceInterval, pairedDifference } from './intervals/aggregate.js';
import { ips } from './ope/estimators.js';
import { bootstrapInterval } from './ope/intervals.js';
import { stratifiedBootstrap } from './runs/bootstrap.js';
import { createConfidenceSequence } from './sequential/confidence-sequence.js';
import { createOpeStream } from './streaming/ope-stream.js';
import { createRunningMean } from './streaming/running-mean.js';

const log = { reward: [1, 0, 1], propensity: [0.5, 0.5, 0.5], target: [0.5, 0.2, 0.9] };
const uniform = (value: number) => ({ random: { uniform: () => value } });
const scores: [number[][]] = [[[1, 2, 3]]];

describe('throws for input without a finite result:', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a range beyond numbers',
      () => createConfidenceSequence({ range: [-1e308, 1e308] }),
      /range: expected ends within single/,
    ],
    [
      'an infinite value',
      () => createConfidenceSequence({ range: [0, 3e38] }).add(Number.POSITIVE_INFINITY),
      /value: /,
    ],
    [
      'an interval beyond numbers',
      () => confidenceInterval([1e308, 1e308, -1e308]),
      /values: .* found values with lower -Infinity/,
    ],
    [
      'a difference beyond numbers',
      () => pairedDifference([1e308, 1], [-1e308, 1]),
      /values\[0\]: expected a finite number/,
    ],
    [
      'squares beyond numbers',
      () => [1e200, -1e200].forEach(createRunningMean().add),
      /value: .* squares have a finite sum/,
    ],
    ['a distance of NaN', () => intraListDiversity([1, 2], () => Number.NaN), /distance: .* found a distance of NaN/],
    ['a distance as text', () => intraListDiversity([1, 2, 3], () => '1' as never), /distance: .* found "1"/],
    ['counts of an infinite sum', () => gini([1e308, 1e308]), /counts: expected counts with a finite sum/],
    ['a count of null', () => entropy([null as never, 1]), /counts\[0\]: expected a number of at least 0; found null/],
    [
      'a statistic of NaN',
      () => stratifiedBootstrap<[number[][]]>(scores, () => Number.NaN, { random: createRandom(1) }),
      /statistic: /,
    ],
    [
      'a random number of 1',
      () => ips(log, { interval: bootstrapInterval(uniform(1)) }),
      /random\.uniform\(\): .* found 1/,
    ],
    [
      'a random number of NaN',
      () => stratifiedBootstrap<[number[][]]>(scores, () => 1, uniform(Number.NaN)),
      /random\.uniform\(\)/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });
});

test('the interval of large and of small values is that of usual ones, scaled', () => {
  const usual = confidenceInterval([1, 2, 4]);
  for (const scale of [2 ** 600, 2 ** -600]) {
    const { mean, lower, standardDeviation } = confidenceInterval([1 * scale, 2 * scale, 4 * scale]);
    expect([mean / scale, lower! / scale]).toEqual([usual.mean, usual.lower]);
    expect(standardDeviation! / scale).toBe(usual.standardDeviation);
  }
});

describe('states whose numbers contradict each other are refused:', () => {
  const stream = createOpeStream();
  for (let row = 0; row < 2; row++) {
    stream.add({ reward: log.reward[row], propensity: log.propensity[row], target: log.target[row] });
  }
  const sequence = createConfidenceSequence({ range: [0, 1] });
  for (const value of [1, 0.5, 1, 0.5, 0.5]) sequence.add(value);
  const sequenceFrom = (change: object) => () =>
    createConfidenceSequence({ range: [0, 1], from: { ...sequence.state(), ...change } });
  test.each<[string, () => unknown, RegExp]>([
    [
      'modelled',
      () => createOpeStream({ ...stream.state(), modelled: 5 }),
      /state\.modelled: expected 0 or 2, the count/,
    ],
    [
      'products',
      () => createOpeStream({ ...stream.state(), products: 1e9 }),
      /state\.products: expected a number from/,
    ],
    [
      'maxWeight',
      () => createOpeStream({ ...stream.state(), maxWeight: 0 }),
      /state\.maxWeight: expected a number of at least/,
    ],
    [
      'corrected',
      () => createOpeStream({ ...stream.state(), corrected: 1 }),
      /state\.corrected: expected 0, because modelled is 0/,
    ],
    [
      'squares',
      () => createRunningMean({ count: 1, mean: 0, squares: 5 }),
      /state\.squares: expected 0, because count is 1/,
    ],
    ['mean', () => createRunningMean({ count: 0, mean: 2, squares: 0 }), /state\.mean: expected 0/],
    ['lower', sequenceFrom({ lower: 0.9 }), /from\.lower: expected a number from 0 to 0, by stakes/],
    ['upper', sequenceFrom({ upper: 0.1 }), /from\.upper: expected a number from 1 to 1/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });

  test('those that streams and sequences give never are', () => {
    const probability = fc.double({ min: 1e-12, max: 1, noNaN: true });
    const rewards = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const decision = fc.record({
      reward: rewards,
      propensity: probability,
      target: fc.oneof(fc.constant(0), probability),
    });
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 50 }), fc.boolean(), (decisions, isModeled) => {
        const [one, other] = [createOpeStream(), createOpeStream()];
        for (const [k, each] of decisions.entries()) {
          const model = isModeled ? { qHat: 0.1, vHat: 0.2 } : {};
          (k % 3 === 0 ? one : other).add({ ...each, ...model });
        }
        one.merge(other.state());
        expect(createOpeStream(one.state()).state()).toEqual(one.state());
      }),
    );
    const values = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(0.01, 0.5, 0.95, 0.999), (list, confidence) => {
        const options = { range: [0, 1] as const, confidence };
        const watched = createConfidenceSequence(options);
        for (const value of list) watched.add(value);
        expect(createConfidenceSequence({ ...options, from: watched.state() }).state()).toEqual(watched.state());
      }),
    );
  });
});
