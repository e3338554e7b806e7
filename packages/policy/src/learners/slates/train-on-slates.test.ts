/** Slates as a whole, and item by item: the same loss, the same gradient. */
import { createRandom, isAllowed, type Trajectories } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import type { Network, Targets } from '../../network.js';
import { makeStates } from '../../test-support/batch.js';
import { trainOnSlates } from './train-on-slates.js';

interface Case {
  readonly items: number;
  readonly rows: number;
  readonly slateSize: number;
  readonly seed: number;
  /** How certain the policy is. */
  readonly logitScale: number;
  readonly entropyWeight: number;
  readonly threads: number;
}

const HISTORY = 4;

/** Its step of gradient descent changes the weights by the gradient. */
function networkOf({ items, seed, logitScale, threads }: Case): Network {
  const sizes = { items, historyLength: HISTORY, embedding: 8, hidden: 16, threads };
  const network = createNetwork({ ...sizes, optimizer: { name: 'sgd' }, random: createRandom(seed) });
  network.scaleActor(logitScale);
  return network;
}

/** Slates drawn from the policy of a network, in states that exclude some items. */
function slatesOf(network: Network, { items, rows, slateSize, seed }: Case): Trajectories {
  const states = makeStates(rows, items, HISTORY, seed);
  const { items: actions } = network.evaluate(states).sample(createRandom(seed + 1), { count: slateSize });
  return { rows, slateSize, states, actions } as unknown as Trajectories;
}

/** What one step sees, reports, and makes of the weights. */
function stepOf(network: Pick<Network, 'trainStep' | 'trainSlates'>, trajectories: Trajectories, made: Case) {
  const { rows, slateSize } = trajectories;
  const random = createRandom(made.seed + 2);
  const policyWeight = Float32Array.from({ length: rows * slateSize }, () => 2 * random.uniform() - 1);
  const valueTarget = Float32Array.from({ length: rows }, () => random.uniform());
  const seen: Record<string, Float32Array> = {};
  const report = trainOnSlates(
    network as Network,
    trajectories,
    ({ logProbability, entropy, value }) => {
      Object.assign(seen, { logProbability: logProbability.slice(), entropy: entropy.slice(), value: value.slice() });
      return { policyWeight, valueTarget };
    },
    { learningRate: 1, valueWeight: 0.5, entropyWeight: made.entropyWeight, maxGradientNorm: Number.POSITIVE_INFINITY },
  );
  return { seen, report };
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(found.length, what).toBe(expected.length);
  for (let k = 0; k < found.length; k++) {
    const difference = Math.abs(found[k] - expected[k]);
    if (!(difference <= tolerance * (1 + Math.abs(expected[k])))) expect(found[k], `${what}[${k}]`).toBe(expected[k]);
  }
}

const cases = fc.record<Case>({
  items: fc.integer({ min: 30, max: 1200 }),
  rows: fc.integer({ min: 1, max: 40 }),
  slateSize: fc.integer({ min: 2, max: 5 }),
  seed: fc.integer({ min: 1, max: 1000 }),
  logitScale: fc.constantFrom(0, 1, 40, 400, 4000),
  entropyWeight: fc.constantFrom(0, 0.01, 1),
  threads: fc.constant(1),
});

test('a step on whole slates is that on a row for each item', () => {
  fc.assert(
    fc.property(cases, (made) => {
      const [whole, single] = [networkOf(made), networkOf(made)];
      const trajectories = slatesOf(whole, made);
      const found = stepOf(whole, trajectories, made);
      const expected = stepOf({ trainStep: single.trainStep.bind(single) }, trajectories, made);
      for (const name of ['logProbability', 'entropy', 'value'] as const) {
        expectClose(found.seen[name], expected.seen[name], 2e-4, name);
      }
      const after = single.weights();
      for (const [name, { data }] of Object.entries(whole.weights())) expectClose(data, after[name].data, 2e-4, name);
      for (const [name, value] of Object.entries(expected.report))
        expectClose([found.report[name as 'entropy']], [value], 1e-3, name);
    }),
    { numRuns: 60 },
  );
});

test('the number of threads changes no bit', () => {
  const made = { items: 1100, rows: 70, slateSize: 4, seed: 3, logitScale: 40, entropyWeight: 0.02, threads: 1 };
  const [one, two] = [networkOf(made), networkOf({ ...made, threads: 2 })];
  const trajectories = slatesOf(one, made);
  for (let step = 0; step < 3; step++) expect(stepOf(two, trajectories, made)).toEqual(stepOf(one, trajectories, made));
  expect(two.weights()).toEqual(one.weights());
  two.dispose?.();
});

describe('refused', () => {
  const made = { items: 30, rows: 2, slateSize: 2, seed: 1, logitScale: 1, entropyWeight: 0, threads: 1 };
  const network = networkOf(made);
  const { states, actions } = slatesOf(network, made);
  const settings = { learningRate: 1, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };
  const excluded = Array.from({ length: 30 }, (_, item) => item).find((item) => !isAllowed(states, 0, item))!;
  test.each<[string, Int32Array, Targets, string]>([
    ['an item twice', Int32Array.of(actions[0], actions[0], actions[2], actions[3]), {}, 'actions[1]'],
    ['an excluded item', Int32Array.of(excluded, actions[1], actions[2], actions[3]), {}, 'actions[0]'],
    ['an item of no catalogue', Int32Array.of(actions[0], actions[1], actions[2], 30), {}, 'actions[3]'],
    ['action values', actions, { qTarget: new Float32Array(2) }, 'targets.qTarget'],
  ])('%s', (_, shown, targets, message) => {
    const before = network.weights();
    expect(() => network.trainSlates!(states, shown, () => targets, settings)).toThrow(message);
    expect(network.weights()).toEqual(before);
  });

  test('weights for the decisions instead of the items', () => {
    const targets = { policyWeight: new Float32Array(2) };
    expect(() => network.trainSlates!(states, actions, () => targets, settings)).toThrow('targets.policyWeight');
  });

  test('a sampled softmax', () => {
    const sampled = { ...settings, sampledSoftmax: { items: 4, random: createRandom(1) } };
    expect(() => network.trainSlates!(states, actions, () => ({}), sampled)).toThrow('sampledSoftmax');
  });
});
