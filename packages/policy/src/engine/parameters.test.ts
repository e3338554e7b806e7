import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeightsError } from '../errors.js';
import { createNetwork } from './built-in-network.js';

/** Rows with padding (7 biases), and without (8 columns). */
const network = createNetwork({ items: 7, historyLength: 2, embedding: 4, hidden: 8, random: createRandom(1) });

test('weights come back as they were set, whether rows are padded or not', () => {
  const random = createRandom(2);
  const weights = Object.fromEntries(
    Object.entries(network.weights()).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(() => random.normal()) },
    ]),
  );
  network.setWeights(weights);
  expect(network.weights()).toEqual(weights);
});

test('a number that is not finite is refused at any place, and named; every finite number is taken', () => {
  const names = Object.keys(network.weights());
  const places = fc.record({
    name: fc.constantFrom(...names),
    share: fc.double({ min: 0, max: 1, maxExcluded: true }),
  });
  const numbers = fc.oneof(
    fc.float({ noNaN: false }),
    fc.constantFrom(3.4028234663852886e38, -3.4028234663852886e38, 1e-45),
  );
  fc.assert(
    fc.property(places, numbers, ({ name, share }, value) => {
      const before = network.weights();
      const weights = network.weights();
      const { data } = weights[name];
      const place = Math.floor(share * data.length);
      data[place] = value;
      if (Number.isFinite(data[place])) {
        network.setWeights(weights);
        expect(network.weights()).toEqual(weights);
        return;
      }
      expect(() => network.setWeights(weights)).toThrow(WeightsError);
      expect(() => network.setWeights(weights)).toThrow(`weights.${name}[${place}]`);
      expect(network.weights()).toEqual(before);
    }),
  );
});
