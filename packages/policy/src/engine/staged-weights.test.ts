/** Weights that are set in steps: the same bits as `setWeights`, with decisions in between. */
import { createRandom } from '@ialp/core';
import { afterAll, expect, test } from 'vitest';
import { NetworkStateError, WeightsError } from '../errors.js';
import type { Network, Weights } from '../network.js';
import { allowedActions, makeStates, makeTargets, SETTINGS } from '../test-support/batch.js';
import { describeBuilds } from '../test-support/builds.js';
import { createNetwork } from './built-in-network.js';
import type { EncoderName } from './network-options.js';
import { sameBits } from './same-bits.js';

describeBuilds(() => {
  /** Several steps for a table, and a number of items that is no multiple of 4. */
  const SIZES = { items: 2503, historyLength: 4, embedding: 8, hidden: 28, heads: ['actor', 'value', 'q'] as const };
  const made: Network[] = [];
  const networkOf = (seed: number, encoder: EncoderName = 'mean', threads = 1): Network => {
    const network = createNetwork({ ...SIZES, encoder, threads, random: createRandom(seed) });
    network.scaleActor(40);
    made.push(network);
    return network;
  };
  afterAll(() => {
    for (const network of made) network.dispose();
  });
  const states = makeStates(3, SIZES.items, SIZES.historyLength, 7);

  /** What a network says of some states, by exact weights and by those of 8 bits. */
  function outputs(network: Network): number[] {
    const numbers: number[] = [];
    for (const approximate of [false, true]) {
      const { value, ...evaluation } = network.evaluate(states, { approximate });
      const { items, propensity } = evaluation.sample(createRandom(5));
      numbers.push(...value, ...items, ...propensity, ...evaluation.top(9).scores);
      numbers.push(...network.actionValues(states, { approximate }).top(9).scores);
    }
    return numbers;
  }

  /** Faster than to compare arrays of a million numbers by `toEqual`. */
  function checkSameState(a: Network, b: Network): void {
    const [own, other] = [a.trainingState(), b.trainingState()];
    for (const [name, { data }] of Object.entries(own)) expect(sameBits(data, other[name].data)).toBe(true);
  }

  function prepare(network: Network, weights: Weights, between: () => void = () => {}): () => void {
    const staging = network.stageWeights!(weights);
    let step = staging.next();
    let steps = 0;
    for (; !step.done; step = staging.next()) {
      steps++;
      between();
    }
    expect(steps).toBeGreaterThan(8);
    return step.value;
  }

  test.each([
    ['mean', 1],
    ['mean', 2],
    ['gru', 1],
    ['attention', 1],
  ] as const)('%s, %i threads: the same as in one piece, and training goes on the same', (encoder, threads) => {
    const [staged, whole] = [networkOf(1, encoder, threads), networkOf(1, encoder, threads)];
    for (const seed of [2, 3, 4]) {
      const weights = networkOf(seed, encoder).weights();
      const before = outputs(staged);
      const commit = prepare(staged, weights, () => expect(outputs(staged)).toEqual(before));
      expect(outputs(staged)).toEqual(before);
      commit();
      whole.setWeights(weights);
      expect(outputs(staged)).toEqual(outputs(whole));
      for (const network of [staged, whole]) {
        network.trainStep(states, allowedActions(states, seed), () => makeTargets(states.rows, seed), SETTINGS);
      }
      checkSameState(staged, whole);
      expect(outputs(staged)).toEqual(outputs(whole));
    }
  });

  test('tables that are made while weights are staged are those of the new weights afterwards', () => {
    const [network, whole] = [networkOf(1), networkOf(2)];
    const commit = prepare(network, whole.weights());
    outputs(network);
    commit();
    expect(outputs(network)).toEqual(outputs(whole));
  });

  test('of two stagings, the older one goes no further; committed, either sets its own weights', () => {
    const network = networkOf(1);
    const [second, third] = [networkOf(2).weights(), networkOf(3).weights()];
    const older = network.stageWeights!(second);
    older.next();
    const ready = prepare(network, third);
    expect(() => older.next()).toThrow(NetworkStateError);
    const newest = prepare(network, second);
    ready();
    expect(network.weights()).toEqual(third);
    newest();
    expect(network.weights()).toEqual(second);
  });

  test('a number that is not finite is refused where it is', () => {
    const network = networkOf(1);
    const weights = networkOf(2).weights();
    weights['actor'].data[60_001] = Number.NaN;
    expect(() => prepare(network, weights)).toThrow(WeightsError);
    expect(() => prepare(network, weights)).toThrow('weights.actor[60001]');
  });
});
