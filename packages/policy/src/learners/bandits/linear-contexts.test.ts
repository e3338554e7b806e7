import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statesOf } from '../../test-support/states.js';
import { LinearContexts } from './linear-contexts.js';
import { RidgeRegression } from './ridge-regression.js';

/** `x.w + alpha * sqrt(x^T A^-1 x)`, as it is written. */
function directBound({ inverse, weights }: RidgeRegression, alpha: number, x: Float64Array): number {
  let [mean, square] = [0, 0];
  x.forEach((value, i) => {
    mean += value * weights[i];
    x.forEach((other, j) => {
      square += value * inverse[i * x.length + j] * other;
    });
  });
  return mean + alpha * Math.sqrt(square);
}

describe('linear contexts', () => {
  const contexts = new LinearContexts(Float32Array.of(1, 2, 3, -1), 2);

  test('a profile is the mean of feedback times features', () => {
    const states = statesOf(2, {
      history: [
        [0, 1],
        [1, 0.5],
      ],
    });
    // ([1, 2] + 0.5 * [3, -1]) / 2
    expect([...contexts.profile(states, 0)]).toEqual([1.25, 0.75]);
  });

  test('there is no profile before the first interaction, nor where all were refused', () => {
    const states = statesOf(2, {}, { history: [[1, 0]] });
    expect([...contexts.profile(states, 0)]).toEqual([0, 0]);
    expect([...contexts.profile(states, 1)]).toEqual([0, 0]);
  });

  test('a context is 1, the features, and their products with the profile', () => {
    const x = new Float64Array(contexts.size);
    contexts.write(1, Float64Array.of(1.25, 0.75), x);
    expect([...x]).toEqual([1, 3, -1, 3.75, -0.75]);
  });

  test('keeps its own copy of the features', () => {
    const features = Float32Array.of(2);
    const own = new LinearContexts(features, 1);
    features[0] = 9;
    const x = new Float64Array(3);
    own.write(0, Float64Array.of(1), x);
    expect([...x]).toEqual([1, 2, 2]);
  });

  test('the bound by the folded form is the bound by the formula', () => {
    const shapes = { width: fc.integer({ min: 1, max: 7 }), rows: fc.integer({ min: 0, max: 30 }), seed: fc.nat() };
    fc.assert(
      fc.property(fc.record(shapes), ({ width, rows, seed }) => {
        const random = createRandom(seed);
        const items = 5;
        const any = new LinearContexts(
          Float32Array.from({ length: items * width }, () => random.normal()),
          width,
        );
        const model = new RidgeRegression(any.size, 0.5 + random.uniform());
        const x = new Float64Array(any.size);
        for (let row = 0; row < rows; row++) {
          any.write(
            random.integer(items),
            Float64Array.from({ length: width }, () => random.normal()),
            x,
          );
          model.add(x, Float32Array.of(random.normal()));
        }
        const profile = Float64Array.from({ length: width }, () => random.normal());
        const alpha = 2 * random.uniform();
        const bounds = any.upperBounds(model, alpha, profile);
        bounds.forEach((bound, item) => {
          any.write(item, profile, x);
          expect(bound).toBeCloseTo(directBound(model, alpha, x), 9);
        });
      }),
      { numRuns: 60 },
    );
  });
});
