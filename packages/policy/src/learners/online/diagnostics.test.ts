import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { TrajectoryRecorder } from '../../experience/trajectory-recorder.js';
import { observationOf } from '../../test-support/observations.js';
import { explainedVariance, policyChange } from './diagnostics.js';
import { createPpo, type PpoOptions } from './ppo.js';

describe('the change of a policy', () => {
  test('is 0 for a policy that has not changed', () => {
    expect(policyChange(Float64Array.of(1, 1, 1), 0.2)).toEqual({ approximateKl: 0, clipFraction: 0 });
  });

  test('estimates the divergence without bias, on actions sampled from the old policy', () => {
    const [old, latest] = [
      [0.5, 0.3, 0.2],
      [0.4, 0.25, 0.35],
    ];
    const exact = old.reduce((sum, p, item) => sum + p * Math.log(p / latest[item]), 0);
    const random = createRandom(1);
    const ratio = Float64Array.from({ length: 200_000 }, () => {
      const place = random.uniform();
      const item = place < 0.5 ? 0 : place < 0.8 ? 1 : 2;
      return latest[item] / old[item];
    });
    const { approximateKl, clipFraction } = policyChange(ratio, 0.2);
    expect(approximateKl).toBeCloseTo(exact, 2);
    // Two items change by a fifth or less.
    expect(clipFraction).toBeCloseTo(0.2, 2);
  });

  test('is never negative, and leaves out actions that had no probability', () => {
    const ratios = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(ratios, (list) => {
        const { approximateKl, clipFraction } = policyChange(Float64Array.from(list), 0.2);
        expect(approximateKl).toBeGreaterThanOrEqual(0);
        expect(clipFraction).toBe(list.filter((ratio) => Math.abs(ratio - 1) > 0.2).length / list.length);
        expect(
          policyChange(Float64Array.from([...list, Number.NaN, Number.POSITIVE_INFINITY]), 0.2).approximateKl,
        ).toBe(approximateKl);
      }),
    );
  });
});

test('an action that the policy cannot choose any more is the greatest change, and a finite one', () => {
  const { approximateKl, clipFraction } = policyChange(Float64Array.of(1, 0), 0.2);
  expect(clipFraction).toBe(0.5);
  expect(approximateKl).toBeGreaterThan(8);
  expect(approximateKl).toBeLessThan(10);
});

describe('explained variance', () => {
  test.each([
    ['a perfect critic', [1, 2, 3], 1],
    ['a constant', [7, 7, 7], 0],
    ['a critic that is off by a constant', [11, 12, 13], 1],
    ['a critic that is wrong about the sign', [-1, -2, -3], -3],
  ])('of %s', (_critic, values, expected) => {
    expect(explainedVariance(Float32Array.from(values), Float32Array.of(1, 2, 3))).toEqual({
      explainedVariance: expect.closeTo(expected, 6),
    });
  });

  test('is absent if the targets do not vary', () => {
    expect(explainedVariance(Float32Array.of(1, 2), Float32Array.of(3, 3))).toEqual({});
  });
});

describe('what PPO reports', () => {
  const [steps, sessions, items] = [4, 16, 6];

  function learnOnce(options: Partial<PpoOptions>) {
    const random = createRandom(5);
    const network = createNetwork({ items, historyLength: 2, embedding: 4, hidden: 8, random });
    const learner = createPpo({ network, random, batchSize: 32, learningRate: 0.02, ...options });
    const observation = (turn: number) =>
      observationOf(sessions, items, {
        historyLength: 2,
        turn: new Int32Array(sessions).fill(turn),
        historyItems: Int32Array.from({ length: sessions * 2 }, (_, place) => (place * 7 + turn) % items),
        historyFeedback: new Float32Array(sessions * 2).fill(1),
      });
    const recorder = new TrajectoryRecorder({ items, historyLength: 2 });
    for (let step = 0; step < steps; step++) {
      const action = learner.policy.distribution(observation(step)).sample(random);
      recorder.recordAction(observation(step), action);
      recorder.recordFeedback(observation(step + 1), {
        reward: Float32Array.from(action.items, (item) => (item % 2 === 0 ? 1 : 0)),
        terminated: new Uint8Array(sessions),
        truncated: new Uint8Array(sessions),
      });
    }
    return learner.learn(recorder.take());
  }

  test('the divergence grows with the number of epochs, and the first step has none', () => {
    const one = learnOnce({ epochs: 1, batchSize: steps * sessions });
    expect(one).toMatchObject({ clipFraction: 0, epochs: 1 });
    expect(one['approximateKl']).toBeLessThan(1e-9);
    const many = learnOnce({ epochs: 8 });
    expect(many['approximateKl']).toBeGreaterThan(0.001);
    expect(many['clipFraction']).toBeGreaterThan(0);
    expect(many['explainedVariance']).toBeLessThanOrEqual(1);
  });

  test('a target of the divergence ends the epochs early, a far one never', () => {
    const free = learnOnce({ epochs: 8 });
    expect(learnOnce({ epochs: 8, targetKl: 1000 })).toEqual(free);
    const stopped = learnOnce({ epochs: 8, targetKl: 0.001 });
    expect(stopped['epochs']).toBeLessThan(8);
    expect(stopped['approximateKl']).toBeLessThan(free['approximateKl']);
  });

  test.each([0, -1, Number.NaN])('a target of %s is refused', (targetKl) => {
    expect(() => learnOnce({ targetKl })).toThrow(expect.objectContaining({ option: 'targetKl' }));
  });
});
