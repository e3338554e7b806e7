/** Training on a sample of the catalogue: what it estimates, and what it leaves alone. */
import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import type { ActionEvaluation, Network, TrainingSettings } from '../network.js';
import { allowedActions, allWeights, makeStates, makeTargets, SETTINGS } from '../test-support/batch.js';
import { describeBuilds } from '../test-support/builds.js';
import { createNetwork } from './built-in-network.js';
import type { Optimizer } from './optimizer.js';

describeBuilds(() => {
  const ITEMS = 60;
  const SESSIONS = 9;
  const STRIDE = 2 ** 24;
  const sizes = { items: ITEMS, historyLength: 4, embedding: 8, hidden: 12 };
  const states = makeStates(SESSIONS, ITEMS, 4, 3);
  const actions = allowedActions(states, 4);

  function networkWith(optimizer: Optimizer = { name: 'sgd' }): Network {
    const network = createNetwork({ ...sizes, optimizer, heads: ['actor', 'value', 'q'], random: createRandom(1) });
    network.scaleActor(60);
    return network;
  }

  function sampled(items: number, seed: number, settings: Partial<TrainingSettings> = {}): TrainingSettings {
    return { ...SETTINGS, ...settings, sampledSoftmax: { items, random: createRandom(seed) } };
  }

  /** What one step sees, and the gradient that it takes. */
  function step(settings: Partial<TrainingSettings>): { seen: ActionEvaluation; gradient: Float32Array } {
    const network = networkWith();
    const before = allWeights(network);
    let seen: ActionEvaluation | undefined;
    network.trainStep(
      states,
      actions,
      (evaluation) => {
        seen = {
          ...evaluation,
          logProbability: evaluation.logProbability.slice(),
          entropy: evaluation.entropy.slice(),
        };
        return makeTargets(SESSIONS, 5);
      },
      { ...SETTINGS, learningRate: STRIDE, maxGradientNorm: Number.POSITIVE_INFINITY, ...settings },
    );
    const after = allWeights(network);
    return { seen: seen as ActionEvaluation, gradient: before.map((value, k) => (value - after[k]) / STRIDE) };
  }

  const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, k) => value - b[k]));

  describe('against the whole catalogue', () => {
    const whole = step({});

    test.each([
      { items: 20_000, share: 0.05 },
      { items: 400, share: 0.4 },
    ])('a sample of $items: probabilities, entropies and gradients', ({ items, share }) => {
      const { seen, gradient } = step(
        sampled(items, 6, { learningRate: STRIDE, maxGradientNorm: Number.POSITIVE_INFINITY }),
      );
      expect(distance(seen.logProbability, whole.seen.logProbability)).toBeLessThan(share * SESSIONS);
      expect(distance(seen.entropy, whole.seen.entropy)).toBeLessThan(share * SESSIONS);
      const zero = new Float32Array(gradient.length);
      expect(distance(gradient, whole.gradient)).toBeLessThan(share * distance(whole.gradient, zero));
    });

    test('the sum that a sample stands for is unbiased: 1 / pi(a|s) of an action, on average', () => {
      // 1 / pi = 1 + (sum over the others of exp(score)) / exp(score of a), of which the sample's is an unbiased estimate.
      const runs = 300;
      const mean = new Float64Array(SESSIONS);
      const square = new Float64Array(SESSIONS);
      for (let run = 0; run < runs; run++) {
        step(sampled(16, 100 + run)).seen.logProbability.forEach((value, row) => {
          mean[row] += Math.exp(-value) / runs;
          square[row] += Math.exp(-2 * value) / runs;
        });
      }
      whole.seen.logProbability.forEach((value, row) => {
        const error = Math.sqrt((square[row] - mean[row] ** 2) / runs);
        expect(Math.abs(mean[row] - Math.exp(-value)), `state ${row}`).toBeLessThan(4.5 * error + 1e-6);
      });
    });
  });

  test('training on samples learns what training on the catalogue learns', () => {
    const network = networkWith({ name: 'adam' });
    const settings = { learningRate: 0.02, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };
    const random = createRandom(8);
    const policyWeight = new Float32Array(SESSIONS).fill(1);
    for (let k = 0; k < 300; k++) {
      network.trainStep(states, actions, () => ({ policyWeight }), {
        ...settings,
        sampledSoftmax: { items: 8, random },
      });
    }
    // Identical states (empty histories) share their probability.
    const p = network.evaluate(states).propensity(actions);
    expect(p.filter((value) => value > 0.4).length).toBeGreaterThan(SESSIONS / 2);
  });

  test.each([{ name: 'adam' }, { name: 'sgd', momentum: 0.9 }] as const)(
    '$name: items that a batch has not touched stay as they are, and an exact step in between changes that',
    (optimizer) => {
      const network = networkWith(optimizer);
      const targets = makeTargets(SESSIONS, 5);
      for (const [seed, exact] of [
        [1, false],
        [2, false],
        [3, true],
        [4, false],
      ] as const) {
        const before = network.weights();
        const { learningRate, ...others } = SETTINGS;
        const settings = exact ? { learningRate, ...others } : sampled(4, seed);
        network.trainStep(states, actions, () => targets, settings);
        const after = network.weights();
        const moved = (name: string): number[] =>
          Array.from({ length: ITEMS }, (_, item) => item).filter((item) => {
            const width = after[name].shape[1];
            return [...after[name].data.subarray(item * width, (item + 1) * width)].some(
              (value, k) => value !== before[name].data[item * width + k],
            );
          });
        const shown = new Set(states.historyItems);
        const strangers = moved('positive').filter((item) => !shown.has(item));
        expect(strangers).toEqual([]);
        if (exact) expect(moved('actor').length).toBeGreaterThan(ITEMS / 2);
        else expect(moved('actor').length).toBeLessThanOrEqual(4 + SESSIONS);
      }
    },
  );

  test('the same seed draws the same sample', () => {
    const [first, second, other] = [6, 6, 7].map((seed) => step(sampled(12, seed)).gradient);
    expect(second).toEqual(first);
    expect(distance(first, other)).toBeGreaterThan(0);
  });

  test.each([0, -3, 1.5])('a sample of %s is refused', (items) => {
    const network = networkWith();
    const train = () => network.trainStep(states, actions, () => makeTargets(SESSIONS, 5), sampled(items, 1));
    expect(train).toThrow(InvalidOptionError);
    expect(train).toThrow('sampledSoftmax.items');
  });
});
