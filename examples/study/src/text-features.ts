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
  for (let component = 0; component < components; component++) {
    const direction = leadingDirection(left, items, dimension);
    for (let item = 0; item < items; item++) {
      let score = 0;
      for (let k = 0; k < dimension; k++) score += left[item * dimension + k] * direction[k];
      for (let k = 0; k < dimension; k++) left[item * dimension + k] -= score * direction[k];
      data[item * width + component] = score;
    }
  }
  const square = data.reduce((sum, value) => sum + value ** 2, 0) / items;
  for (let place = 0; place < data.length; place++) data[place] /= Math.sqrt(square) || 1;
  for (let item = 0; item < items; item++) data[item * width + components] = fame[item];
  return { data, width };
}

function leadingDirection(rows: Float64Array, items: number, dimension: number): Float64Array {
  let direction = new Float64Array(dimension).map((_, k) => 1 / (1 + k));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = new Float64Array(dimension);
    for (let item = 0; item < items; item++) {
      let score = 0;
      for (let k = 0; k < dimension; k++) score += rows[item * dimension + k] * direction[k];
      for (let k = 0; k < dimension; k++) next[k] += score * rows[item * dimension + k];
    }
    const length = Math.hypot(...next) || 1;
    direction = next.map((value) => value / length);
  }
  return direction;
}
