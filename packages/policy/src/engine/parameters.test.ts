import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeightsError } from '../errors.js';
import type { Network } from '../network.js';
import { makeStates } from '../test-support/batch.js';
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
    share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
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

test('weights with one changed number are taken, and those it has already change nothing', () => {
  const states = makeStates(3, 7, 2, 5);
  const decided = (own: Network) => own.evaluate(states).top(7);
  const make = () => createNetwork({ items: 7, historyLength: 2, embedding: 4, hidden: 8, random: createRandom(1) });
  const actor = make();
  const before = decided(actor);
  actor.setWeights(actor.weights());
  expect(decided(actor)).toEqual(before);
  for (const name of ['actor', 'actorBias', 'hiddenBias']) {
    const weights = actor.weights();
    weights[name].data[1] += 3;
    actor.setWeights(weights);
    const fresh = make();
    fresh.setWeights(weights);
    expect(decided(actor)).toEqual(decided(fresh));
    expect(decided(actor).scores).not.toEqual(before.scores);
    expect(actor.weights()).toEqual(weights);
  }
});
