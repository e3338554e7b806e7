import { createRandom, type Random } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../test-support/catalogue.js';
import { createPopularitySampler, createRandomSampler } from './candidate-samplers.js';
import { sampleCatalogueStates } from './catalogue-states.js';

describe('sampleCatalogueStates', () => {
  const draw = (random: Random, options = {}) =>
    sampleCatalogueStates({ catalogue: CATALOGUE, count: 200, random, ...options });

  test('makes users of different items, all liked, of the lengths asked for', () => {
    for (const { items, feedback } of draw(createRandom(1), { length: [2, 4] })) {
      expect(new Set(items).size).toBe(items.length);
      expect(items.length).toBeGreaterThanOrEqual(2);
      expect(items.length).toBeLessThanOrEqual(4);
      expect(feedback).toEqual(items.map(() => 1));
    }
  });

  test('starts from well-known items and goes on with what has something in common', () => {
    const states = draw(createRandom(2));
    const counts = new Float64Array(12);
    for (const { items } of states) counts[items[0]]++;
    expect(counts[0]).toBeGreaterThan(4 * counts[11]);
    const share = (a: number, b: number): boolean => a % 2 === b % 2 || Math.floor(a / 4) === Math.floor(b / 4);
    for (const { items } of states) for (const item of items) expect(share(items[0], item)).toBe(true);
  });

  test('is the same for the same generator', () => {
    expect(draw(createRandom(3))).toEqual(draw(createRandom(3)));
    expect(draw(createRandom(3))).not.toEqual(draw(createRandom(4)));
  });

  test('of a catalogue of one item, or without attributes or prior, gives what there is', () => {
    const [item] = CATALOGUE.items;
    expect(draw(createRandom(1), { catalogue: { items: [item] }, count: 1 })).toEqual([{ items: [0], feedback: [1] }]);
    const bare = CATALOGUE.items.map((entry) => ({ ...entry, attributes: {} }));
    for (const { items } of draw(createRandom(1), { catalogue: { items: bare } })) expect(items.length).toBe(1);
  });

  test.each([
    [{ catalogue: { items: [] } }, /catalogue/],
    [
      { catalogue: { ...CATALOGUE, prior: new Float32Array(12) } },
      /catalogue.prior: expected at least one number above 0/,
    ],
    [{ count: 0 }, /count: expected an integer of at least 1; found 0/],
    [{ length: [4, 2] }, /length/],
  ])('refuses %o', (options, message) => {
    expect(() => draw(createRandom(1), options)).toThrow(message);
  });
});

describe('candidates', () => {
  const states = fc
    .uniqueArray(fc.nat(11), { maxLength: 12 })
    .map((items) => ({ items, feedback: items.map(() => 1) }));

  test.each([
    ['random', createRandomSampler(12)],
    ['popular', createPopularitySampler(CATALOGUE)],
  ])('%s ones are new to the user, different, and as many as there are', (_, sampler) => {
    fc.assert(
      fc.property(states, fc.nat(15), fc.nat(), (state, count, seed) => {
        const drawn = sampler(state, count, createRandom(seed));
        expect(drawn.length).toBe(Math.min(count, 12 - state.items.length));
        expect(new Set([...drawn, ...state.items]).size).toBe(drawn.length + state.items.length);
        expect(sampler(state, count, createRandom(seed))).toEqual(drawn);
      }),
    );
  });

  test('popular ones come as often as the prior says, random ones evenly', () => {
    const random = createRandom(1);
    const share = (sampler: ReturnType<typeof createRandomSampler>): number => {
      let first = 0;
      for (let k = 0; k < 6000; k++) if (sampler({ items: [], feedback: [] }, 1, random)[0] === 0) first++;
      return first / 6000;
    };
    const total = CATALOGUE.prior!.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(share(createPopularitySampler(CATALOGUE)) - 1000 / total)).toBeLessThan(0.02);
    expect(Math.abs(share(createRandomSampler(12)) - 1 / 12)).toBeLessThan(0.015);
  });
});
