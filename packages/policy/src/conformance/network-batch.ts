import type { Network, States, Targets, TrainingReport, TrainingSettings } from '../network.js';
import { type ConformanceOptions, makeRandom, SEED } from './conformance-options.js';
import { probabilitiesOf } from './probabilities.js';
import { anyAllowed, syntheticStates } from './synthetic-sessions.js';

/** Settings of the training steps in the checks. */
export const SETTINGS: TrainingSettings = {
  learningRate: 0.003,
  valueWeight: 0.5,
  entropyWeight: 0.01,
  maxGradientNorm: 1,
};

/** A synthetic batch to train on. */
export interface Batch {
  readonly states: ReturnType<typeof syntheticStates>;
  readonly actions: Int32Array;
  readonly targets: Targets & { readonly policyWeight: Float32Array; readonly valueTarget: Float32Array };
}

/** A batch for a network; policy weights are positive, so that the loss has a least value. */
export function syntheticBatch(network: Network, rows: number, options: ConformanceOptions, seed = SEED): Batch {
  const random = makeRandom(options, seed);
  const states = syntheticStates(rows, network.items, { ...options, historyLength: network.historyLength }, seed);
  return {
    states,
    actions: anyAllowed(states, random),
    targets: {
      policyWeight: Float32Array.from({ length: rows }, () => 0.5 + random.uniform()),
      valueTarget: Float32Array.from({ length: rows }, () => 2 * random.normal()),
    },
  };
}

/** One training step on a batch. */
export function train(network: Network, { states, actions, targets }: Batch, settings = SETTINGS): TrainingReport {
  return network.trainStep(states, actions, () => targets, settings);
}

/** The loss, from the terms of a report. */
export function lossOf({ policyLoss, valueLoss, entropy }: TrainingReport, settings = SETTINGS): number {
  return policyLoss + settings.valueWeight * valueLoss - settings.entropyWeight * entropy;
}

/** All outputs of a network for some states: probabilities, then values. */
export function outputsOf(network: Network, states: Batch['states']): Float32Array {
  const evaluation = network.evaluate(states);
  const value = evaluation.value.slice();
  const table = probabilitiesOf(evaluation, states);
  const outputs = new Float32Array(table.length + value.length);
  outputs.set(table);
  outputs.set(value, table.length);
  return outputs;
}

/** All weights in one array. */
export function weightsOf(network: Network): Float32Array {
  const tensors = Object.values(network.weights()).map(({ data }) => data);
  const all = new Float32Array(tensors.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const data of tensors) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}

/** Entropies in nats, in double precision, of `[rows, items]` probabilities. */
export function entropies(table: Float32Array, { rows, items }: Pick<States, 'rows' | 'items'>): Float64Array {
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let place = row * items; place < (row + 1) * items; place++) {
      if (table[place] > 0) result[row] -= table[place] * Math.log(table[place]);
    }
  }
  return result;
}
