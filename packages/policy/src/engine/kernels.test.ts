import { createRandom, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DivergenceError, NothingAllowedError } from '../errors.js';
import type { ActionEvaluation, TrainingSettings, Weights } from '../network.js';
import { describeBuilds } from '../test-support/builds.js';
import { reference, row, states, withLogits } from '../test-support/logits.js';
import { createNetwork } from './built-in-network.js';

describeBuilds(() => {
  function probabilities(logits: readonly number[], mask?: readonly number[]): number[] {
    const evaluation = withLogits(logits).evaluate(states(logits.length, mask));
    return logits.map((_, item) => evaluation.propensity(Int32Array.of(item))[0]);
  }

  const STILL: TrainingSettings = { learningRate: 0, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };

  /** Log probabilities and entropy as a training step sees them: before `exp`. */
  function logarithms(logits: readonly number[], mask?: readonly number[]): { log: number[]; entropy: number } {
    const network = withLogits(logits);
    const zeros = new Float32Array(1);
    const log: number[] = [];
    let entropy = Number.NaN;
    logits.forEach((_, item) => {
      if (mask !== undefined && mask[item] === 0) {
        log.push(Number.NEGATIVE_INFINITY);
        return;
      }
      const look = (seen: ActionEvaluation) => {
        log.push(seen.logProbability[0]);
        entropy = seen.entropy[0];
        return { policyWeight: zeros, valueTarget: zeros };
      };
      network.trainStep(states(logits.length, mask), Int32Array.of(item), look, STILL);
    });
    return { log, entropy };
  }

  describe('softmax against double precision', () => {
    test.each([1, 20, 80])('logits within %i of 0, any mask, any number of items', (span) => {
      fc.assert(
        fc.property(row(span), ({ logits, mask }) => {
          const found = logarithms(logits, mask);
          const expected = reference(logits, mask);
          expected.log.forEach((value, item) => {
            if (mask[item] === 0) return;
            expect(Math.abs(found.log[item] - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
          });
          expect(Math.abs(found.entropy - expected.entropy)).toBeLessThan(2e-6);
        }),
      );
    });

    test('exp: two items, over the whole range in which the smaller one counts', () => {
      for (let gap = 0; gap <= 16; gap += 1 / 64) {
        const { log, entropy } = logarithms([0, -gap]);
        const expected = reference([0, -gap]);
        // log p of the likelier item is -log(1 + e^-gap): the error of the exponential, undiluted.
        expect(Math.abs(log[0] - expected.log[0]), `gap ${gap}`).toBeLessThan(2e-7);
        expect(Math.abs(entropy - expected.entropy), `gap ${gap}`).toBeLessThan(3e-7);
      }
    });

    test.each([1, 2, 3, 5, 7, 63, 64, 65, 1000, 1003, 20_001])('log: %i equal items', (items) => {
      const evaluation = withLogits(new Array<number>(items).fill(3)).evaluate(states(items, undefined));
      expect(evaluation.propensity(Int32Array.of(items - 1))[0] * items).toBeCloseTo(1, 5);
    });
  });

  describe('extreme logits', () => {
    test.each([0, 1e3, 1e6, 1e20, 1e30, 3e38, -1e3, -1e6, -1e20])('%d for all: uniform', (logit) => {
      expect(probabilities([logit, logit, logit, logit, logit])).toEqual(new Array(5).fill(expect.closeTo(0.2, 6)));
    });

    test('differences count, however great what they are differences of', () => {
      const [low, high] = probabilities([65536, 65537]);
      expect(low).toBeCloseTo(1 / (1 + Math.E), 6);
      expect(high).toBeCloseTo(Math.E / (1 + Math.E), 6);
    });

    test('an item far above all others is certain', () => {
      expect(probabilities([0, 100, 0])).toEqual([expect.closeTo(0, 40), 1, expect.closeTo(0, 40)]);
      expect(probabilities([-3e38, 0, 3e38])).toEqual([0, 0, 1]);
      expect(probabilities([0, 1e4, 0], [1, 0, 1])).toEqual([0.5, 0, 0.5]);
    });

    test('an unlikely item keeps its logarithm where its probability is too small for single precision', () => {
      const { log, entropy } = logarithms([0, -500]);
      expect(log).toEqual([0, -500]);
      expect(entropy).toBe(0);
    });

    test('a training step on what is all but impossible, and a subnormal gradient: weights stay finite', () => {
      for (const gap of [86, 87, 88, 100, 104, 500, 1e10]) {
        const network = withLogits([0, -gap, -gap / 2]);
        const batch = states(3, undefined, undefined);
        for (let step = 0; step < 3; step++) {
          const report = network.trainStep(
            batch,
            Int32Array.of(1, 0),
            () => ({ policyWeight: Float32Array.of(1e-3, 1e-30), valueTarget: new Float32Array(2) }),
            { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.01, maxGradientNorm: 1 },
          );
          for (const value of Object.values(report)) expect(value).toSatisfy(Number.isFinite);
        }
        expect(Math.abs(network.evaluate(batch).propensity(Int32Array.of(0, 0))[0] - 1)).toBeLessThan(1e-6);
      }
    });

    test('scores that overflow are refused, not passed on as numbers', () => {
      const network = withLogits([0, 0, 0]);
      const { shape, data } = network.weights()['actor'];
      const huge = (value: number): Weights => ({
        ...network.weights(),
        hiddenBias: { shape: [1, 4], data: new Float32Array(4).fill(3e38) },
        actor: { shape, data: data.map(() => value) },
      });
      for (const value of [3e38, -3e38]) {
        network.setWeights(huge(value));
        expect(() => network.evaluate(states(3, undefined)).sample(createRandom(1))).toThrow(DivergenceError);
      }
    });

    test('feedback that is no number is refused', () => {
      const network = createNetwork({ items: 3, historyLength: 1, random: createRandom(1) });
      const batch = states(3, undefined);
      batch.historyItems[0] = 1;
      batch.historyFeedback[0] = Number.NaN;
      expect(() => network.evaluate(batch)).toThrow(DivergenceError);
    });
  });

  describe('masks', () => {
    test('one item allowed, at any place: it is certain, its entropy 0', () => {
      for (const items of [1, 2, 4, 5, 9]) {
        for (let only = 0; only < items; only++) {
          const mask = Array.from({ length: items }, (_, item) => (item === only ? 1 : 0));
          const logits = mask.map((_, item) => 10 * Math.sin(item));
          expect(probabilities(logits, mask)).toEqual(mask);
          expect(logarithms(logits, mask).entropy).toBe(0);
        }
      }
    });

    test('nothing allowed in one of the states: an error that names it', () => {
      const batch = states(3, [1, 1, 1], [0, 0, 1], [0, 0, 0]);
      expect(() => withLogits([1, 2, 3]).evaluate(batch)).toThrow(new NothingAllowedError(2));
    });

    test('what is no item has no probability', () => {
      const evaluation = withLogits([1, 2, 3]).evaluate(states(3, undefined, undefined));
      for (const item of [-1, 3, 4, 2 ** 31 - 1]) {
        expect([...evaluation.propensity(Int32Array.of(item, item))]).toEqual([0, 0]);
      }
    });
  });

  describe('what would be read or written outside its place in memory is refused', () => {
    const network = withLogits([1, 2, 3]);
    const zeros = new Float32Array(2);
    const train = (actions: Int32Array, batch = states(3, [1, 1, 1], [1, 0, 1])) =>
      network.trainStep(batch, actions, () => ({ policyWeight: zeros, valueTarget: zeros }), STILL);

    test.each([-1, 3, 4, 1000])('action %i of three items', (item) => {
      expect(() => train(Int32Array.of(0, item))).toThrow(InvalidOptionError);
      expect(() => train(Int32Array.of(0, item))).toThrow('actions[1]');
    });

    test('an action that the mask forbids, or none', () => {
      expect(() => train(Int32Array.of(1, 1))).toThrow(expect.objectContaining({ option: 'actions[1]' }));
      expect(() => train(Int32Array.of(1))).toThrow(expect.objectContaining({ option: 'actions[1]' }));
    });

    test('a history of another catalogue', () => {
      const batch = states(3, undefined, undefined);
      batch.historyItems[1] = 3;
      expect(() => network.evaluate(batch)).toThrow(expect.objectContaining({ option: 'historyItems[1]' }));
      expect(() => network.values(batch)).toThrow(InvalidOptionError);
    });
  });
});
