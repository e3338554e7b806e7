import { factorizeCholesky, solveCholesky } from '@ialp/core/linear-algebra';
import { type Groups, group } from './groups.js';
import { addBlock, BLOCK } from './normal-equations.js';

/** Pairs of a user and an item that were observed, each once, with the confidence in them. */
export interface ObservedPairs {
  readonly users: number;
  readonly items: number;
  readonly user: Int32Array;
  readonly item: Int32Array;
  /** Above 1; pairs that were not observed have 1. */
  readonly confidence: Float64Array;
}

/** A fitted model, in double precision. Rows are `width` long; a column left over for an odd number of factors is 0. */
export interface ImplicitFit {
  readonly width: number;
  readonly users: Float64Array;
  readonly items: Float64Array;
  /** `[iterations]` what is minimised, after each iteration. */
  readonly objective: Float64Array;
}

/** How to fit; the caller has checked it. */
export interface ImplicitFitOptions {
  readonly factors: number;
  readonly regularization: number;
  readonly iterations: number;
}

/**
 * Minimises `sum_ui c_ui (p_ui - x_u . y_i)^2 + lambda (sum |x_u|^2 + sum |y_i|^2)` over all pairs, `p_ui` being 1 where a pair
 * was observed and 0 where it was not, by alternating least squares (Hu, Koren, Volinsky 2008). The sum over the many pairs
 * that were not observed is the Gram matrix of the other side, made once a pass; an observed pair adds what its confidence
 * has above 1.
 * @param start `[items, factors]` items' factors to begin from.
 */
export function fitImplicit(
  pairs: ObservedPairs,
  { factors, regularization, iterations }: ImplicitFitOptions,
  start: Float64Array,
): ImplicitFit {
  const width = 2 * Math.ceil(factors / 2);
  const users = new Float64Array(pairs.users * width);
  const items = new Float64Array(pairs.items * width);
  for (let k = 0; k < pairs.items; k++) items.set(start.subarray(k * factors, (k + 1) * factors), k * width);
  const byUser = group(pairs.user, pairs.users);
  const byItem = group(pairs.item, pairs.items);
  const model = { width, users, items, objective: new Float64Array(iterations) };
  for (let iteration = 0; iteration < iterations; iteration++) {
    solve(users, items, byUser, pairs.item, pairs.confidence, width, regularization);
    solve(items, users, byItem, pairs.user, pairs.confidence, width, regularization);
    model.objective[iteration] = objective(model, pairs, regularization);
  }
  return model;
}

/** Solves for every row of one side while the other stays. */
function solve(
  own: Float64Array,
  other: Float64Array,
  { start, rows }: Groups,
  otherIndex: Int32Array,
  confidence: Float64Array,
  width: number,
  lambda: number,
): void {
  const everything = gram(other, width);
  for (let j = 0; j < width; j++) everything[j * width + j] += lambda;
  const matrix = new Float64Array(width * width);
  const vector = new Float64Array(width);
  const inputs = new Float64Array(BLOCK * width);
  const outputs = new Float64Array(BLOCK);
  for (let k = 0; k + 1 < start.length; k++) {
    matrix.set(everything);
    vector.fill(0);
    for (let first = start[k]; first < start[k + 1]; first += BLOCK) {
      for (let slot = 0; slot < BLOCK; slot++) {
        const base = slot * width;
        if (first + slot >= start[k + 1]) {
          inputs.fill(0, base, base + width);
          outputs[slot] = 0;
          continue;
        }
        // The outer product is to count `c - 1` times, the input `c` times.
        const row = rows[first + slot];
        const root = Math.sqrt(confidence[row] - 1);
        const from = otherIndex[row] * width;
        for (let j = 0; j < width; j++) inputs[base + j] = root * other[from + j];
        outputs[slot] = confidence[row] / root;
      }
      addBlock(matrix, vector, inputs, outputs, width);
    }
    // Without a pair the solution is 0, which the vector is.
    if (start[k + 1] > start[k]) {
      factorizeCholesky(matrix, width);
      solveCholesky(matrix, vector, width);
    }
    own.set(vector, k * width);
  }
}

/** `rows^T rows`; of each pair of cells across the diagonal, the lower one is right. */
function gram(rows: Float64Array, width: number): Float64Array {
  const matrix = new Float64Array(width * width);
  const vector = new Float64Array(width);
  const inputs = new Float64Array(BLOCK * width);
  const outputs = new Float64Array(BLOCK);
  for (let first = 0; first < rows.length; first += BLOCK * width) {
    inputs.fill(0);
    inputs.set(rows.subarray(first, Math.min(rows.length, first + BLOCK * width)));
    addBlock(matrix, vector, inputs, outputs, width);
  }
  return matrix;
}

function objective({ width, users, items }: ImplicitFit, pairs: ObservedPairs, lambda: number): number {
  // All pairs as if not observed: sum (x . y)^2 is the product of both Gram matrices, cell by cell.
  const [ofUsers, ofItems] = [gram(users, width), gram(items, width)];
  let sum = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) sum += 2 * ofUsers[i * width + j] * ofItems[i * width + j];
    sum += ofUsers[i * width + i] * ofItems[i * width + i];
    sum += lambda * (ofUsers[i * width + i] + ofItems[i * width + i]);
  }
  for (let row = 0; row < pairs.user.length; row++) {
    const score = product(users, pairs.user[row], items, pairs.item[row], width);
    sum += pairs.confidence[row] * (1 - score) ** 2 - score ** 2;
  }
  return sum;
}

/** The inner product of two rows. */
export function product(a: Float64Array, rowA: number, b: Float64Array, rowB: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += a[rowA * width + k] * b[rowB * width + k];
  return sum;
}
