/** What every engine has to do: the sizes, the made-up states, the first weights, and how much work a step is. */
import { createRandom, exclusionsOf } from '@ialp/core';
import { denseMasks, exclusionsOfMasks } from '@ialp/core/testing';

export const HISTORY = 10;
export const EMBEDDING = 32;
export const HIDDEN = 64;
export const ENCODERS = ['mean', 'gru', 'attention'];
export const SETTINGS = { learningRate: 0.003, valueWeight: 0.5, entropyWeight: 0.01, maxGradientNorm: 1 };

/** Share of the sessions whose history is full; the rest have 0 to 9 interactions. */
const FULL = 0.5;

/** States, the actions taken in them, and what the step is to make of these. */
export function makeStates(batch, items, random) {
  const histories = {
    rows: batch,
    historyLength: HISTORY,
    historyItems: new Int32Array(batch * HISTORY).fill(-1),
    historyFeedback: new Float32Array(batch * HISTORY),
  };
  const seen = Array.from({ length: batch }, () => new Set());
  const actions = new Int32Array(batch);
  for (let row = 0; row < batch; row++) {
    const filled = random.uniform() < FULL ? HISTORY : random.integer(HISTORY);
    for (let place = (row + 1) * HISTORY - filled; place < (row + 1) * HISTORY; place++) {
      const item = random.integer(items);
      histories.historyItems[place] = item;
      histories.historyFeedback[place] = random.integer(2);
      seen[row].add(item);
    }
    do actions[row] = random.integer(items);
    while (seen[row].has(actions[row]));
  }
  const exclusions = exclusionsOf(seen.map((own) => [...own]));
  const states = { ...histories, items, available: new Uint8Array(items).fill(1), exclusions };
  const normal = () => Float32Array.from({ length: batch }, () => random.normal());
  return { states, actions, policyWeight: normal(), valueTarget: normal() };
}

/** Names and shapes of an encoder's weights; `deviation` of their first values around `centre`. */
function layout(encoder, items) {
  const [W, H] = [EMBEDDING, HIDDEN];
  const dense = (rows, columns) => ({ shape: [rows, columns], deviation: 1 / Math.sqrt(rows) });
  const bias = (columns, centre = 0) => ({ shape: [1, columns], deviation: 0.1, centre });
  const table = { shape: [items, W], deviation: 1 / Math.sqrt(W) };
  const encoders = {
    mean: { hidden: dense(W + 4, H), hiddenBias: bias(H) },
    gru: {
      inputGates: dense(W, 3 * H),
      stateGates: dense(H, 3 * H),
      gatesBias: bias(3 * H),
      candidateBias: bias(H),
    },
    attention: {
      input: dense(W, H),
      position: { shape: [HISTORY, H], deviation: 0.1 },
      'block1.attentionScale': bias(H, 1),
      'block1.attentionShift': bias(H),
      'block1.query': dense(H, H),
      'block1.key': dense(H, H),
      'block1.value': dense(H, H),
      'block1.feedScale': bias(H, 1),
      'block1.feedShift': bias(H),
      'block1.feedIn': dense(H, H),
      'block1.feedInBias': bias(H),
      'block1.feedOut': dense(H, H),
      'block1.feedOutBias': bias(H),
      outputScale: bias(H, 1),
      outputShift: bias(H),
    },
  };
  return {
    positive: table,
    negative: table,
    ...encoders[encoder],
    actor: { shape: [items, H], deviation: 1 / Math.sqrt(H) },
    actorBias: bias(items),
    critic: { shape: [1, H], deviation: 1 / Math.sqrt(H) },
    criticBias: bias(1),
  };
}

/** First weights, none of them 0, so that an engine that leaves one out is found out. */
export function makeWeights(encoder, items, random) {
  const fill = ({ shape, deviation, centre = 0 }) => ({
    shape,
    data: Float32Array.from({ length: shape[0] * shape[1] }, () => centre + deviation * random.normal()),
  });
  return Object.fromEntries(Object.entries(layout(encoder, items)).map(([name, entry]) => [name, fill(entry)]));
}

/** All that an engine needs, as tensors of one file. */
export function makeProblem({ encoder, batch, items }) {
  const random = createRandom(1);
  const { states, actions, policyWeight, valueTarget } = makeStates(batch, items, random.fork(0));
  const rows = (data) => ({ shape: [batch], data });
  const tensors = {
    historyItems: { shape: [batch, HISTORY], data: states.historyItems },
    historyFeedback: { shape: [batch, HISTORY], data: states.historyFeedback },
    mask: { shape: [batch, items], data: denseMasks(states) },
    actions: rows(actions),
    policyWeight: rows(policyWeight),
    valueTarget: rows(valueTarget),
  };
  for (const [name, weight] of Object.entries(makeWeights(encoder, items, random.fork(1)))) {
    tensors[`weights/${name}`] = weight;
  }
  return { tensors, flops: usefulWork(encoder, batch, items, states) };
}

/** A problem's tensors as the arguments of `Network`'s methods. */
export function fromTensors(tensors) {
  const [rows, items] = tensors.mask.shape;
  const data = (name) => tensors[name].data;
  const weights = Object.entries(tensors).filter(([name]) => name.startsWith('weights/'));
  return {
    states: {
      rows,
      items,
      historyLength: HISTORY,
      historyItems: data('historyItems'),
      historyFeedback: data('historyFeedback'),
      available: new Uint8Array(items).fill(1),
      exclusions: exclusionsOfMasks(data('mask'), rows),
    },
    actions: data('actions'),
    targets: { policyWeight: data('policyWeight'), valueTarget: data('valueTarget') },
    weights: Object.fromEntries(weights.map(([name, weight]) => [name.slice('weights/'.length), weight])),
  };
}

export const FLOPS_FORMULA =
  'useful work of a step: its matrix products alone, 2 operations a multiply-add, forward once and backward twice: ' +
  '6 (B H N + B H + E); with T interactions in the B histories, E is B (W + 4) H for mean, 3 T H (W + H) for gru, ' +
  'T (W H + 2 H H + 2 H) + 3 B H H for attention';

/** The formula above. Padding is no work, nor are softmax, clipping and Adam, which take their time all the same. */
function usefulWork(encoder, batch, items, states) {
  const [B, N, W, H] = [batch, items, EMBEDDING, HIDDEN];
  const T = states.historyItems.filter((item) => item >= 0).length;
  const E = {
    mean: B * (W + 4) * H,
    gru: 3 * T * H * (W + H),
    attention: T * (W * H + 2 * H * H + 2 * H) + 3 * B * H * H,
  }[encoder];
  return 6 * (B * H * N + B * H + E);
}
