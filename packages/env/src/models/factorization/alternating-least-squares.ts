import type { Ratings } from '@ialp/core';
import { factorizeCholesky, solveCholesky } from '@ialp/core/linear-algebra';
import { type Groups, group } from './groups.js';
import { addBlock, BLOCK } from './normal-equations.js';

/**
 * A fitted model, in double precision. A row of `users` or `items` is the bias and then the factors, in units of which
 * the scale is four wide (a rating is `mean + unit * ...`).
 */
export interface Fit {
  readonly mean: number;
  /** A quarter of the scale's width. */
  readonly unit: number;
  /**
   * Length of a row: `1 + factors`, made even, for `addBlock` goes through rows in pairs. A column that is left over
   * starts as 0 on both sides, is an input of 0 to every system and so remains 0.
   */
  readonly width: number;
  readonly users: Float64Array;
  readonly items: Float64Array;
  /** `[iterations]` what is minimised, after each iteration, in squared units of the ratings. */
  readonly objective: Float64Array;
}

/** How to fit; the caller has checked it. */
export interface FitOptions {
  readonly factors: number;
  /** The penalty's `lambda`. */
  readonly regularization: number;
  readonly iterations: number;
}

/**
 * Fits biased matrix factorisation by alternating least squares: minimises what `factorize` says. For fixed items, each
 * user's bias and factors together solve one small linear system, and the other way round.
 * @param start `[items, factors]` items' factors to begin from.
 */
export function fit(
  ratings: Ratings,
  itemCount: number,
  { factors, regularization: lambda, iterations }: FitOptions,
  start: Float64Array,
): Fit {
  const { users: userCount, user, item, value, scale } = ratings;
  const width = 2 * Math.ceil((1 + factors) / 2);
  const mean = value.reduce((sum, rating) => sum + rating, 0) / value.length;
  const unit = (scale[1] - scale[0]) / 4;
  const target = Float64Array.from(value, (rating) => (rating - mean) / unit);
  const users = new Float64Array(userCount * width);
  const items = new Float64Array(itemCount * width);
  for (let k = 0; k < itemCount; k++) items.set(start.subarray(k * factors, (k + 1) * factors), k * width + 1);
  const byUser = group(user, userCount);
  const byItem = group(item, itemCount);
  const model = { mean, unit, width, users, items, objective: new Float64Array(iterations) };
  for (let iteration = 0; iteration < iterations; iteration++) {
    solve(users, items, byUser, item, target, width, lambda);
    solve(items, users, byItem, user, target, width, lambda);
    const penalty =
      lambda * unit ** 2 * (weightedSquares(users, byUser, width) + weightedSquares(items, byItem, width));
    model.objective[iteration] = squaredError(model, ratings) + penalty;
  }
  return model;
}

/**
 * Solves for every row of one side while the other stays: ridge regression of `target - other bias` on 1 and the other
 * side's factors, with the penalty `lambda sqrt(n)`.
 */
function solve(
  own: Float64Array,
  other: Float64Array,
  { start, rows }: Groups,
  otherIndex: Int32Array,
  target: Float64Array,
  width: number,
  lambda: number,
): void {
  const matrix = new Float64Array(width * width);
  const vector = new Float64Array(width);
  const inputs = new Float64Array(BLOCK * width);
  const outputs = new Float64Array(BLOCK);
  for (let k = 0; k + 1 < start.length; k++) {
    matrix.fill(0);
    vector.fill(0);
    const end = start[k + 1];
    for (let first = start[k]; first < end; first += BLOCK) {
      for (let slot = 0; slot < BLOCK; slot++) {
        const base = slot * width;
        if (first + slot >= end) {
          inputs.fill(0, base, base + width);
          outputs[slot] = 0;
          continue;
        }
        const row = rows[first + slot];
        const from = otherIndex[row] * width;
        for (let j = 1; j < width; j++) inputs[base + j] = other[from + j];
        inputs[base] = 1;
        outputs[slot] = target[row] - other[from];
      }
      addBlock(matrix, vector, inputs, outputs, width);
    }
    const count = end - start[k];
    // Without ratings the system would be 0 = 0; its solution of least penalty is 0, which `vector` is.
    if (count > 0) {
      for (let j = 0; j < width; j++) matrix[j * width + j] += lambda * Math.sqrt(count);
      factorizeCholesky(matrix, width);
      solveCholesky(matrix, vector, width);
    }
    own.set(vector, k * width);
  }
}

/** Sum over rows of `sqrt(n) |row|^2`. */
function weightedSquares(rows: Float64Array, { start }: Groups, width: number): number {
  let sum = 0;
  for (let k = 0; k + 1 < start.length; k++) {
    const weight = Math.sqrt(start[k + 1] - start[k]);
    for (let j = k * width; j < (k + 1) * width; j++) sum += weight * rows[j] ** 2;
  }
  return sum;
}

/** Sum of the squared errors before predictions are cut to the scale, which is what is minimised. */
function squaredError(model: Fit, { user, item, value }: Ratings): number {
  let sum = 0;
  for (let row = 0; row < value.length; row++) sum += (value[row] - estimate(model, user[row], item[row])) ** 2;
  return sum;
}

/** A predicted rating, not yet cut to the scale. */
export function estimate({ mean, unit, width, users, items }: Fit, user: number, item: number): number {
  const u = user * width;
  const i = item * width;
  let sum = users[u] + items[i];
  for (let k = 1; k < width; k++) sum += users[u + k] * items[i + k];
  return mean + unit * sum;
}
