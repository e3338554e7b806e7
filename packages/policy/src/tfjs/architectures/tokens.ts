import type { Random } from '@ialp/core';
import type * as tf from '@tensorflow/tfjs';
import type { ModelInputs } from '../model.js';
import type { TensorFlowNamespace } from '../tensorflow.js';
import type { Architecture } from './options.js';
import type { ParameterMaker } from './parameters.js';

/** Makes `[batch, historyLength, width]` tokens of a batch of histories. */
export type Tokenizer = (inputs: ModelInputs) => tf.Tensor3D;

/**
 * Tokens of interactions: item `i` with feedback `f` is `f * positive[i] + (1 - f) * negative[i]`; no interaction is 0.
 *
 * Given item embeddings are copied to separate columns of `positive` and `negative`, so that a token distinguishes positive from
 * negative feedback on them.
 */
export function makeTokenizer(
  tf: TensorFlowNamespace,
  make: ParameterMaker,
  random: Random,
  { items, embedding, width, itemEmbeddings }: Architecture,
): Tokenizer {
  const given = itemEmbeddings?.width ?? 0;
  const table = (name: string, firstGiven: number): tf.Variable =>
    make.of(name, items, width, (item, column) => {
      if (column < embedding) return random.normal() / Math.sqrt(embedding);
      const dimension = column - firstGiven;
      return dimension >= 0 && dimension < given ? (itemEmbeddings?.data[item * given + dimension] ?? 0) : 0;
    });
  const positive = table('positive', embedding);
  const negative = table('negative', embedding + given);
  const fixed = itemEmbeddings !== undefined && !itemEmbeddings.train;

  return ({ indices, filled, historyFeedback }) => {
    const likes = tf.expandDims(tf.mul(filled, historyFeedback), 2);
    const passes = tf.expandDims(tf.mul(filled, tf.sub(1, historyFeedback)), 2);
    const rows = (table: tf.Variable): tf.Tensor => {
      const found = tf.gather(table, indices);
      return fixed ? withoutGradient(tf, found, embedding) : found;
    };
    return tf.add(tf.mul(likes, rows(positive)), tf.mul(passes, rows(negative))) as tf.Tensor3D;
  };
}

/** A copy of a tensor without gradient in the columns from `from` on. */
function withoutGradient(tf: TensorFlowNamespace, tensor: tf.Tensor, from: number): tf.Tensor {
  const columns = tensor.shape[tensor.rank - 1];
  const passing = Float32Array.from({ length: columns }, (_, column) => (column < from ? 1 : 0));
  return tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: (slope: tf.Tensor) => tf.mul(slope, tf.tensor1d(passing)),
  }))(tensor);
}
