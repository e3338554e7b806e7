import { createRandom, InvalidOptionError, noExclusions } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { MissingHeadError, ShapeError } from '../errors.js';
import type { Head, Network } from '../network.js';
import { makeStates } from '../test-support/batch.js';
import { initOutputsFromEmbeddings } from './init-outputs.js';

const ITEMS = 60;
const WIDTH = 8;

/** Three kinds of items, item `i` of kind `i % 3`: unit vectors near the axis of their kind. */
function kinds(): { data: Float32Array; width: number } {
  const random = createRandom(3);
  const data = new Float32Array(ITEMS * WIDTH);
  for (let item = 0; item < ITEMS; item++) {
    const row = data.subarray(item * WIDTH, (item + 1) * WIDTH);
    for (let k = 0; k < WIDTH; k++) row[k] = (k === item % 3 ? 1 : 0) + 0.05 * random.normal();
    const length = Math.hypot(...row);
    row.forEach((value, k) => {
      row[k] = value / length;
    });
  }
  return { data, width: WIDTH };
}

function networkWith(heads: readonly Head[]): Network {
  return createNetwork({ items: ITEMS, historyLength: 2, heads, random: createRandom(5) });
}

describe('outputs initialised from embeddings', () => {
  test('what is learned of one item is learned of those like it', () => {
    const network = networkWith(['actor', 'value']);
    initOutputsFromEmbeddings(network, { itemEmbeddings: kinds(), random: createRandom(1) });
    const states = { ...makeStates(8, ITEMS, 2, 4), exclusions: noExclusions(8) };
    const probability = (item: number): number => network.evaluate(states).propensity(new Int32Array(8).fill(item))[0];
    const before = Array.from({ length: ITEMS }, (_, item) => probability(item));
    const shown = new Int32Array(8).fill(1);
    for (let step = 0; step < 10; step++) {
      network.trainStep(states, shown, () => ({ policyWeight: new Float32Array(8).fill(1) }), {
        ...{ learningRate: 0.01, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 },
      });
    }
    const gain = (kind: number): number => {
      const others = Array.from({ length: ITEMS }, (_, item) => item).filter((item) => item % 3 === kind && item !== 1);
      return others.reduce((sum, item) => sum + probability(item) / before[item], 0) / others.length;
    };
    expect(gain(1)).toBeGreaterThan(1.2);
    expect(gain(1)).toBeGreaterThan(1.2 * Math.max(gain(0), gain(2)));
  });

  test.each([0.5, 1, 3])('rows have the length and the angles of the embeddings, times %d', (scale) => {
    const network = networkWith(['actor', 'q']);
    const itemEmbeddings = kinds();
    initOutputsFromEmbeddings(network, { itemEmbeddings, scale, random: createRandom(2) });
    for (const name of ['actor', 'q']) {
      const { shape, data } = network.weights()[name];
      const columns = shape[1];
      const product = (a: number, b: number): number =>
        data
          .subarray(a * columns, (a + 1) * columns)
          .reduce((sum, value, column) => sum + value * data[b * columns + column], 0);
      // Johnson and Lindenstrauss: to about sqrt(2 / columns).
      const near = scale ** 2 * 3 * Math.sqrt(2 / columns);
      for (let item = 0; item < 12; item++) {
        expect(Math.abs(product(item, item) - scale ** 2)).toBeLessThan(near);
        expect(Math.abs(product(item, item + 3) - scale ** 2)).toBeLessThan(near);
        expect(Math.abs(product(item, item + 1))).toBeLessThan(near);
      }
    }
  });

  test('leaves all other weights, and is the same from the same seed', () => {
    const [network, twin] = [networkWith(['actor', 'value']), networkWith(['actor', 'value'])];
    const { actor: first, ...others } = network.weights();
    for (const each of [network, twin]) {
      initOutputsFromEmbeddings(each, { itemEmbeddings: kinds(), random: createRandom(7) });
    }
    const { actor, ...left } = network.weights();
    expect(left).toEqual(others);
    expect(actor).not.toEqual(first);
    expect(twin.weights()['actor']).toEqual(actor);
  });

  test('refuses a network without items at its end, another catalogue, and what is not finite', () => {
    const itemEmbeddings = kinds();
    const random = createRandom(1);
    expect(() => initOutputsFromEmbeddings(networkWith(['value']), { itemEmbeddings, random })).toThrow(
      MissingHeadError,
    );
    const network = networkWith(['actor']);
    const shorter = { data: itemEmbeddings.data.subarray(WIDTH), width: WIDTH };
    expect(() => initOutputsFromEmbeddings(network, { itemEmbeddings: shorter, random })).toThrow(ShapeError);
    expect(() => initOutputsFromEmbeddings(network, { itemEmbeddings, random, scale: Number.NaN })).toThrow(
      InvalidOptionError,
    );
    const before = network.weights();
    itemEmbeddings.data[5] = Number.NaN;
    expect(() => initOutputsFromEmbeddings(network, { itemEmbeddings, random })).toThrow(/itemEmbeddings\.data\[5\]/);
    expect(network.weights()).toEqual(before);
  });
});
