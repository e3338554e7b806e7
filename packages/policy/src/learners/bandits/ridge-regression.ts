import type { Checkpoint } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import { factorizeCholesky } from '@ialp/core/linear-algebra';
import { DivergenceError } from '../../errors.js';

/**
 * Incremental ridge regression: `A = ridge * I + sum of x x^T`, `b = sum of target * x`, weights `A^-1 b`. In double precision.
 * `A` is stored and inverted again after each batch, so that rounding errors do not accumulate over updates.
 */
export class RidgeRegression {
  /** Length of a row `x`. */
  readonly size: number;
  #gram: Float64Array;
  #moments: Float64Array;
  #inverse: Float64Array;
  #weights: Float64Array;

  /** @param ridge above 0. */
  constructor(size: number, ridge: number) {
    this.size = size;
    this.#gram = diagonal(size, ridge);
    this.#moments = new Float64Array(size);
    this.#inverse = diagonal(size, 1 / ridge);
    this.#weights = new Float64Array(size);
  }

  /** `[size, size]`: `A^-1`. */
  get inverse(): Float64Array {
    return this.#inverse;
  }

  /** `[size]`: `A^-1 b`. */
  get weights(): Float64Array {
    return this.#weights;
  }

  /**
   * Adds a batch.
   * @param rows `[targets.length, size]`.
   * @throws {DivergenceError} if `A` cannot be inverted in double precision; the regression is then unchanged.
   */
  add(rows: Float64Array, targets: Float32Array): void {
    const { size } = this;
    const gram = this.#gram.slice();
    const moments = this.#moments.slice();
    for (let k = 0; k < targets.length; k++) {
      const start = k * size;
      for (let i = 0; i < size; i++) {
        const value = rows[start + i];
        moments[i] += targets[k] * value;
        // The factorization reads only the lower triangle.
        for (let j = 0; j <= i; j++) gram[i * size + j] += value * rows[start + j];
      }
    }
    this.#solve(gram, moments);
  }

  /** The sums so far. */
  checkpoint(): Checkpoint {
    return { gram: this.#gram.slice(), moments: this.#moments.slice() };
  }

  /** @throws {CheckpointError} for the checkpoint of something else; {DivergenceError} if its matrix cannot be inverted. */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const { size } = this;
    const [gram, moments] = [
      reader.array('gram', Float64Array, size * size),
      reader.array('moments', Float64Array, size),
    ];
    this.#solve(gram.slice(), moments.slice());
  }

  #solve(gram: Float64Array, moments: Float64Array): void {
    const { size } = this;
    const inverse = inverseOf(gram, size);
    const weights = moments.map((_, i) => dot(inverse.subarray(i * size, (i + 1) * size), moments));
    if (!weights.every(Number.isFinite)) throw new DivergenceError('The weights of the regression are not finite.');
    this.#gram = gram;
    this.#moments = moments;
    this.#inverse = inverse;
    this.#weights = weights;
  }
}

/** The inverse of a symmetric positive definite matrix, given by its lower triangle, from its Cholesky factor. */
function inverseOf(matrix: Float64Array, size: number): Float64Array {
  const lower = choleskyFactor(matrix, size);
  // The inverse of the factor, column by column; then (L L^T)^-1 = L^-T L^-1.
  const factor = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    factor[j * size + j] = 1 / lower[j * size + j];
    for (let i = j + 1; i < size; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= lower[i * size + k] * factor[k * size + j];
      factor[i * size + j] = sum / lower[i * size + i];
    }
  }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += factor[k * size + i] * factor[k * size + j];
      inverse[i * size + j] = sum;
      inverse[j * size + i] = sum;
    }
  }
  return inverse;
}

function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const lower = matrix.slice();
  factorizeCholesky(lower, size);
  for (let i = 0; i < size; i++) {
    const pivot = lower[i * (size + 1)];
    if (pivot > 0 && pivot < Number.POSITIVE_INFINITY) continue;
    throw new DivergenceError(
      `Pivot ${i} of the regression is not a positive number; scale the features or raise the ridge.`,
    );
  }
  return lower;
}

function diagonal(size: number, value: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * (size + 1)] = value;
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
