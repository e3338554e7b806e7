import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../errors.js';
import type { Network } from '../network.js';
import { makeStates } from '../test-support/batch.js';
import {
  HISTORY_LENGTH,
  randomVectors,
  rowOf,
  smallNetwork,
  trainAllHeads,
  withoutSetItemRows,
} from '../test-support/catalogues.js';
import { Wrapped } from '../test-support/network.js';
import { observationOf } from '../test-support/observations.js';
import { BACKENDS_TO_TEST, quietly } from '../test-support/tensorflow.js';
import { createTensorFlowNetwork, meanModel } from '../tfjs/index.js';
import { placeItems } from './place-items.js';

const ITEMS = 23;
/** Items 20, 21 and 22 have no item yet, and item 3 is not available. */
const PLACED = Int32Array.of(21, 20);
const AVAILABLE = Uint8Array.from({ length: ITEMS }, (_, item) => +(item < 20 && item !== 3));
const EMBEDDINGS = randomVectors(ITEMS, 6);
const TABLES = ['positive', 'negative', 'actor', 'actorBias', 'q', 'qBias'];

const NETWORKS: Record<string, () => Promise<Network>> = {
  'the built-in network': async () => smallNetwork(ITEMS),
  'a network that sets rows by its training state': async () => withoutSetItemRows(smallNetwork(ITEMS)),
};
for (const backend of BACKENDS_TO_TEST) {
  NETWORKS[`TensorFlow.js, ${backend}`] = async () =>
    createTensorFlowNetwork({
      tensorFlow: await quietly(backend),
      items: ITEMS,
      historyLength: HISTORY_LENGTH,
      model: meanModel({ embedding: 4, hidden: 8, heads: ['actor', 'value', 'q'] }),
      random: createRandom(1),
    });
}

/** States without exclusions; all items but those not available may be shown. */
function states(rows = 12, seed = 5) {
  const { historyItems, historyFeedback } = makeStates(rows, 20, HISTORY_LENGTH, seed);
  const available = AVAILABLE.map((value, item) => value | +PLACED.includes(item));
  return { ...observationOf(rows, ITEMS, { historyLength: HISTORY_LENGTH, historyItems, historyFeedback }), available };
}

describe.each(Object.entries(NETWORKS))('placeItems: %s', (_, make) => {
  test('rows are the weighted means of the neighbours, their moments 0, and nothing else changes', async () => {
    const network = await make();
    trainAllHeads(network);
    const before = network.trainingState();
    const { count, items, weights } = placeItems(network, PLACED, { embeddings: EMBEDDINGS, available: AVAILABLE });
    expect(count).toBe(10);
    const after = network.trainingState();
    for (const name of TABLES) {
      for (const [k, item] of PLACED.entries()) {
        const neighbors = Array.from({ length: count }, (__, place) => ({
          row: rowOf(before, name, items[k * count + place]),
          weight: weights[k * count + place],
        }));
        for (const [column, value] of rowOf(after, name, item).entries()) {
          const mean = neighbors.reduce((sum, { row, weight }) => sum + weight * row[column], 0);
          expect(value).toBe(Math.fround(mean));
        }
        for (const moment of ['first', 'second']) {
          expect(rowOf(after, `optimizer/${moment}/${name}`, item).every((value) => value === 0)).toBe(true);
        }
      }
      for (let item = 0; item < ITEMS; item++) {
        if (PLACED.includes(item)) continue;
        for (const tensor of [name, `optimizer/first/${name}`, `optimizer/second/${name}`]) {
          expect(rowOf(after, tensor, item)).toEqual(rowOf(before, tensor, item));
        }
      }
    }
    for (const name of Object.keys(before).filter((tensor) => !TABLES.some((table) => tensor.endsWith(table)))) {
      expect(after[name], name).toEqual(before[name]);
    }
  });

  test('in every state, the logarithm of the probability and the action value are the weighted means', async () => {
    const network = await make();
    trainAllHeads(network);
    const { count, items, weights } = placeItems(network, PLACED, { embeddings: EMBEDDINGS, available: AVAILABLE });
    const batch = states();
    const column = (item: number) => new Int32Array(batch.rows).fill(item);
    const evaluation = network.evaluate(batch);
    const logs = Array.from({ length: ITEMS }, (__, item) => [...evaluation.propensity(column(item))].map(Math.log));
    const found = network.actionValues(batch);
    const values = Array.from({ length: ITEMS }, (__, item) => [...found.of(column(item))]);
    for (const [k, item] of PLACED.entries()) {
      for (const table of [logs, values]) {
        for (let row = 0; row < batch.rows; row++) {
          let mean = 0;
          for (let at = k * count; at < (k + 1) * count; at++) mean += weights[at] * table[items[at]][row];
          expect(table[item][row]).toBeCloseTo(mean, 4);
        }
      }
    }
  });

  test('with states, the mean probability is that of the neighbours, also of a policy that is nearly certain', async () => {
    const network = await make();
    trainAllHeads(network);
    network.scaleActor(30);
    const batch = states();
    const options = { embeddings: EMBEDDINGS, available: AVAILABLE, states: batch };
    const { count, items, weights } = placeItems(network, PLACED, options);
    // As the items were placed: the new ones take nothing from the others.
    const meanOf = (item: number): number => {
      const evaluation = network.evaluate({ ...batch, available: AVAILABLE.map((value, k) => value | +(k === item)) });
      const own = evaluation.propensity(new Int32Array(batch.rows).fill(item));
      // Odds to the items of before.
      return own.reduce((sum, p) => sum + p / (AVAILABLE[item] === 1 ? 1 : 1 - p), 0) / batch.rows;
    };
    for (const [k, item] of PLACED.entries()) {
      let expected = 0;
      for (let at = k * count; at < (k + 1) * count; at++) expected += weights[at] * meanOf(items[at]);
      expect(meanOf(item) / expected).toBeCloseTo(1, 3);
    }
  });

  test('what does not fit is refused, and the network unchanged', async () => {
    const network = await make();
    const before = network.trainingState();
    const options = { embeddings: EMBEDDINGS, available: AVAILABLE };
    const zeros = { data: EMBEDDINGS.data.slice().fill(0, 20 * 6), width: 6 };
    const refusals: [() => unknown, typeof InvalidOptionError | typeof ShapeError, string][] = [
      [
        () => placeItems(network, PLACED, { ...options, embeddings: zeros }),
        InvalidOptionError,
        'embeddings.data, row 21',
      ],
      [
        () => placeItems(network, PLACED, { ...options, embeddings: randomVectors(ITEMS - 1, 6) }),
        ShapeError,
        'numbers in embeddings.data: expected 138; found 132',
      ],
      [
        () => placeItems(network, PLACED, { ...options, available: AVAILABLE.slice(1) }),
        ShapeError,
        'length of available',
      ],
      [
        () => placeItems(network, Int32Array.of(1, 1), options),
        InvalidOptionError,
        'items[1]: expected each item once',
      ],
      [
        () => placeItems(network, Int32Array.of(ITEMS), options),
        InvalidOptionError,
        'items[0]: expected an integer from 0',
      ],
      [
        () => placeItems(network, [21] as unknown as Int32Array, options),
        InvalidOptionError,
        'items: expected an Int32Array',
      ],
      [
        () => placeItems(network, PLACED, { ...options, neighbors: 0 }),
        InvalidOptionError,
        'neighbors: expected an integer',
      ],
      [
        () => placeItems(network, PLACED, { ...options, states: observationOf(1, 5) }),
        ShapeError,
        'items of the states: expected 23; found 5',
      ],
      [
        () => placeItems(network, PLACED, { ...options, neighbours: 3 } as typeof options),
        InvalidOptionError,
        'did you mean neighbors?',
      ],
    ];
    for (const [place, error, message] of refusals) {
      expect(place).toThrow(error);
      expect(place).toThrow(message);
    }
    expect(network.trainingState()).toEqual(before);
    placeItems(network, new Int32Array(0), options);
    expect(network.trainingState()).toEqual(before);
  });
});

describe('placeItems, in networks of other kinds', () => {
  test("an item has its own given features, and its neighbours' learned embeddings", () => {
    const features = randomVectors(ITEMS, 4, 2);
    const itemEmbeddings = { data: features.data.slice().fill(0, 80), width: 4 };
    const network = smallNetwork(ITEMS, 1, { itemEmbeddings });
    trainAllHeads(network);
    const options = { embeddings: EMBEDDINGS, available: AVAILABLE };
    expect(() => placeItems(network, PLACED, options)).toThrow('itemEmbeddings.width: expected 4; found 6');
    placeItems(network, PLACED, { ...options, itemEmbeddings: features });
    const weights = network.weights();
    for (const item of PLACED) {
      const own = [...features.data.subarray(4 * item, 4 * item + 4)];
      expect(rowOf(weights, 'positive', item).slice(4)).toEqual([...own, 0, 0, 0, 0]);
      expect(rowOf(weights, 'negative', item).slice(4)).toEqual([0, 0, 0, 0, ...own]);
      expect(
        rowOf(weights, 'positive', item)
          .slice(0, 4)
          .every((value) => value !== 0),
      ).toBe(true);
    }
    // A history with the new item is encoded as in a network that was made with its features.
    const whole = smallNetwork(ITEMS, 1, { itemEmbeddings: features });
    const { actor: _, ...others } = weights;
    whole.setWeights({ ...whole.weights(), ...others });
    const batch = { ...states(2), historyItems: Int32Array.of(-1, -1, 1, 21, 20, 21, 20, 5) };
    expect([...whole.values(batch)]).toEqual([...network.values(batch)]);
  });

  test('text embeddings are the given features by default', () => {
    const features = randomVectors(ITEMS, 8);
    const network = smallNetwork(ITEMS, 1, { itemEmbeddings: { data: features.data.slice().fill(0, 160), width: 8 } });
    placeItems(network, PLACED, { embeddings: features, available: AVAILABLE });
    expect(rowOf(network.weights(), 'positive', 21).slice(4, 12)).toEqual([...features.data.subarray(168, 176)]);
  });

  test('a network without an actor needs no states, and one that does not name its item tensors is refused', () => {
    const options = { embeddings: EMBEDDINGS, available: AVAILABLE };
    const critic = smallNetwork(ITEMS, 1, { heads: ['q'] });
    placeItems(critic, PLACED, options);
    expect(() => placeItems(critic, PLACED, { ...options, states: states() })).toThrow(
      'states: expected none, as the network has no item tensor actorBias; found states',
    );
    expect(() => placeItems(new Wrapped(smallNetwork(ITEMS)), PLACED, options)).toThrow(
      'network.itemTensors: expected the tensors with a row for each item',
    );
  });
});
