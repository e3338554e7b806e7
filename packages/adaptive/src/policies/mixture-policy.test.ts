import { createRandom, InvalidOptionError, type Observation } from '@ialp/core';
import { createFrozenLearner, type Policy } from '@ialp/policy';
import { policyChecks } from '@ialp/policy/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GateError } from '../errors.js';
import type { Gate } from '../gate.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { createMixturePolicy } from './mixture-policy.js';

const ITEMS = 4;
const PRE = [0.7, 0.1, 0.1, 0.1];
const ONLINE = [0, 0.25, 0.25, 0.5];

const mixture = (weight: number): Policy =>
  createMixturePolicy(fixedPolicy(PRE), fixedPolicy(ONLINE), (_, weights) => void weights.fill(weight));

describe.each([0, 0.4, 1])('a mixture with weight %d keeps the rules of a policy', (weight) => {
  for (const check of policyChecks(() => mixture(weight))) test(check.name, check.run);
});

test('the propensity is that of the mixture, for any item and any weight', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1, noNaN: true }), fc.nat(ITEMS - 1), (weight, item) => {
      const propensity = mixture(weight)
        .distribution(makeObservation(3, ITEMS))
        .propensity(new Int32Array(3).fill(item));
      for (const value of propensity) expect(value).toBeCloseTo(weight * PRE[item] + (1 - weight) * ONLINE[item], 6);
    }),
  );
});

test('what is drawn comes as often as the mixture says, and with its propensity', () => {
  const rows = 20_000;
  const { items, propensity } = mixture(0.3).distribution(makeObservation(rows, ITEMS)).sample(createRandom(1));
  const counts = new Float64Array(ITEMS);
  for (const item of items) counts[item]++;
  const expected = PRE.map((p, item) => 0.3 * p + 0.7 * ONLINE[item]);
  const chiSquare = counts.reduce(
    (sum, count, item) => sum + (count - rows * expected[item]) ** 2 / (rows * expected[item]),
    0,
  );
  // 3 degrees of freedom: 16.3 is passed once in a thousand.
  expect(chiSquare).toBeLessThan(16.3);
  items.forEach((item, row) => {
    expect(propensity[row]).toBeCloseTo(expected[item], 6);
  });
});

test('each row has a weight of its own', () => {
  const policy = createMixturePolicy(fixedPolicy(PRE), fixedPolicy(ONLINE), (_, weights) => weights.set([1, 0, 0.5]));
  const propensity = policy.distribution(makeObservation(3, ITEMS)).propensity(Int32Array.of(0, 0, 0));
  expect(Array.from(propensity, (value) => Number(value.toFixed(6)))).toEqual([0.7, 0, 0.35]);
});

test('a policy whose share is 0 is not asked', () => {
  const silent: Policy = {
    specificationVersion: 'v2',
    items: ITEMS,
    distribution() {
      throw new Error('was asked');
    },
  };
  const ask = (weight: number): void => {
    createMixturePolicy(silent, fixedPolicy(ONLINE), (_, weights) => void weights.fill(weight))
      .distribution(makeObservation(2, ITEMS))
      .sample(createRandom(1));
  };
  expect(() => ask(0)).not.toThrow();
  expect(() => ask(0.1)).toThrow('was asked');
});

test('weights that are no shares, and policies for two catalogues, are refused', () => {
  const observation: Observation = makeObservation(2, ITEMS);
  for (const weight of [-0.1, 1.1, Number.NaN])
    expect(() => mixture(weight).distribution(observation)).toThrow(GateError);
  expect(() => createMixturePolicy(fixedPolicy(PRE), fixedPolicy([0.5, 0.5]), () => {})).toThrow(InvalidOptionError);
});

test.each<[string, (weights: Float32Array) => unknown, number, RegExp]>([
  ['a number that is returned', () => 0.5, 0, /weigh returned 0\.5, which is ignored\. Fill every element/],
  ['another array', () => Float32Array.of(1, 1), 0, /weigh returned another array/],
  ['a promise', async () => 0.5, 0, /weigh returned a promise/],
  ['nothing at all', () => {}, 0, /nothing was filled in\. Fill every element of the array passed to weigh/],
  ['one row that is left out', (weights) => weights.fill(0.5, 0, 1), 1, /weights\[1\]: .*nothing was filled in\. Fill/],
])('a gate that fills in less than all weights is refused: %s', (_what, weigh, row, message) => {
  // As it compiles: a function that returns something is one that returns void.
  const gate: Gate = { specificationVersion: 'v2', weigh: (_context, weights) => weigh(weights) as undefined };
  const learner = (by: 'step' | 'session') =>
    createAdaptiveLearner({
      pretrained: fixedPolicy(PRE),
      online: createFrozenLearner(fixedPolicy(ONLINE)),
      ...{ gate, by },
    });
  for (const by of ['step', 'session'] as const) {
    const act = () => learner(by).policy.distribution(makeObservation(2, ITEMS));
    expect(act).toThrow(GateError);
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ row }));
  }
});

test('a gate that returns the array that it has filled is right', () => {
  const policy = createMixturePolicy(fixedPolicy(PRE), fixedPolicy(ONLINE), (_, weights) => weights.fill(0.5));
  expect(policy.distribution(makeObservation(1, ITEMS)).propensity(Int32Array.of(0))[0]).toBeCloseTo(0.35, 6);
});
