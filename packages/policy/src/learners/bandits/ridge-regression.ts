import { type Checkpoint, CheckpointReader } from '@ialp/core';
import { DivergenceError } from '../../errors.js';

/**
 * Ridge regression that grows: `A = ridge * I + sum of x x^T`, `b = sum of target * x`, weights `A^-1 b`. All in double
 * precision; `A` is kept and inverted anew after each batch, so that rounding does not add up over updates.
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
   * Takes a batch.
   * @param rows `[targets.length, size]`.
   * @throws {DivergenceError} where `A` cannot be inverted in double precision; nothing has changed then.
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
        // The factorization reads the lower triangle alone.
        for (let j = 0; j <= i; j++) gram[i * size + j] += value * rows[start + j];
      }
    }
    this.#settle(gram, moments);
  }

  /** What was taken so far. */
  checkpoint(): Checkpoint {
    return { gram: this.#gram.slice(), moments: this.#moments.slice() };
  }

  /** @throws {CheckpointError} for that of something else; {DivergenceError} where it cannot be inverted. */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const { size } = this;
    const [gram, moments] = [
      reader.array('gram', Float64Array, size * size),
      reader.array('moments', Float64Array, size),
    ];
    this.#settle(gram.slice(), moments.slice());
  }

  #settle(gram: Float64Array, moments: Float64Array): void {
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
  const lower = choleskyOf(matrix, size);
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

function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j];
      for (let k = 0; k < j; k++) rest -= lower[i * size + k] * lower[j * size + k];
      if (i !== j) lower[i * size + j] = rest / lower[j * size + j];
      else if (rest > 0 && rest < Number.POSITIVE_INFINITY) lower[i * size + i] = Math.sqrt(rest);
      else throw new DivergenceError(`Pivot ${i} of the regression is ${rest}; scale the features or raise the ridge.`);
    }
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
