import type { ItemEmbeddings } from '@ialp/llm-user';
import { principalComponents } from '@ialp/llm-user/principal-components';
import type { ItemFeatures } from '@ialp/policy/bandits';

/** Power iterations per component; the leading ones of embeddings are well separated. */
const ITERATIONS = 50;

/**
 * Item features: the leading principal components of the embeddings, scaled so that the mean squared length is 1, and
 * the popularity.
 */
export function textFeatures({ vectors, items, dimension, popularity }: ItemEmbeddings, width: number): ItemFeatures {
  const count = width - 1;
  const data = new Float32Array(items * width);
  if (count > 0) {
    // The mean of the embeddings was subtracted before they were normalised, so it is almost 0.
    const { scores } = principalComponents(vectors, { dimension, count, center: false, iterations: ITERATIONS });
    for (let item = 0; item < items; item++) {
      data.set(scores.subarray(item * count, (item + 1) * count), item * width);
    }
  }
  const square = data.reduce((sum, value) => sum + value ** 2, 0) / items;
  for (let place = 0; place < data.length; place++) data[place] /= Math.sqrt(square) || 1;
  for (let item = 0; item < items; item++) data[item * width + count] = popularity[item];
  return { data, width };
}
