import type * as tf from '@tensorflow/tfjs';
import type { ModelBuilder } from '../model.js';
import { architectureWith } from './model-parts.js';
import type { ArchitectureOptions } from './options.js';

/** Options of `meanModel`. */
export type MeanModelOptions = ArchitectureOptions;

/** Numbers of a pooled history besides the mean token: its fill, the mean feedback, and two zeros. */
const POOLED_EXTRA = 4;

/** Mean pooling: the mean of the history's tokens, and one layer of rectified linear units. */
export function meanModel(options: MeanModelOptions = {}): ModelBuilder {
  return architectureWith(options, ({ tf, make, tokens, architecture, addUser }) => {
    const { historyLength, hidden } = architecture;
    const width = architecture.width + POOLED_EXTRA;
    const weights = make.normal('hidden', width, hidden, Math.sqrt(2 / width));
    const bias = make.constant('hiddenBias', hidden, 0);
    return (inputs) => {
      const { filled, historyFeedback } = inputs;
      const count = tf.sum(filled, 1, true);
      const atLeastOne = tf.maximum(count, 1);
      const pooled = tf.concat(
        [
          tf.div(tf.sum(tokens(inputs), 1), atLeastOne),
          tf.div(count, historyLength),
          tf.div(tf.sum(tf.mul(filled, historyFeedback), 1, true), atLeastOne),
          tf.zeros([filled.shape[0], 2]),
        ],
        1,
      ) as tf.Tensor2D;
      return tf.relu(addUser(tf.add(tf.matMul(pooled, weights), bias), inputs));
    };
  });
}
