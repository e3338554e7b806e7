/** One table for the items of the history and for the actor's output vectors. */
import { createRandom, InvalidOptionError, noExclusions } from '@ialp/core';
import { afterAll, describe, expect, test } from 'vitest';
import { placeItems } from '../catalogue/place-items.js';
import { remapItems } from '../catalogue/remap-items.js';
import { WeightsError } from '../errors.js';
import { initOutputsFromEmbeddings } from '../learners/init-outputs.js';
import type { Network, Tensor } from '../network.js';
import { decodeWeights, encodeWeights } from '../persistence/weights/index.js';
import { allowedActions, makeStates, makeTargets, probabilityTable, SETTINGS } from '../test-support/batch.js';
import { describeBuilds } from '../test-support/builds.js';
import { createNetwork } from './built-in-network.js';
import type { NetworkOptions } from './network-options.js';

describeBuilds(() => {
  const ITEMS = 35;
  const HISTORY = 4;
  const made: Network[] = [];
  function make(others: Partial<NetworkOptions> = {}): Network {
    const sizes = { items: ITEMS, historyLength: HISTORY, embedding: 8, hidden: 12 };
    const network = createNetwork({ ...sizes, tiedItems: true, random: createRandom(1), ...others });
    made.push(network);
    return network;
  }
  afterAll(() => {
    for (const network of made) network.dispose();
  });
  const states = makeStates(9, ITEMS, HISTORY, 3);

  const table = (network: Network): Tensor => network.weights()['item'];

  function train(network: Network, steps = 4, sampled = true): void {
    for (let seed = 0; seed < steps; seed++) {
      const { policyWeight, valueTarget } = makeTargets(9, seed);
      network.trainStep(states, allowedActions(states, seed), () => ({ policyWeight, valueTarget }), {
        ...SETTINGS,
        ...(sampled && { sampledSoftmax: { items: 6, random: createRandom(seed) } }),
      });
    }
  }

  test.each([false, true])('a scan without a softmax finds the same best items, approximate: %s', (approximate) => {
    const network = make();
    network.scaleActor(100);
    const best = Array.from(network.evaluate(states).top(5).items);
    const { items } = network.logits!(states, { approximate }).top(ITEMS);
    const found = Array.from({ length: 9 }, (_, row) => Array.from(items.subarray(row * ITEMS, row * ITEMS + 5)));
    expect(found.flat()).toEqual(best);
  });

  test('logits are the products of the table with the projected states', () => {
    const network = make({ encoder: 'mean' });
    network.scaleActor(100);
    const { item, projection, actorBias, hidden, hiddenBias } = network.weights();
    const [row, history] = [3, states.historyItems.subarray(3 * HISTORY, 4 * HISTORY)];
    const feedback = states.historyFeedback.subarray(3 * HISTORY, 4 * HISTORY);
    const seen = [...history.keys()].filter((k) => history[k] >= 0);
    // The mean token, positive and negative half, then the share of the history that is filled and the mean feedback.
    const pooled = new Float64Array(20);
    for (const k of seen) {
      for (let d = 0; d < 8; d++) {
        const x = item.data[8 * history[k] + d] / seen.length;
        pooled[d] += feedback[k] * x;
        pooled[8 + d] += (1 - feedback[k]) * x;
      }
      pooled[17] += feedback[k] / seen.length;
    }
    pooled[16] = seen.length / HISTORY;
    const state = Float64Array.from({ length: 12 }, (_, d) =>
      Math.max(
        0,
        pooled.reduce((sum, x, k) => sum + x * hidden.data[12 * k + d], hiddenBias.data[d]),
      ),
    );
    const projected = Float64Array.from({ length: 8 }, (_, d) =>
      state.reduce((sum, x, k) => sum + x * projection.data[8 * k + d], 0),
    );
    const score = (i: number): number =>
      projected.reduce((sum, x, d) => sum + x * item.data[8 * i + d], actorBias.data[i]);
    const found = probabilityTable(network, states)[row];
    const allowed = [...found.keys()].filter((i) => found[i] > 0);
    const total = allowed.reduce((sum, i) => sum + Math.exp(score(i)), 0);
    for (const i of allowed) expect(found[i]).toBeCloseTo(Math.exp(score(i)) / total, 6);
    expect(Math.max(...found) / Math.min(...allowed.map((i) => found[i]))).toBeGreaterThan(1.05);
  });

  test('it has one item table, and a new network is nearly uniform', () => {
    const network = make();
    expect(Object.keys(network.weights())).toEqual(expect.arrayContaining(['item', 'projection', 'actorBias']));
    for (const name of ['positive', 'negative', 'actor']) expect(network.weights()).not.toHaveProperty(name);
    expect(network.itemTensors).toEqual([
      { name: 'item', axis: 0 },
      { name: 'actorBias', axis: 1 },
    ]);
    for (const row of probabilityTable(network, states)) {
      const allowed = row.filter((p) => p > 0);
      expect(Math.max(...allowed) / Math.min(...allowed)).toBeLessThan(1.3);
    }
  });

  test('scaleActor scales the logits, and neither states nor values', () => {
    const network = make();
    train(network, 20);
    const [before, values] = [probabilityTable(network, states), network.values(states)];
    network.scaleActor(2);
    const after = probabilityTable(network, states);
    expect(network.values(states)).toEqual(values);
    for (const [row, probabilities] of before.entries()) {
      const squares = probabilities.map((p) => p * p);
      const total = squares.reduce((sum, p) => sum + p, 0);
      for (const [item, p] of squares.entries()) expect(after[row][item]).toBeCloseTo(p / total, 5);
    }
    network.scaleActor(0);
    for (const row of probabilityTable(network, states)) expect(new Set(row.filter((p) => p > 0)).size).toBe(1);
  });

  test.each(['mean', 'gru', 'attention'] as const)('%s: the same bits with 1, 2 and 3 threads', (encoder) => {
    const trained = [1, 2, 3].map((threads) => {
      const network = make({ encoder, threads });
      for (const sampled of [true, false, true]) train(network, 2, sampled);
      return network.trainingState();
    });
    expect(trained[1]).toEqual(trained[0]);
    expect(trained[2]).toEqual(trained[0]);
  });

  test('a step on a sample changes the rows of the history and of the sample alone', () => {
    const network = make();
    const before = table(network).data;
    train(network, 1);
    const after = table(network).data;
    const moved = Array.from({ length: ITEMS }, (_, item) => item).filter((item) =>
      after.subarray(8 * item, 8 * item + 8).some((x, k) => x !== before[8 * item + k]),
    );
    const shown = new Set(states.historyItems).size - 1;
    expect(moved.length).toBeGreaterThan(shown / 2);
    expect(moved.length).toBeLessThanOrEqual(Math.min(ITEMS - 1, shown + 8 + 9));
  });

  test('it learns which item belongs to which state, and weights by 8 bits rank nearly the same', () => {
    const network = make({ itemOptimizer: { name: 'rowwise-adagrad' } });
    const actions = allowedActions(states, 4);
    const policyWeight = new Float32Array(9).fill(1);
    const random = createRandom(8);
    const settings = { learningRate: 0.03, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };
    for (let step = 0; step < 400; step++) {
      const sampledSoftmax = { items: 8, random };
      network.trainStep(states, actions, () => ({ policyWeight }), { ...settings, sampledSoftmax });
    }
    for (const approximate of [false, true]) {
      const p = network.evaluate(states, { approximate }).propensity(actions);
      // Identical states (empty histories) share their probability.
      expect(p.filter((value) => value > 0.4).length).toBeGreaterThan(4);
    }
  });

  test('weights go through a file and steps, and those of an untied network are refused', async () => {
    const [network, other] = [make(), make({ random: createRandom(2) })];
    train(network);
    const bytes = await encodeWeights(network.weights());
    other.setWeights((await decodeWeights(bytes)).weights);
    expect(other.weights()).toEqual(network.weights());
    const staging = make({ random: createRandom(3) }).stageWeights!(network.weights());
    let step = staging.next();
    while (!step.done) step = staging.next();
    step.value();
    const untied = make({ tiedItems: false });
    expect(() => untied.setWeights(network.weights())).toThrow(WeightsError);
    expect(() => network.setWeights(untied.weights())).toThrow(/weights\.(positive|negative|actor)/);
  });

  test('items are remapped and placed', () => {
    const network = make();
    train(network);
    const ids = Array.from({ length: ITEMS }, (_, item) => `item ${item}`);
    const larger = make({ items: ITEMS + 5, random: createRandom(2) });
    const to = [...ids.toReversed(), 'new', null, null, null, null];
    larger.setTrainingState(remapItems(network.trainingState(), { network: larger, from: ids, to }));
    expect(table(larger).data.subarray(0, 8)).toEqual(table(network).data.subarray(8 * (ITEMS - 1)));
    expect(larger.weights()['projection']).toEqual(network.weights()['projection']);
    const data = Float32Array.from({ length: 4 * ITEMS }, (_, k) => Math.cos(k));
    const options = { embeddings: { data, width: 4 }, available: new Uint8Array(ITEMS).fill(1), neighbors: 1 };
    const { items } = placeItems(network, Int32Array.of(2), options);
    const placed = table(network).data;
    expect(placed.subarray(16, 24)).toEqual(placed.subarray(8 * items[0], 8 * items[0] + 8));
  });

  test('the table begins with embeddings of the items', () => {
    const network = make();
    // Items k and k + 1 of each pair have the same embedding.
    const data = Float32Array.from({ length: 4 * ITEMS }, (_, k) => Math.sin(Math.floor(k / 8) * 4 + (k % 4)));
    initOutputsFromEmbeddings(network, { itemEmbeddings: { data, width: 4 }, random: createRandom(4) });
    const { item } = network.weights();
    expect(item.data.subarray(0, 8)).toEqual(item.data.subarray(8, 16));
    expect(item.data.subarray(8, 16)).not.toEqual(item.data.subarray(16, 24));
  });

  describe('with features of the items', () => {
    /** Items `2 k` and `2 k + 1` have the same features. */
    const data = Float32Array.from({ length: 4 * ITEMS }, (_, k) => Math.sin(7 * Math.floor(k / 8) + (k % 4)));
    const itemEmbeddings = { data, width: 4 };

    test.each([0, 8])('they are columns of the table that training leaves as they are, embedding %i', (embedding) => {
      const network = make({ itemEmbeddings, embedding });
      const { length } = network.weights()['projection'].data;
      expect(length).toBe(12 * (embedding + 4));
      expect(network.itemTensors?.[0]).toEqual({ name: 'item', axis: 0, given: { begin: embedding, width: 4 } });
      const given = (): Float32Array => table(network).data.filter((_, k) => k % (embedding + 4) >= embedding);
      expect(given()).toEqual(data);
      const before = network.weights();
      for (const sampled of [true, false]) train(network, 4, sampled);
      expect(given()).toEqual(data);
      expect(network.weights()['projection']).not.toEqual(before['projection']);
      if (embedding > 0) expect(network.weights()['item']).not.toEqual(before['item']);
    });

    test.each([undefined, { name: 'rowwise-adagrad' }] as const)(
      'an item that was never shown has the probability of one with the same features, items by %j',
      (itemOptimizer) => {
        const network = make({ itemEmbeddings, embedding: 0, ...(itemOptimizer && { itemOptimizer }) });
        const all = makeStates(9, ITEMS, HISTORY, 3);
        const free = { ...all, available: new Uint8Array(ITEMS).fill(1), exclusions: noExclusions(9) };
        // Item 6 is rewarded, all others are not; item 7 is like it, and not available until the end.
        const training = { ...free, available: free.available.map((_, item) => Number(item !== 7)) };
        const actions = Int32Array.from({ length: 9 }, (_, row) => (row % 3 === 0 ? 6 : 10 + row));
        const policyWeight = Float32Array.from(actions, (item) => (item === 6 ? 1 : -0.3));
        const settings = { learningRate: 0.03, valueWeight: 0, entropyWeight: 0.01, maxGradientNorm: 1 };
        for (let step = 0; step < 60; step++) network.trainStep(training, actions, () => ({ policyWeight }), settings);
        for (const p of probabilityTable(network, free)) {
          const others = p.filter((_, item) => item !== 6 && item !== 7).sort();
          expect(p[6]).toBeGreaterThan(2 * others[Math.floor(others.length / 2)]);
          // It has no learned number but its bias, which an item that is never shown keeps.
          expect(p[7]).toBeGreaterThan(1.5 * others[Math.floor(others.length / 2)]);
        }
      },
    );

    test('initOutputsFromEmbeddings fills the learned columns alone', () => {
      const network = make({ itemEmbeddings });
      initOutputsFromEmbeddings(network, { itemEmbeddings, random: createRandom(4) });
      const rows = table(network).data;
      expect(rows.filter((_, k) => k % 12 >= 8)).toEqual(data);
      expect(rows.subarray(0, 12)).toEqual(rows.subarray(12, 24));
      expect(rows.subarray(12, 20)).not.toEqual(rows.subarray(24, 32));
    });

    test.each([3, 30])('the bias of a new item makes it as likely as its neighbours, logits times %i', (scale) => {
      const network = make({ itemEmbeddings });
      network.scaleActor(scale);
      const [added, neighbors] = [ITEMS - 1, 4];
      const all = new Uint8Array(ITEMS).fill(1);
      const available = all.map((_, item) => Number(item !== added));
      const inStates = (which: Uint8Array) => ({ ...states, available: which, exclusions: noExclusions(9) });
      const meanOf = (row: Float64Array | number[]): number => Array.from(row).reduce((sum, p) => sum + p, 0) / 9;
      const before = probabilityTable(network, inStates(available));
      const options = { embeddings: itemEmbeddings, available, neighbors, states };
      const { items, weights } = placeItems(network, Int32Array.of(added), options);
      const expected = Array.from(items, (item, k) => weights[k] * meanOf(before.map((p) => p[item])));
      // Beside the same others as its neighbours.
      const own = probabilityTable(network, inStates(all)).map((p) => p[added] / (1 - p[added]));
      expect(meanOf(own) / expected.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
      // Others are as they were.
      expect(probabilityTable(network, inStates(available))).toEqual(before);
    });

    test('a state of a network that trains the features does not move frozen ones', () => {
      const trained = make({ itemEmbeddings: { ...itemEmbeddings, train: true } });
      train(trained, 3, false);
      const network = make({ itemEmbeddings });
      network.setTrainingState(trained.trainingState());
      const given = (): Float32Array => table(network).data.filter((_, k) => k % 12 >= 8);
      const before = given();
      train(network, 2, false);
      expect(given()).toEqual(before);
    });

    test('a new item joins with its features and the learned numbers of its neighbours', () => {
      const network = make({ itemEmbeddings });
      train(network, 3);
      const changed = data.slice();
      changed.set(data.subarray(0, 4), 4 * 34);
      const available = new Uint8Array(ITEMS).fill(1);
      available[34] = 0;
      const embeddings = { data: changed, width: 4 };
      placeItems(network, Int32Array.of(34), { embeddings, available, neighbors: 2, states });
      const rows = table(network).data;
      expect(rows.subarray(34 * 12 + 8, 34 * 12 + 12)).toEqual(data.subarray(0, 4));
      for (let d = 0; d < 8; d++) expect(rows[34 * 12 + d]).toBeCloseTo((rows[d] + rows[12 + d]) / 2, 5);
    });
  });

  test.each([
    [{ heads: ['value', 'q'] as const }, 'tiedItems'],
    [{ tiedItems: 1 as never }, 'tiedItems'],
  ])('%# is refused', (others, message) => {
    expect(() => make(others)).toThrow(InvalidOptionError);
    expect(() => make(others)).toThrow(message);
  });
});
