/**
 * The built-in architectures in plain TypeScript and double precision, one state at a time, loop by loop from their
 * formulas: what the models of TensorFlow.js are checked against. Nothing here is shared with them.
 */
import type { States, Tensor, Weights } from '../../network.js';

type Vector = number[];

/** `x @ matrix`. */
function times(x: Vector, { shape: [rows, columns], data }: Tensor): Vector {
  const result = new Array<number>(columns).fill(0);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j] += x[i] * data[i * columns + j];
  return result;
}

function row({ shape, data }: Tensor, index: number): Vector {
  return [...data.subarray(index * shape[1], (index + 1) * shape[1])];
}

const plus = (a: Vector, b: Vector): Vector => a.map((x, k) => x + b[k]);
const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, k) => sum + x * b[k], 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const rectified = (x: Vector): Vector => x.map((value) => Math.max(0, value));

/** The interactions of one state: `[slot, item, feedback]`, oldest first. */
function interactions({ historyLength, historyItems, historyFeedback }: States, state: number) {
  return Array.from({ length: historyLength }, (_, slot) => {
    const at = state * historyLength + slot;
    return { slot, item: historyItems[at], feedback: historyFeedback[at] };
  }).filter(({ item }) => item >= 0);
}

function token(weights: Weights, item: number, feedback: number): Vector {
  const negative = row(weights['negative'], item);
  return row(weights['positive'], item).map((x, k) => feedback * x + (1 - feedback) * negative[k]);
}

function withUser(x: Vector, weights: Weights, states: States, state: number): Vector {
  if (weights['user'] === undefined) return x;
  const width = weights['user'].shape[0];
  return plus(x, times([...(states.userFeatures ?? [])].slice(state * width, (state + 1) * width), weights['user']));
}

/** `[hidden]` of one state. */
export type Encode = (weights: Weights, states: States, state: number) => Vector;

export const encodeMean: Encode = (weights, states, state) => {
  const past = interactions(states, state);
  const width = weights['positive'].shape[1];
  const pooled = new Array<number>(width + 4).fill(0);
  for (const { item, feedback } of past) {
    for (const [k, x] of token(weights, item, feedback).entries()) pooled[k] += x / past.length;
    pooled[width + 1] += feedback / past.length;
  }
  pooled[width] = past.length / states.historyLength;
  const linear = plus(times(pooled, weights['hidden']), row(weights['hiddenBias'], 0));
  return rectified(withUser(linear, weights, states, state));
};

export const encodeGru: Encode = (weights, states, state) => {
  const hidden = weights['stateGates'].shape[0];
  let h = new Array<number>(hidden).fill(0);
  for (const { item, feedback } of interactions(states, state)) {
    const x = plus(times(token(weights, item, feedback), weights['inputGates']), row(weights['gatesBias'], 0));
    const u = times(h, weights['stateGates']);
    const bias = row(weights['candidateBias'], 0);
    h = h.map((before, k) => {
      const r = sigmoid(x[k] + u[k]);
      const z = sigmoid(x[hidden + k] + u[hidden + k]);
      const n = Math.tanh(x[2 * hidden + k] + r * (u[2 * hidden + k] + bias[k]));
      return (1 - z) * n + z * before;
    });
  }
  return withUser(h, weights, states, state);
};

function layerNorm(x: Vector, scale: Tensor, shift: Tensor): Vector {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, k) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale.data[k] + shift.data[k]);
}

export const encodeAttention: Encode = (weights, states, state) => {
  const hidden = weights['input'].shape[1];
  const past = interactions(states, state);
  let e = past.map(({ slot, item, feedback }) =>
    plus(times(token(weights, item, feedback), weights['input']), row(weights['position'], slot)),
  );
  for (let block = 1; weights[`block${block}.query`] !== undefined; block++) {
    const of = (name: string): Tensor => weights[`block${block}.${name}`];
    const a = e.map((x) => layerNorm(x, of('attentionScale'), of('attentionShift')));
    const [q, k, v] = ['query', 'key', 'value'].map((name) => a.map((x) => times(x, of(name))));
    e = e.map((x, t) => {
      const scores = k.slice(0, t + 1).map((key) => Math.exp(dot(q[t], key) / Math.sqrt(hidden)));
      const sum = scores.reduce((total, score) => total + score, 0);
      const y = x.map((value, j) => value + scores.reduce((all, score, s) => all + (score / sum) * v[s][j], 0));
      const c = layerNorm(y, of('feedScale'), of('feedShift'));
      const inner = rectified(plus(times(c, of('feedIn')), row(of('feedInBias'), 0)));
      return plus(y, plus(times(inner, of('feedOut')), row(of('feedOutBias'), 0)));
    });
  }
  const newest = e.at(-1);
  const output = newest
    ? layerNorm(newest, weights['outputScale'], weights['outputShift'])
    : new Array<number>(hidden).fill(0);
  return withUser(output, weights, states, state);
};

/** What the three heads say of one state. */
export function headsOfState(weights: Weights, x: Vector): { logits: Vector; value: number; q: Vector } {
  const items = weights['actor'].shape[0];
  const linear = (name: string, bias: string, item: number): number =>
    dot(x, row(weights[name], item)) + weights[bias].data[item];
  return {
    logits: Array.from({ length: items }, (_, item) => linear('actor', 'actorBias', item)),
    value: linear('critic', 'criticBias', 0),
    q: Array.from({ length: items }, (_, item) => linear('q', 'qBias', item)),
  };
}

/** Log probabilities over the allowed items, and their entropy. */
export function logSoftmax(logits: Vector, mask: ArrayLike<number>): { log: Vector; entropy: number } {
  const sum = logits.reduce((total, logit, item) => total + (mask[item] === 1 ? Math.exp(logit) : 0), 0);
  const log = logits.map((logit, item) => (mask[item] === 1 ? logit - Math.log(sum) : Number.NEGATIVE_INFINITY));
  const entropy = -log.reduce((total, x, item) => (mask[item] === 1 ? total + Math.exp(x) * x : total), 0);
  return { log, entropy };
}
