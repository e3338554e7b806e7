import { createRandom, type Random } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquare } from '../conformance/probabilities.js';
import { DivergenceError, NothingAllowedError } from '../errors.js';
import { observationOf } from '../test-support/observations.js';
import { logSoftmax } from './architectures/test-reference.js';
import { MaskedSoftmax } from './softmax.js';

function softmax(logits: readonly number[], mask: readonly number[] = logits.map(() => 1)): MaskedSoftmax {
  return new MaskedSoftmax(Float32Array.from(logits), observationOf(1, logits.length, { mask }));
}

const always = (uniform: number): Random => ({ ...createRandom(1), uniform: () => uniform });

const row = (span: number) =>
  fc
    .array(fc.tuple(fc.double({ min: -span, max: span, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 21 })
    .map((pairs) => ({
      logits: pairs.map(([logit]) => Math.fround(logit)),
      mask: pairs.map(([, allowed]) => (allowed ? 1 : 0)),
    }))
    .filter(({ mask }) => mask.includes(1));

describe('MaskedSoftmax', () => {
  test.each([1, 20, 80])('logits within %i of 0, any mask: probabilities and entropy', (span) => {
    fc.assert(
      fc.property(row(span), ({ logits, mask }) => {
        const found = softmax(logits, mask);
        const { log, entropy } = logSoftmax(logits, mask);
        expect(found.entropy[0]).toBeCloseTo(entropy, 6);
        const all = found.probabilities();
        for (const [item, expected] of log.entries()) {
          expect(found.probability(0, item)).toBeCloseTo(Math.exp(expected), 6);
          expect(all[item]).toBe(Math.fround(found.probability(0, item)));
          if (mask[item] === 0) expect(found.probability(0, item)).toBe(0);
          else expect(found.logProbability(0, item)).toBeCloseTo(expected, 5);
        }
      }),
    );
  });

  test('slopes are those of the loss, by differences; 0 where the probability is 0', () => {
    fc.assert(
      fc.property(row(5), fc.double({ min: -2, max: 2, noNaN: true }), ({ logits, mask }, weight) => {
        const action = mask.indexOf(1);
        const found = softmax(logits, mask).slopes(Int32Array.of(action), Float32Array.of(weight), 0.3);
        const loss = (moved: number[]): number => {
          const { log, entropy } = logSoftmax(moved, mask);
          return -Math.fround(weight) * log[action] - 0.3 * entropy;
        };
        for (const item of logits.keys()) {
          const at = (shift: number): number => loss(logits.map((logit, k) => (k === item ? logit + shift : logit)));
          expect(found[item]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4);
          if (mask[item] === 0) expect(found[item]).toBe(0);
        }
      }),
    );
  });

  test('items of vanishing probability: no NaN, an exact logarithm', () => {
    const found = softmax([0, -1000, Number.NEGATIVE_INFINITY, 0]);
    expect(found.logProbability(0, 1)).toBeCloseTo(-1000 - Math.LN2, 3);
    expect(found.entropy[0]).toBeCloseTo(Math.LN2, 12);
    const slopes = [...found.slopes(Int32Array.of(1), Float32Array.of(1), 0.5)];
    expect(slopes).toEqual([0.5, -1, 0, 0.5]);
  });

  test('sampling inverts the distribution function in catalogue order', () => {
    const logits = [0.3, -1, 2, 0.5, 1];
    const mask = [1, 0, 1, 0, 1];
    const { log } = logSoftmax(logits.map(Math.fround), mask);
    for (let uniform = 0; uniform < 1; uniform += 1 / 512) {
      const item = softmax(logits, mask).sample(always(uniform)).items[0];
      const upTo = log.slice(0, item).reduce((sum, x) => sum + Math.exp(x), 0);
      expect(uniform).toBeGreaterThan(upTo - 1e-6);
      expect(uniform).toBeLessThan(upTo + Math.exp(log[item]) + 1e-6);
    }
    expect(softmax(logits, mask).sample(always(0)).items[0]).toBe(0);
    // Even a generator that reaches 1 does not reach past the items that have a probability.
    expect(softmax([0, 0, -1000], [1, 1, 1]).sample(always(1)).items[0]).toBe(1);
  });

  test('draws one number for each row', () => {
    let draws = 0;
    const counting = { ...createRandom(1), uniform: () => ++draws / 4 };
    const { items } = new MaskedSoftmax(new Float32Array(6), observationOf(3, 2)).sample(counting);
    expect(draws).toBe(3);
    expect([...items]).toEqual([0, 1, 1]);
  });

  test('40,000 draws: as often as the probabilities say', () => {
    const logits = Array.from({ length: 203 }, (_, item) => Math.fround(2 * Math.sin(1.7 * item)));
    const mask = logits.map((_, item) => (item % 5 === 1 ? 0 : 1));
    const drawn = new Int32Array(203);
    const [found, random] = [softmax(logits, mask), createRandom(31)];
    for (let count = 0; count < 40_000; count++) drawn[found.sample(random).items[0]]++;
    const { statistic, freedom } = chiSquare(drawn, found.probabilities(), 40_000);
    expect(drawn.every((count, item) => mask[item] === 1 || count === 0)).toBe(true);
    // Four deviations above the mean.
    expect(statistic).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
  });

  test('refuses rows where nothing is allowed, and logits that are not finite', () => {
    expect(() => softmax([1, 2], [0, 0])).toThrow(NothingAllowedError);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => softmax([wrong, 1])).toThrow(DivergenceError);
      expect(() => softmax([1, wrong])).toThrow(DivergenceError);
      expect(softmax([1, wrong], [1, 0]).probability(0, 0)).toBe(1);
    }
    expect(() => softmax([Number.NEGATIVE_INFINITY])).toThrow(DivergenceError);
  });
});
