import { type ConformanceCheck, checkRule, denseMasks } from '@ialp/core/testing';
import type { Network, Tensor, Weights } from '../network.js';
import { checkSame, checkThrows } from './comparisons.js';
import type { ConformanceOptions } from './conformance-options.js';
import { outputsOf, syntheticBatch, train, weightsOf } from './network-batch.js';

const ROWS = 7;

/** Rules for a network's weights: storing, loading, copying, scaling. */
export function weightsChecks(makeNetwork: (seed: number) => Network, options: ConformanceOptions): ConformanceCheck[] {
  return [
    {
      name: 'the same seed gives the same weights, another seed others',
      run() {
        const weights = weightsOf(makeNetwork(1));
        checkSame(weightsOf(makeNetwork(1)), weights, 'weights of a second network of the same seed');
        const other = weightsOf(makeNetwork(2));
        checkRule(
          weights.some((value, k) => value !== other[k]),
          'weights: two seeds gave the same',
        );
      },
    },
    {
      name: 'weights are a copy, and can be set again',
      run() {
        const [network, other] = [makeNetwork(1), makeNetwork(2)];
        const { states } = syntheticBatch(network, ROWS, options);
        const expected = outputsOf(network, states);
        const weights = network.weights();
        other.setWeights(weights);
        checkSame(outputsOf(other, states), expected, 'outputs with the weights of another network');
        for (const { data } of Object.values(weights)) data.fill(0);
        checkSame(outputsOf(network, states), expected, 'outputs after a copy of the weights was overwritten');
        checkSame(outputsOf(other, states), expected, 'outputs after weights that were taken were overwritten');
      },
    },
    {
      name: 'weights that do not fit or are not finite are refused, and change nothing',
      run() {
        const network = makeNetwork(1);
        const before = weightsOf(network);
        // From another network, so that whatever is taken shows.
        for (const [what, weights] of Object.entries(brokenWeights(makeNetwork(2).weights()))) {
          checkThrows(() => network.setWeights(weights), what);
          checkSame(weightsOf(network), before, `weights after ${what} were refused`);
        }
      },
    },
    {
      name: 'a copy has the same weights, and is independent',
      run() {
        const network = makeNetwork(1);
        const batch = syntheticBatch(network, ROWS, options);
        const before = outputsOf(network, batch.states);
        const twin = network.copy();
        checkSame(outputsOf(twin, batch.states), before, 'outputs of the copy');
        train(twin, batch);
        checkSame(outputsOf(network, batch.states), before, 'outputs after the copy was trained');
        const trained = outputsOf(twin, batch.states);
        twin.scaleActor(0);
        checkSame(outputsOf(network, batch.states), before, 'outputs after the copy was scaled');
        const third = network.copy();
        train(network, batch);
        checkSame(outputsOf(third, batch.states), before, 'outputs of a copy after the original was trained');
        checkSame(outputsOf(network, batch.states), trained, 'outputs after the same training as the copy');
      },
    },
    {
      name: 'a copy has a new optimiser',
      run() {
        const network = makeNetwork(1);
        for (let step = 0; step < 3; step++) train(network, syntheticBatch(network, ROWS, options, step));
        const fresh = makeNetwork(2);
        fresh.setWeights(network.weights());
        const twin = network.copy();
        for (let step = 10; step < 13; step++) {
          const batch = syntheticBatch(network, ROWS, options, step);
          train(fresh, batch);
          train(twin, batch);
        }
        checkSame(weightsOf(twin), weightsOf(fresh), 'weights of the trained copy, against those of a new network');
      },
    },
    {
      name: 'from a training state, training continues bit for bit',
      run() {
        for (const steps of [0, 3]) {
          const network = makeNetwork(1);
          for (let step = 0; step < steps; step++) train(network, syntheticBatch(network, ROWS, options, step));
          const state = network.trainingState();
          const resumed = makeNetwork(2);
          // Its own training must be overwritten.
          train(resumed, syntheticBatch(resumed, ROWS, options, 50));
          resumed.setTrainingState(state);
          for (const { data } of Object.values(state)) data.fill(0);
          for (let step = 10; step < 13; step++) {
            const batch = syntheticBatch(network, ROWS, options, step);
            train(network, batch);
            train(resumed, batch);
          }
          checkSame(weightsOf(resumed), weightsOf(network), `weights of the one resumed after ${steps} steps`);
        }
      },
    },
    {
      name: 'training states that do not fit or are not finite are refused, and change nothing',
      run() {
        const [network, twin] = [makeNetwork(1), makeNetwork(1)];
        for (const each of [network, twin]) train(each, syntheticBatch(each, ROWS, options, 1));
        const other = makeNetwork(2);
        train(other, syntheticBatch(other, ROWS, options, 2));
        const whole = other.trainingState();
        for (const [what, state] of Object.entries({ ...brokenWeights(whole), 'weights alone': other.weights() })) {
          checkThrows(() => network.setTrainingState(state), what);
        }
        for (const each of [network, twin]) train(each, syntheticBatch(each, ROWS, options, 3));
        checkSame(weightsOf(network), weightsOf(twin), 'weights after training states were refused');
      },
    },
    {
      name: 'scaling the actor by 1 changes nothing, by 0 makes it uniform, and leaves the critic unchanged',
      run() {
        const network = makeNetwork(1);
        const batch = syntheticBatch(network, ROWS, options);
        for (let step = 0; step < 5; step++) train(network, batch);
        const { states } = batch;
        const before = outputsOf(network, states);
        network.scaleActor(1);
        checkSame(outputsOf(network, states), before, 'outputs after scaling by 1');
        network.scaleActor(0);
        const after = outputsOf(network, states);
        const { rows, items } = states;
        const mask = denseMasks(states);
        for (let row = 0; row < rows; row++) {
          const allowed = mask.subarray(row * items, (row + 1) * items).reduce((sum, value) => sum + value, 0);
          for (let place = row * items; place < (row + 1) * items; place++) {
            const expected = mask[place] / allowed;
            checkRule(
              Math.abs(after[place] - expected) <= 1e-6,
              `probability after scaling by 0: expected ${expected}; found ${after[place]}`,
            );
          }
        }
        checkSame(after.subarray(rows * items), before.subarray(rows * items), 'values after scaling');
      },
    },
  ];
}

/** Weights with one fault each, in the last tensor, so that a network that sets tensors one by one is found out. */
export function brokenWeights(weights: Weights): Record<string, Weights> {
  const names = Object.keys(weights);
  const last = names[names.length - 1];
  const { shape, data } = weights[last];
  const withLast = (tensor: Tensor): Weights => ({ ...weights, [last]: tensor });
  const spoilt = (value: number): Tensor => {
    const copy = data.slice();
    copy[copy.length - 1] = value;
    return { shape, data: copy };
  };
  const { [last]: _missing, ...others } = weights;
  return {
    [`weights without ${last}`]: others,
    'weights with one tensor too many': { ...weights, [`${last}Too`]: weights[last] },
    'weights of another shape': withLast({ shape: [...shape, 2], data: new Float32Array(2 * data.length) }),
    'weights with too few numbers for their shape': withLast({ shape, data: data.slice(1) }),
    'weights with NaN': withLast(spoilt(Number.NaN)),
    'weights with an infinite number': withLast(spoilt(Number.POSITIVE_INFINITY)),
  };
}
