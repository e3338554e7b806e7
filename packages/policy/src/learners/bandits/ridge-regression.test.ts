import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DivergenceError } from '../../errors.js';
import { RidgeRegression } from './ridge-regression.js';

function expectClose(found: Float64Array, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, place) => {
    expect(value).toBeCloseTo(expected[place], 10);
  });
}

describe('ridge regression', () => {
  test('of one number', () => {
    const model = new RidgeRegression(1, 2);
    expectClose(model.inverse, [1 / 2]);
    expectClose(model.weights, [0]);
    // A = 2 + 1 + 9, b = 2 + 3.
    model.add(Float64Array.of(1, 3), Float32Array.of(2, 1));
    expectClose(model.inverse, [1 / 12]);
    expectClose(model.weights, [5 / 12]);
  });

  test('of two numbers', () => {
    const model = new RidgeRegression(2, 1);
    // A = [[2, 1], [1, 2]], b = [3, 3].
    model.add(Float64Array.of(1, 1), Float32Array.of(3));
    expectClose(model.inverse, [2 / 3, -1 / 3, -1 / 3, 2 / 3]);
    expectClose(model.weights, [1, 1]);
  });

  test('is what one row after the other gives by the formula of Sherman and Morrison', () => {
    const size = 4;
    const numbers = fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 5 * size, maxLength: 5 * size });
    fc.assert(
      fc.property(numbers, fc.double({ min: 0.5, max: 5, noNaN: true }), (values, ridge) => {
        const model = new RidgeRegression(size, ridge);
        const targets = Float32Array.from(values.slice(0, 5));
        // In two batches.
        model.add(Float64Array.from(values.slice(0, 2 * size)), targets.subarray(0, 2));
        model.add(Float64Array.from(values.slice(2 * size)), targets.subarray(2));
        const inverse = Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 / ridge : 0));
        const moments = new Array<number>(size).fill(0);
        for (let row = 0; row < 5; row++) {
          const x = values.slice(row * size, (row + 1) * size);
          x.forEach((value, i) => {
            moments[i] += value * targets[row];
          });
          const image = x.map((_, i) => x.reduce((sum, value, j) => sum + inverse[i * size + j] * value, 0));
          const scale = 1 + x.reduce((sum, value, i) => sum + value * image[i], 0);
          for (let k = 0; k < size * size; k++) inverse[k] -= (image[Math.floor(k / size)] * image[k % size]) / scale;
        }
        expectClose(model.inverse, inverse);
        const weights = moments.map((_, i) =>
          moments.reduce((sum, value, j) => sum + inverse[i * size + j] * value, 0),
        );
        expectClose(model.weights, weights);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['overflow', [1e200, 0]],
    ['are the same but for rounding', [1e9, 1e9]],
    ['are no numbers', [Number.NaN, 1]],
  ])('refuses rows that %s, and changes nothing', (_, row) => {
    const model = new RidgeRegression(2, 1);
    model.add(Float64Array.of(1, 1), Float32Array.of(3));
    const before = [model.inverse.slice(), model.weights.slice()];
    expect(() => model.add(Float64Array.from(row), Float32Array.of(1))).toThrow(DivergenceError);
    expect([model.inverse, model.weights]).toEqual(before);
    model.add(Float64Array.of(0, 0), Float32Array.of(1));
    expect([model.inverse, model.weights]).toEqual(before);
  });
});
