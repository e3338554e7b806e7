import { dot, norm, orthogonalise } from './vector-algebra.js';

/** Variance below this share of the total is what rounding leaves of none. */
const NO_VARIANCE = 1e-24;

/** Products of the rows with a direction below this share of their squares are what rounding leaves of 0. */
const ORTHOGONAL = 1e-13;

/** A cosine beyond which directions are not taken to be orthogonal: rounding, where little variance is left. */
const NOT_ORTHOGONAL = 1e-12;

/** Directions and the rows' coordinates along them. */
export interface Projection {
  /** Of length 1 each. */
  readonly directions: Float64Array[];
  /** Of each direction, `[rows]`. */
  readonly scores: Float64Array[];
}

/**
 * Directions in which rows differ most, one after the other: power iteration, then deflation (Golub and Van Loan 2013, section
 * 8.2). Every iteration begins from `(1, 1/2, 1/3, ...)`.
 * @param rows `[scores.length, dimension]` row-major; overwritten.
 * @returns up to `count` directions; fewer if no variance is left.
 */
export function powerIteration(
  rows: Float64Array,
  dimension: number,
  { count, iterations }: { readonly count: number; readonly iterations: number },
): Projection {
  const directions: Float64Array[] = [];
  const scores: Float64Array[] = [];
  const total = squares(rows);
  while (directions.length < count) {
    const left = squares(rows);
    if (left <= NO_VARIANCE * total) break;
    const along = new Float64Array(rows.length / dimension);
    const direction = leadingDirection(rows, dimension, along, { iterations, left });
    if (directions.some((other) => Math.abs(dot(direction, other)) > NOT_ORTHOGONAL)) {
      const length = orthogonalise(direction, directions);
      for (let k = 0; k < dimension; k++) direction[k] /= length;
    }
    project(rows, direction, along);
    for (let row = 0; row < along.length; row++) {
      for (let k = 0; k < dimension; k++) rows[row * dimension + k] -= along[row] * direction[k];
    }
    directions.push(direction);
    scores.push(along);
  }
  return { directions, scores };
}

/**
 * @param scores Of each row; overwritten.
 * @param left The sum of squares of the rows, above 0.
 */
function leadingDirection(
  rows: Float64Array,
  dimension: number,
  scores: Float64Array,
  { iterations, left }: { readonly iterations: number; readonly left: number },
): Float64Array {
  let direction = Float64Array.from({ length: dimension }, (_, k) => 1 / (1 + k));
  for (let iteration = 0; iteration < iterations; iteration++) {
    project(rows, direction, scores);
    let next = weightedSum(rows, scores, dimension);
    let length = norm(next);
    if (length <= ORTHOGONAL * left) {
      // All rows are orthogonal to where it began, but for rounding: begin at the longest of them.
      next = longestRow(rows, dimension);
      length = norm(next);
    }
    direction = next.map((value) => value / length);
  }
  return direction;
}

function longestRow(rows: Float64Array, dimension: number): Float64Array {
  let longest = rows.subarray(0, dimension);
  for (let start = dimension; start < rows.length; start += dimension) {
    const row = rows.subarray(start, start + dimension);
    if (dot(row, row) > dot(longest, longest)) longest = row;
  }
  return longest.slice();
}

function squares(rows: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < rows.length; place++) sum += rows[place] * rows[place];
  return sum;
}

/** Writes each row's product with a direction. Four rows at a time: their sums do not wait for one another. */
export function project(rows: Float64Array, direction: Float64Array, scores: Float64Array): void {
  const dimension = direction.length;
  let row = 0;
  for (; row + 3 < scores.length; row += 4) {
    const [first, second, third, fourth] = [row, row + 1, row + 2, row + 3].map((each) => each * dimension);
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0; k < dimension; k++) {
      const along = direction[k];
      a += rows[first + k] * along;
      b += rows[second + k] * along;
      c += rows[third + k] * along;
      d += rows[fourth + k] * along;
    }
    scores.set([a, b, c, d], row);
  }
  for (; row < scores.length; row++) {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += rows[row * dimension + k] * direction[k];
    scores[row] = sum;
  }
}

/** The sum of the rows, each times its weight. Four rows at a time, in their order: the sum is read and written less often. */
function weightedSum(rows: Float64Array, weights: Float64Array, dimension: number): Float64Array {
  const total = new Float64Array(dimension);
  let row = 0;
  for (; row + 3 < weights.length; row += 4) {
    const [first, second, third, fourth] = [row, row + 1, row + 2, row + 3].map((each) => each * dimension);
    const [a, b, c, d] = weights.subarray(row, row + 4);
    for (let k = 0; k < dimension; k++) {
      total[k] = total[k] + a * rows[first + k] + b * rows[second + k] + c * rows[third + k] + d * rows[fourth + k];
    }
  }
  for (; row < weights.length; row++) {
    for (let k = 0; k < dimension; k++) total[k] += weights[row] * rows[row * dimension + k];
  }
  return total;
}
