import type { ItemPoints } from '../../rules/item-similarity.js';

/** The part of a factorisation that the distances of items depend on. */
export interface FactorizedItems {
  readonly users: number;
  readonly items: number;
  readonly factors: number;
  readonly userFactors: Float32Array;
  readonly itemFactors: Float32Array;
  /** `[items]`; absent if items have none. */
  readonly itemBias?: Float32Array;
}

/** Keeps the matrix positive definite if factors are linearly dependent. */
const RIDGE = 1e-9;

/**
 * Items as points whose Euclidean distance is how differently users see them: the root of the mean square, over all users,
 * of the difference of two items' predictions (before these are cut to a scale). It is what distances between the columns of
 * the completed matrix are, divided by the root of the number of users, without the matrix.
 *
 * With `v_i` an item's bias and factors, and `G` the mean of `[1, p_u] [1, p_u]^T`, the squared distance is
 * `(v_i - v_j)^T G (v_i - v_j)`; points are `L^T v_i` for `G = L L^T`.
 */
export function itemPoints({ users, items, factors, userFactors, itemFactors, itemBias }: FactorizedItems): ItemPoints {
  const shift = itemBias === undefined ? 0 : 1;
  const width = factors + shift;
  const user = (row: number, k: number): number => (k < shift ? 1 : userFactors[row * factors + k - shift]);
  const item = (row: number, k: number): number =>
    k < shift ? itemBias![row] : itemFactors[row * factors + k - shift];
  const lower = new Float64Array(width * width);
  for (let row = 0; row < users; row++) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) lower[i * width + j] += (user(row, i) * user(row, j)) / users;
    }
  }
  for (let i = 0; i < width; i++) lower[i * width + i] += RIDGE;
  decompose(lower, width);
  const points = new Float32Array(items * width);
  for (let row = 0; row < items; row++) {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let i = k; i < width; i++) sum += lower[i * width + k] * item(row, i);
      points[row * width + k] = sum;
    }
  }
  return { points, width };
}

/** Cholesky's decomposition in place, of the lower half of a positive definite matrix. */
function decompose(matrix: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * width + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * width + k] * matrix[j * width + k];
      matrix[i * width + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * width + j];
    }
  }
}
