/** An index without an item is only an unavailable item: it changes nothing for the others. */
import { createRandom, type Observation } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import { createDqn } from '../learners/online/dqn.js';
import { createDiscreteSac } from '../learners/online/sac-discrete.js';
import type { Network, TrainingSettings } from '../network.js';
import { HISTORY_LENGTH, rowOf, smallNetwork, trainAllHeads, withoutSetItemRows } from '../test-support/catalogues.js';
import { observationOf } from '../test-support/observations.js';
import { remapItems } from './remap-items.js';

const ITEMS = 9;
const CAPACITY = 700;
const ROWS = 16;
const TABLES = ['positive', 'negative', 'actor', 'actorBias', 'q', 'qBias'];
const IDS = Array.from({ length: ITEMS }, (_, item) => `item-${item}`);

/** A network for the items, and one of the same weights with unused capacity. */
function networks(): { readonly small: Network; readonly large: Network } {
  const small = smallNetwork(ITEMS);
  trainAllHeads(small);
  const large = smallNetwork(CAPACITY, 2);
  const to = [...IDS, ...new Array<null>(CAPACITY - ITEMS).fill(null)];
  large.setTrainingState(remapItems(small.trainingState(), { network: large, from: IDS, to }));
  return { small, large };
}

/** Random states of the items, and the same states with unused capacity. */
function statesOf(seed: number): { readonly small: Observation; readonly large: Observation } {
  const random = createRandom(seed);
  const historyItems = Int32Array.from({ length: ROWS * HISTORY_LENGTH }, () => random.integer(ITEMS + 1) - 1);
  const historyFeedback = Float32Array.from(historyItems, (item) => (item < 0 ? 0 : random.integer(2)));
  const small = observationOf(ROWS, ITEMS, { historyLength: HISTORY_LENGTH, historyItems, historyFeedback });
  return { small, large: { ...small, items: CAPACITY, available: new Uint8Array(CAPACITY).fill(1, 0, ITEMS) } };
}

function expectSameRows(small: Network, large: Network, unused: ReturnType<Network['weights']>): void {
  const [expected, found] = [small.trainingState(), large.trainingState()];
  for (const name of TABLES.filter((tensor) => tensor in expected)) {
    for (let item = 0; item < CAPACITY; item++) {
      const other = item < ITEMS ? rowOf(expected, name, item) : rowOf(unused, name, item);
      for (const [column, value] of rowOf(found, name, item).entries()) {
        expect(value).toBeCloseTo(other[column], item < ITEMS ? 3 : 12);
      }
    }
  }
}

describe('with unused capacity', () => {
  test.each([
    ['the whole softmax', () => ({})],
    // Of the same random numbers it samples the same items: none of those without an item.
    ['a sampled softmax', () => ({ sampledSoftmax: { items: 4, random: createRandom(8) } })],
  ])('training steps on %s are the same, to within rounding', (_, sampling) => {
    const { small, large } = networks();
    const unused = large.trainingState();
    const random = createRandom(3);
    const settingsOf = (): TrainingSettings => ({
      ...{ learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.05, maxGradientNorm: 1 },
      ...sampling(),
    });
    const settings = [settingsOf(), settingsOf()];
    for (let step = 0; step < 20; step++) {
      const states = statesOf(step);
      const actions = Int32Array.from({ length: ROWS }, () => random.integer(ITEMS));
      const [policyWeight, valueTarget, qTarget] = [0, 1, 2].map(() =>
        Float32Array.from({ length: ROWS }, () => random.normal()),
      );
      const targets = () => ({ policyWeight, valueTarget, qTarget });
      const report = small.trainStep(states.small, actions, targets, settings[0]);
      expect(large.trainStep(states.large, actions, targets, settings[1])).toEqual(
        Object.fromEntries(Object.entries(report).map(([name, value]) => [name, expect.closeTo(value, 4)])),
      );
    }
    expectSameRows(small, large, unused);
  });

  test('the same items are sampled, with the same propensities', () => {
    const { small, large } = networks();
    const states = statesOf(1);
    const expected = small.evaluate(states.small).sample(createRandom(2), { count: 3 });
    const [items, propensity] = [expected.items.slice(), expected.propensity.slice()];
    const found = large.evaluate(states.large).sample(createRandom(2), { count: 3 });
    expect([...found.items]).toEqual([...items]);
    for (const [k, value] of found.propensity.entries()) expect(value).toBeCloseTo(propensity[k], 5);
  });

  test.each([
    ['DQN', (network: Network) => createDqn({ network, random: createRandom(4), learningStarts: 0, batchSize: 8 })],
    [
      'discrete SAC, whose target entropy is that of the available items',
      (network: Network) =>
        createDiscreteSac({
          network,
          random: createRandom(4),
          targetEntropyScale: 0.7,
          learningStarts: 0,
          batchSize: 8,
        }),
    ],
  ])('learners learn the same: %s', (_, make) => {
    const { small, large } = networks();
    const unused = large.trainingState();
    const learners = { small: make(small), large: make(large) };
    const recorders = {
      small: new TrajectoryRecorder({ items: ITEMS, historyLength: HISTORY_LENGTH }),
      large: new TrajectoryRecorder({ items: CAPACITY, historyLength: HISTORY_LENGTH }),
    };
    const random = createRandom(6);
    for (let step = 0; step < 20; step++) {
      const states = statesOf(step);
      const items = Int32Array.from({ length: ROWS }, () => random.integer(ITEMS));
      const reward = Float32Array.from(items, (item) => item % 2);
      const reports = (['small', 'large'] as const).map((size) => {
        const session = states[size].session.map((key) => key + ROWS * step);
        const observation = { ...states[size], session };
        recorders[size].recordAction(observation, { items, propensity: new Float32Array(ROWS).fill(0.5) });
        const after = { ...observation, turn: observation.turn.map((turn) => turn + 1) };
        const ended = { terminated: new Uint8Array(ROWS), truncated: new Uint8Array(ROWS).fill(1) };
        recorders[size].recordFeedback(after, { reward, ...ended });
        return learners[size].learn(recorders[size].take());
      });
      for (const [name, value] of Object.entries(reports[0])) expect(reports[1][name], name).toBeCloseTo(value, 3);
    }
    expectSameRows(small, large, unused);
  });

  test('a network that sets rows by its training state is moved to a larger catalogue, too', () => {
    const { small } = networks();
    const network = withoutSetItemRows(smallNetwork(CAPACITY, 2));
    const to = [...IDS, ...new Array<null>(CAPACITY - ITEMS).fill(null)];
    network.setTrainingState(remapItems(small.trainingState(), { network, from: IDS, to }));
    expect(rowOf(network.weights(), 'q', 5)).toEqual(rowOf(small.weights(), 'q', 5));
  });
});
