import { checkInteger } from '@ialp/core';
import type * as tf from '@tensorflow/tfjs';
import type { ModelBuilder } from '../model.js';
import { makeLayerNorm } from './layer-norm.js';
import { architectureWith, type EncoderParts } from './model-parts.js';
import type { ArchitectureOptions } from './options.js';

/** Options of `attentionModel`. */
export interface AttentionModelOptions extends ArchitectureOptions {
  /** Number of blocks, each of attention and a feed-forward layer. Default 1. */
  readonly blocks?: number;
}

/** Added to the score of positions that must not be attended to, so that their weight is exactly 0. */
const FORBIDDEN = -1e9;

/**
 * Self-attention over the history (after SASRec, Kang and McAuley 2018): one head, pre-normalisation; the state is the newest
 * position's.
 */
export function attentionModel(options: AttentionModelOptions = {}): ModelBuilder {
  const { blocks = 1 } = options;
  checkInteger('blocks', blocks, 1);
  return architectureWith(options, (parts) => {
    const { tf, make, tokens, architecture, addUser } = parts;
    const { width, hidden, historyLength } = architecture;
    const input = make.normal('input', width, hidden, 1 / Math.sqrt(width));
    const position = make.normal('position', historyLength, hidden, 1 / Math.sqrt(hidden));
    const stack = Array.from({ length: blocks }, (_, k) => makeBlock(parts, `block${k + 1}.`));
    const normalize = makeLayerNorm(tf, make, { scale: 'outputScale', shift: 'outputShift' }, hidden);
    return (inputs) => {
      const { filled } = inputs;
      const batch = filled.shape[0];
      const flat = tf.reshape(tokens(inputs), [batch * historyLength, width]);
      let x: tf.Tensor = tf.add(tf.reshape(tf.matMul(flat, input), [batch, historyLength, hidden]), position);
      // `[batch, position, attended]`: 0 where a position may attend to the other.
      const barrier = tf.mul(tf.sub(1, tf.mul(tf.expandDims(filled, 1), upTo(tf, historyLength))), FORBIDDEN);
      for (const block of stack) x = block(x, barrier);
      const newest = tf.reshape(tf.slice(x, [0, historyLength - 1, 0], [batch, 1, hidden]), [batch, hidden]);
      return addUser(tf.mul(normalize(newest), tf.max(filled, 1, true)), inputs);
    };
  });
}

/** `[1, length, length]`: 1 where the column is not later than the row. */
function upTo(tf: EncoderParts['tf'], length: number): tf.Tensor3D {
  const numbers = Float32Array.from({ length: length * length }, (_, k) => (k % length <= k / length ? 1 : 0));
  return tf.tensor3d(numbers, [1, length, length]);
}

function makeBlock({ tf, make, architecture }: EncoderParts, prefix: string) {
  const { hidden } = architecture;
  const scale = 1 / Math.sqrt(hidden);
  const beforeAttention = makeLayerNorm(
    tf,
    make,
    { scale: `${prefix}attentionScale`, shift: `${prefix}attentionShift` },
    hidden,
  );
  const [query, key, value] = ['query', 'key', 'value'].map((name) =>
    make.normal(prefix + name, hidden, hidden, scale),
  );
  const beforeFeed = makeLayerNorm(tf, make, { scale: `${prefix}feedScale`, shift: `${prefix}feedShift` }, hidden);
  const feedIn = make.normal(`${prefix}feedIn`, hidden, hidden, Math.sqrt(2 / hidden));
  const feedInBias = make.constant(`${prefix}feedInBias`, hidden, 0);
  const feedOut = make.normal(`${prefix}feedOut`, hidden, hidden, scale);
  const feedOutBias = make.constant(`${prefix}feedOutBias`, hidden, 0);

  return (x: tf.Tensor, barrier: tf.Tensor): tf.Tensor => {
    /** A product of every position with one matrix. */
    const times = (positions: tf.Tensor, matrix: tf.Variable): tf.Tensor =>
      tf.reshape(tf.matMul(tf.reshape(positions, [-1, hidden]), matrix), x.shape);
    const a = beforeAttention(x);
    const scores = tf.mul(tf.matMul(times(a, query), times(a, key), false, true), scale);
    const attended = tf.matMul(tf.softmax(tf.add(scores, barrier)), times(a, value));
    const y = tf.add(x, attended);
    const fed = tf.relu(tf.add(times(beforeFeed(y), feedIn), feedInBias));
    return tf.add(y, tf.add(times(fed, feedOut), feedOutBias));
  };
}
