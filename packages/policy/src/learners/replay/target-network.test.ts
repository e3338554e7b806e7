import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { TargetNetwork } from './target-network.js';

const makeNetwork = (seed: number) =>
  createNetwork({ items: 5, historyLength: 2, embedding: 4, hidden: 8, heads: ['q'], random: createRandom(seed) });

describe('a target network', () => {
  test('keeps the weights of its creation until an update is due, then copies those of the source', () => {
    const source = makeNetwork(1);
    const first = source.weights();
    const target = new TargetNetwork(source, { targetUpdateInterval: 3 });
    source.setWeights(makeNetwork(2).weights());
    for (let step = 1; step <= 3; step++) {
      expect(target.network.weights()).toEqual(first);
      target.step();
    }
    expect(target.network.weights()).toEqual(source.weights());
    expect(target.steps).toBe(3);
  });

  test('moves by the share tau, weight by weight', () => {
    const source = makeNetwork(1);
    const first = source.weights();
    const target = new TargetNetwork(source, { targetUpdateInterval: 1, tau: 0.25 });
    source.setWeights(makeNetwork(2).weights());
    target.step();
    const [latest, moved] = [source.weights(), target.network.weights()];
    for (const [name, { data }] of Object.entries(moved)) {
      for (const [k, weight] of data.entries()) {
        expect(weight).toBeCloseTo(0.75 * first[name].data[k] + 0.25 * latest[name].data[k], 6);
      }
    }
  });

  test.each([
    ['tau', { tau: 0 }],
    ['tau', { tau: 1.1 }],
    ['tau', { tau: Number.NaN }],
    ['targetUpdateInterval', { targetUpdateInterval: 0 }],
  ])('refuses a wrong %s', (option, options) => {
    expect(() => new TargetNetwork(makeNetwork(1), options)).toThrow(expect.objectContaining({ option }));
  });
});
