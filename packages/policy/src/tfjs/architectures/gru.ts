import type * as tf from '@tensorflow/tfjs';
import type { ModelBuilder } from '../model.js';
import { architectureWith } from './model-parts.js';
import type { ArchitectureOptions } from './options.js';

/** Options of `gruModel`. */
export type GruModelOptions = ArchitectureOptions;

/**
 * A gated recurrent unit (Cho et al. 2014) over the history, oldest first, in PyTorch's form: the reset gate of the candidate is
 * applied after the product. The gates are consecutive columns: reset, update, candidate.
 */
export function gruModel(options: GruModelOptions = {}): ModelBuilder {
  return architectureWith(options, ({ tf, make, tokens, architecture, addUser }) => {
    const { width, hidden } = architecture;
    const inputGates = make.normal('inputGates', width, 3 * hidden, 1 / Math.sqrt(width));
    const stateGates = make.normal('stateGates', hidden, 3 * hidden, 1 / Math.sqrt(hidden));
    const gatesBias = make.constant('gatesBias', 3 * hidden, 0);
    const candidateBias = make.constant('candidateBias', hidden, 0);
    return (inputs) => {
      const [batch, length] = inputs.filled.shape;
      const flat = tf.reshape(tokens(inputs), [batch * length, width]);
      const fromInputs = tf.reshape(tf.add(tf.matMul(flat, inputGates), gatesBias), [batch, length, 3 * hidden]);
      const filled = positionsOf(tf, inputs.filled);
      let state: tf.Tensor = tf.zeros([batch, hidden]);
      for (const [position, fromInput] of positionsOf(tf, fromInputs).entries()) {
        const [inputReset, inputUpdate, inputCandidate] = tf.split(fromInput, 3, 1);
        const [stateReset, stateUpdate, stateCandidate] = tf.split(tf.matMul(state, stateGates), 3, 1);
        const reset = tf.sigmoid(tf.add(inputReset, stateReset));
        const update = tf.sigmoid(tf.add(inputUpdate, stateUpdate));
        const candidate = tf.tanh(tf.add(inputCandidate, tf.mul(reset, tf.add(stateCandidate, candidateBias))));
        const next = tf.add(tf.mul(tf.sub(1, update), candidate), tf.mul(update, state));
        const present = tf.expandDims(filled[position], 1);
        state = tf.add(tf.mul(present, next), tf.mul(tf.sub(1, present), state));
      }
      return addUser(state, inputs);
    };
  });
}

/** A tensor's slices along its second axis. The gradient of `unstack` fails for a single slice. */
function positionsOf(tensorFlow: typeof tf, x: tf.Tensor): tf.Tensor[] {
  return x.shape[1] === 1 ? [tensorFlow.squeeze(x, [1])] : tensorFlow.unstack(x, 1);
}
