import type { ItemSpace } from '@ialp/llm-user';
import type { ItemFeatures } from '@ialp/policy';

/** Power iterations for each direction; the leading ones of embeddings are well apart. */
const ITERATIONS = 50;

/**
 * The first principal components of the items' embeddings (power iteration with deflation; Golub and Van Loan 2013,
 * section 8.2), scaled so that an item has length 1 on average, with fame as one more number.
 */
export function textFeatures({ vectors, items, dimension, fame }: ItemSpace, width: number): ItemFeatures {
  const left = Float64Array.from(vectors);
  const components = width - 1;
  const data = new Float32Array(items * width);
  const scores = new Float64Array(items);
  for (let component = 0; component < components; component++) {
    const direction = leadingDirection(left, dimension, scores);
    project(left, direction, scores);
    for (let item = 0; item < items; item++) {
      for (let k = 0; k < dimension; k++) left[item * dimension + k] -= scores[item] * direction[k];
      data[item * width + component] = scores[item];
    }
  }
  const square = data.reduce((sum, value) => sum + value ** 2, 0) / items;
  for (let place = 0; place < data.length; place++) data[place] /= Math.sqrt(square) || 1;
  for (let item = 0; item < items; item++) data[item * width + components] = fame[item];
  return { data, width };
}

/** @param scores Of each row; overwritten. */
function leadingDirection(rows: Float64Array, dimension: number, scores: Float64Array): Float64Array {
  let direction = new Float64Array(dimension).map((_, k) => 1 / (1 + k));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    project(rows, direction, scores);
    const next = weightedSum(rows, scores, dimension);
    const length = Math.hypot(...next) || 1;
    direction = next.map((value) => value / length);
  }
  return direction;
}

/** Writes each row's product with a direction. Four rows at a time: their sums do not wait for one another. */
function project(rows: Float64Array, direction: Float64Array, scores: Float64Array): void {
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
