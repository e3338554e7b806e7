/**
 * The built-in network, its A2C update and its decisions, written with TensorFlow.js as one would write them there: the
 * peer of `engine.mjs`.
 *
 * Mean pooling is a product of a sparse matrix, kept dense, with the embeddings: on the plain JavaScript backend the
 * gradient of `gather` takes many times as long.
 */
import * as tf from '@tensorflow/tfjs';
import { vTrace } from '../dist/index.js';

const DISCOUNT = 0.9;
const LAMBDA = 0.95;
const LEARNING_RATE = 0.003;
const VALUE_WEIGHT = 0.5;
const ENTROPY_WEIGHT = 0.01;
const MAX_GRADIENT_NORM = 1;

export class TensorFlowA2C {
  #variables;
  #optimizer = tf.train.adam(LEARNING_RATE);

  /** Starts from the weights of a network of this package. */
  constructor(weights) {
    this.#variables = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, tf.variable(tf.tensor2d(data, shape))]),
    );
  }

  dispose() {
    for (const variable of Object.values(this.#variables)) variable.dispose();
    this.#optimizer.dispose();
  }

  /** `V(s)` of histories. */
  values(histories) {
    return tf.tidy(() => this.#value(this.#encode(histories)).dataSync());
  }

  /** `[sessions, items]`: `log pi`. */
  logProbabilities(states) {
    return tf.tidy(() => this.#logSoftmax(this.#encode(states), states).dataSync());
  }

  /** Draws an item for each state, and gives it with its probability. */
  decide(states, random) {
    const table = this.logProbabilities(states);
    const { sessions, items } = states;
    const shown = new Int32Array(sessions);
    const propensity = new Float32Array(sessions);
    for (let row = 0; row < sessions; row++) {
      let left = random.uniform();
      for (let item = 0; item < items; item++) {
        const p = Math.exp(table[row * items + item]);
        if (p === 0) continue;
        shown[row] = item;
        propensity[row] = p;
        left -= p;
        if (left < 0) break;
      }
    }
    return { items: shown, propensity };
  }

  /** One update; gives the loss. */
  learn(rollout) {
    return tf.tidy(() => {
      const nextValue = this.values(rollout.next);
      const { value, grads } = tf.variableGrads(() => this.#loss(rollout, nextValue), Object.values(this.#variables));
      const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
      const scale = tf.minimum(1, tf.div(MAX_GRADIENT_NORM, norm));
      const clipped = Object.fromEntries(
        Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, scale)]),
      );
      this.#optimizer.applyGradients(clipped);
      return value.dataSync()[0];
    });
  }

  #loss(rollout, nextValue) {
    const { states, actions, propensity } = rollout;
    const hidden = this.#encode(states);
    const logProbabilities = this.#logSoftmax(hidden, states);
    const value = this.#value(hidden);
    const chosen = tf.oneHot(tf.tensor1d(actions, 'int32'), states.items, 1, 0, 'float32');
    const logProbability = tf.sum(tf.mul(logProbabilities, chosen), 1);

    const rows = actions.length;
    const ratio = logProbability.dataSync().map((log, row) => Math.exp(log) / propensity[row]);
    const [target, advantage] = [new Float32Array(rows), new Float32Array(rows)];
    vTrace(
      { ...rollout, ratio, value: value.dataSync(), nextValue },
      { discount: DISCOUNT, lambda: LAMBDA, maxRho: 1, maxTrace: 1 },
      { target, advantage },
    );

    const policy = tf.neg(tf.mean(tf.mul(tf.tensor1d(advantage), logProbability)));
    const critic = tf.mean(tf.square(tf.sub(tf.tensor1d(target), value)));
    const entropy = tf.neg(tf.mean(tf.sum(tf.mul(tf.exp(logProbabilities), logProbabilities), 1)));
    return tf.sub(tf.add(policy, tf.mul(VALUE_WEIGHT, critic)), tf.mul(ENTROPY_WEIGHT, entropy));
  }

  #encode({ sessions, historyLength, historyItems, historyFeedback }) {
    const { liked, passed, hidden, hiddenBias } = this.#variables;
    const items = liked.shape[0];
    const ofLiked = new Float32Array(sessions * items);
    const ofPassed = new Float32Array(sessions * items);
    const extra = new Float32Array(sessions * 4);
    for (let row = 0; row < sessions; row++) {
      const places = Array.from({ length: historyLength }, (_, k) => row * historyLength + k);
      const filled = places.filter((place) => historyItems[place] >= 0);
      if (filled.length === 0) continue;
      for (const place of filled) {
        const at = row * items + historyItems[place];
        ofLiked[at] += historyFeedback[place] / filled.length;
        ofPassed[at] += (1 - historyFeedback[place]) / filled.length;
        extra[row * 4 + 1] += historyFeedback[place] / filled.length;
      }
      extra[row * 4] = filled.length / historyLength;
    }
    const mean = tf.add(
      tf.matMul(tf.tensor2d(ofLiked, [sessions, items]), liked),
      tf.matMul(tf.tensor2d(ofPassed, [sessions, items]), passed),
    );
    const pooled = tf.concat([mean, tf.tensor2d(extra, [sessions, 4])], 1);
    return tf.relu(tf.add(tf.matMul(pooled, hidden), hiddenBias));
  }

  #logSoftmax(hidden, { sessions, items, mask }) {
    const logits = tf.add(tf.matMul(hidden, this.#variables.actor), this.#variables.actorBias);
    const forbidden = tf.tensor2d(
      Float32Array.from(mask, (allowed) => (allowed === 1 ? 0 : -1e9)),
      [sessions, items],
    );
    return tf.logSoftmax(tf.add(logits, forbidden));
  }

  #value(hidden) {
    const { critic, criticBias } = this.#variables;
    return tf.squeeze(tf.add(tf.matMul(hidden, critic, false, true), criticBias), [1]);
  }
}
