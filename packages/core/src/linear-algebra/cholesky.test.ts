import { expect, test } from 'vitest';
import { createRandom } from '../random/random.js';
import { factorizeCholesky, solveCholesky } from './cholesky.js';

test('worked out by hand: [[4, 2], [2, 5]] = L L^T with L = [[2, 0], [1, 2]]', () => {
  const matrix = Float64Array.of(4, 9, 2, 5);
  factorizeCholesky(matrix, 2);
  // The upper half is left alone.
  expect([...matrix]).toEqual([2, 9, 1, 2]);
  const vector = Float64Array.of(8, 12);
  solveCholesky(matrix, vector, 2);
  expect([...vector]).toEqual([1, 2]);
});

test('solves the system that it was given', () => {
  const size = 12;
  const random = createRandom(1);
  const root = Float64Array.from({ length: size * size }, () => random.normal());
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) matrix[i * size + j] += root[i * size + k] * root[j * size + k];
    }
    matrix[i * size + i] += 1;
  }
  const expected = Array.from({ length: size }, () => random.normal());
  const vector = Float64Array.from(expected, (_, i) =>
    expected.reduce((sum, value, j) => sum + matrix[i * size + j] * value, 0),
  );
  factorizeCholesky(matrix, size);
  solveCholesky(matrix, vector, size);
  for (let i = 0; i < size; i++) expect(vector[i]).toBeCloseTo(expected[i], 9);
});

test('a matrix that is not positive definite gives NaN', () => {
  const matrix = Float64Array.of(-1);
  factorizeCholesky(matrix, 1);
  expect(matrix[0]).toBeNaN();
});
