import { createRandom, InvalidOptionError, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError, WeightsError } from '../errors.js';
import type { Network } from '../network.js';
import { HISTORY_LENGTH, randomVectors, rowOf, smallNetwork, trainAllHeads } from '../test-support/catalogues.js';
import { Wrapped } from '../test-support/network.js';
import { observationOf } from '../test-support/observations.js';
import { quietly } from '../test-support/tensorflow.js';
import { createTensorFlowNetwork, layerVariables, type ModelBuilder } from '../tfjs/index.js';
import { placeItems } from './place-items.js';
import { remapItems } from './remap-items.js';

const TABLES = ['positive', 'negative', 'actor', 'actorBias', 'q', 'qBias'];
const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
type Ids = readonly (string | null)[];

/** Some of the ids in any order, with indices without an item among them. */
const catalogues = fc
  .record({ ids: fc.shuffledSubarray(IDS, { minLength: 1 }), empty: fc.array(fc.nat(8), { maxLength: 4 }) })
  .map(({ ids, empty }): Ids => empty.reduce<Ids>((list, place) => list.toSpliced(place, 0, null), ids));

function trained(items: number): Network {
  const network = smallNetwork(items);
  trainAllHeads(network);
  return network;
}

/** Trained networks by their number of items. */
const cache = new Map<number, Network>();
const trainedFor = (items: number): Network => {
  const network = cache.get(items) ?? trained(items);
  cache.set(items, network);
  return network;
};

describe('remapItems', () => {
  test('moves the rows of items of both catalogues with their moments; all other rows are those of the network', () => {
    fc.assert(
      fc.property(catalogues, catalogues, (from, to) => {
        const state = trainedFor(from.length).trainingState();
        const copy = structuredClone(state);
        const network = smallNetwork(to.length, 2);
        const own = network.weights();
        const remapped = remapItems(state, { network, from, to });
        expect(state).toEqual(copy);
        expect(network.weights()).toEqual(own);
        network.setTrainingState(remapped);
        expect(network.trainingState()).toEqual(remapped);
        for (const name of TABLES) {
          for (const [item, id] of to.entries()) {
            const source = id === null ? -1 : from.indexOf(id);
            const expected = source < 0 ? rowOf(own, name, item) : rowOf(state, name, source);
            expect(rowOf(remapped, name, item)).toEqual(expected);
            for (const moment of ['first', 'second'].map((each) => `optimizer/${each}/${name}`)) {
              const before = source < 0 ? expected.map(() => 0) : rowOf(state, moment, source);
              expect(rowOf(remapped, moment, item)).toEqual(before);
            }
          }
        }
        for (const name of Object.keys(state).filter((tensor) => !TABLES.some((table) => tensor.endsWith(table)))) {
          expect(remapped[name], name).toEqual(state[name]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('weights without an optimiser can be moved, too', () => {
    const network = smallNetwork(3, 2);
    const weights = trainedFor(2).weights();
    network.setWeights(remapItems(weights, { network, from: ['a', 'b'], to: ['b', null, 'a'] }));
    expect(rowOf(network.weights(), 'actor', 2)).toEqual(rowOf(weights, 'actor', 0));
  });

  test('an item has the same logits and values as before, in the same states', () => {
    const [from, to]: [Ids, Ids] = [
      ['a', 'b', 'c', null, 'd', 'e'],
      ['x', 'd', 'e', 'b', null, 'a', 'y', 'c', null],
    ];
    const before = trainedFor(from.length);
    const after = smallNetwork(to.length, 2);
    after.setWeights(remapItems(before.weights(), { network: after, from, to }));
    const histories = [['a', 'c'], ['e'], [], ['b', 'b', 'd', 'a']];
    const statesOf = (ids: Ids): Observation => ({
      ...observationOf(histories.length, ids.length, {
        historyLength: HISTORY_LENGTH,
        historyItems: Int32Array.from(
          histories.flatMap((each) => [
            ...new Array<number>(HISTORY_LENGTH - each.length).fill(-1),
            ...each.map((id) => ids.indexOf(id)),
          ]),
        ),
      }),
      available: Uint8Array.from(ids, (id) => +(id !== null && from.includes(id))),
    });
    const outputsOf = (network: Network, ids: Ids) => {
      const states = statesOf(ids);
      const evaluation = network.evaluate(states);
      const value = [...evaluation.value];
      const columns = from.filter((id) => id !== null).map((id) => new Int32Array(states.rows).fill(ids.indexOf(id)));
      const probabilities = columns.map((column) => [...evaluation.propensity(column)]);
      const q = network.actionValues(states);
      return [value, ...probabilities, ...columns.map((column) => [...q.of(column)])].flat();
    };
    const expected = outputsOf(before, from);
    for (const [k, output] of outputsOf(after, to).entries()) expect(output).toBeCloseTo(expected[k], 5);
  });

  test('with embeddings, new items are placed as placeItems does', () => {
    const items = 12;
    const embeddings = randomVectors(items, 4);
    const from = IDS;
    const to = [...IDS, 'x', 'y', null, null];
    const before = trainedFor(IDS.length);
    const network = smallNetwork(items, 2);
    const remapped = remapItems(before.trainingState(), { network, from, to, embeddings, neighbors: 3 });
    network.setTrainingState(remapItems(before.trainingState(), { network, from, to }));
    const available = Uint8Array.from({ length: items }, (_, item) => +(item < 10));
    placeItems(network, Int32Array.of(8, 9), { embeddings, available, neighbors: 3 });
    expect(remapped).toEqual(network.trainingState());
  });

  test("with embeddings, new items have the given features of the network's own", () => {
    const features = randomVectors(5, 4);
    const make = (items: number) =>
      smallNetwork(items, 1, { itemEmbeddings: { data: features.data.slice(0, 4 * items), width: 4 } });
    const network = make(5);
    const options = { network, from: IDS.slice(0, 4), to: IDS.slice(0, 5), embeddings: features };
    const { positive } = remapItems(make(4).weights(), options);
    expect([...positive.data.subarray(-12, -8)]).not.toEqual(rowOf(network.weights(), 'positive', 4).slice(0, 4));
    expect([...positive.data.subarray(-8)]).toEqual([...features.data.subarray(-4), 0, 0, 0, 0]);
  });

  test('moves the weights of a TensorFlow.js model of any layout that names its item variables', async () => {
    const layered: ModelBuilder = (tf, random, { items, historyLength }) => {
      const kernelInitializer = tf.initializers.glorotNormal({ seed: random.integer(2 ** 31) });
      const actor = tf.layers.dense({ name: 'actor', units: items, kernelInitializer });
      actor.build([null, historyLength]);
      return {
        specificationVersion: 'v1',
        variables: layerVariables(actor),
        actorVariables: ['actor/kernel', 'actor/bias'],
        itemVariables: [
          { name: 'actor/kernel', axis: 1 },
          { name: 'actor/bias', axis: 0 },
        ],
        encode: ({ historyFeedback }) => historyFeedback,
        actor: (state) => actor.apply(state) as ReturnType<NonNullable<ReturnType<ModelBuilder>['actor']>>,
      };
    };
    const tensorFlow = await quietly('cpu');
    const make = (items: number, seed: number) =>
      createTensorFlowNetwork({ tensorFlow, items, historyLength: 3, model: layered, random: createRandom(seed) });
    const [before, after] = [make(3, 1), make(4, 2)];
    const { 'actor/kernel': kernel } = before.weights();
    const own = after.weights()['actor/kernel'];
    const moved = remapItems(before.weights(), { network: after, from: ['a', 'b', 'c'], to: ['c', 'x', 'a', null] });
    const column = (data: Float32Array, items: number, item: number) =>
      [0, 1, 2].map((row) => data[row * items + item]);
    const { data } = moved['actor/kernel'];
    expect(column(data, 4, 0)).toEqual(column(kernel.data, 3, 2));
    expect(column(data, 4, 1)).toEqual(column(own.data, 4, 1));
    expect(column(data, 4, 2)).toEqual(column(kernel.data, 3, 0));
    after.setWeights(moved);
  });

  test('what does not fit is refused', () => {
    const weights = trainedFor(3).weights();
    const network = smallNetwork(4, 2);
    const [from, to] = [
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ];
    const options = { network, from, to };
    const zeros = { data: new Float32Array(8), width: 2 };
    const refusals: [() => unknown, { new (...args: never[]): Error }, string][] = [
      [
        () => remapItems(weights, { ...options, from: ['a', 'b'] }),
        WeightsError,
        'weights.positive: expected shape [2, 4], for the 2 ids in from and the sizes of the network; found [3, 4]',
      ],
      [
        () => remapItems(weights, { ...options, network: smallNetwork(4, 1, { hidden: 12 }) }),
        WeightsError,
        'weights.actor: expected shape [3, 12]',
      ],
      [() => remapItems({}, options), WeightsError, 'weights.positive: expected shape [3, 4]'],
      [() => remapItems(weights, { ...options, to: from }), ShapeError, 'ids in to: expected 4; found 3'],
      [
        () => remapItems(weights, { ...options, from: ['a', 'a', 'c'] }),
        InvalidOptionError,
        'from[1]: expected each id once',
      ],
      [() => remapItems(weights, { ...options, to: ['a', 'b', '', 'd'] }), InvalidOptionError, 'to[2]: expected an id'],
      [() => remapItems(weights, { ...options, embeddings: zeros }), InvalidOptionError, 'embeddings.data, row 3'],
      [
        () => remapItems(weights, { ...options, embeddings: randomVectors(3, 2) }),
        ShapeError,
        'numbers in embeddings.data: expected 8; found 6',
      ],
      [
        () => remapItems(weights, { ...options, network: new Wrapped(network) }),
        InvalidOptionError,
        'network.itemTensors: expected the tensors',
      ],
    ];
    for (const [remap, error, message] of refusals) {
      expect(remap).toThrow(error);
      expect(remap).toThrow(message);
    }
  });
});
