import type { ItemEmbeddings } from '@ialp/llm-user';
import { principalComponents } from '@ialp/llm-user/principal-components';
import type { ItemFeatures } from '@ialp/policy/bandits';

/** Power iterations for each component; the leading ones of embeddings are well apart. */
const ITERATIONS = 50;

/**
 * The first principal components of the items' embeddings, scaled so that an item has length 1 on average, with popularity as one
 * more number.
 */
export function textFeatures({ vectors, items, dimension, popularity }: ItemEmbeddings, width: number): ItemFeatures {
  const count = width - 1;
  const data = new Float32Array(items * width);
  if (count > 0) {
    // The embeddings of a catalogue have no mean worth the name: it was subtracted before they got length 1.
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
