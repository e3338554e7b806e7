/** Logits without a softmax: the best of a scan of the catalogue, against the whole table, and how far rounded ones are from exact ones. */
import { createRandom, InvalidOptionError, isAllowed, noExclusions } from '@ialp/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { DivergenceError, MissingHeadError, NothingAllowedError } from '../../errors.js';
import type { Network, States } from '../../network.js';
import { makeStates } from '../../test-support/batch.js';
import { describeBuilds } from '../../test-support/builds.js';
import { createNetwork } from '../built-in-network.js';

describeBuilds(() => {
  const made: Network[] = [];
  afterAll(() => {
    for (const network of made) network.dispose();
  });

  function networkOf(items: number, hidden = 8, threads = 1): Network {
    const sizes = { items, historyLength: 3, embedding: 4, hidden, threads };
    const network = createNetwork({ ...sizes, heads: ['actor'], random: createRandom(2) });
    network.scaleActor(100);
    made.push(network);
    return network;
  }

  /** `[rows][items]`: exact logits. */
  function tableOf(network: Network, states: States): Float32Array[] {
    const { rows, items } = states;
    const all = Int32Array.from({ length: rows * items }, (_, place) => place % items);
    const logits = network.logits!(states).of(all);
    return Array.from({ length: rows }, (_, row) => logits.subarray(row * items, (row + 1) * items));
  }

  describe.each([1, 5, 513, 1030])('%i items', (items) => {
    const network = networkOf(items);
    const states = makeStates(40, items, 3, 4);

    test('the best are those of the whole table, with their logits, for a few states and for many', () => {
      const table = tableOf(network, states);
      for (const rows of [1, 2, 33, 40]) {
        const batch = { ...states, rows, ...rowsOf(states, rows) };
        const count = Math.min(items, 300);
        const { items: found, scores } = network.logits!(batch).top(count);
        for (let row = 0; row < rows; row++) {
          const allowed = Array.from({ length: items }, (_, item) => item).filter((item) =>
            isAllowed(states, row, item),
          );
          allowed.sort((a, b) => table[row][b] - table[row][a] || a - b);
          const expected = [...allowed, ...new Array<number>(count).fill(-1)].slice(0, count);
          expect(Array.from(found.subarray(row * count, (row + 1) * count))).toEqual(expected);
          const logits = expected.map((item) => (item < 0 ? 0 : table[row][item]));
          expect(Array.from(scores.subarray(row * count, (row + 1) * count))).toEqual(logits);
        }
      }
    });

    test('probabilities are the softmax of the logits', () => {
      const table = tableOf(network, states);
      const evaluation = network.evaluate(states);
      const item = Int32Array.from({ length: 40 }, (_, row) => row % items);
      evaluation.propensity(item).forEach((p, row) => {
        const allowed = Array.from(table[row]).filter((_, other) => isAllowed(states, row, other));
        const top = Math.max(...allowed);
        const total = allowed.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
        const expected = isAllowed(states, row, item[row]) ? Math.exp(table[row][item[row]] - top) / total : 0;
        expect(p).toBeCloseTo(expected, 5);
      });
    });
  });

  test('rounded logits: an item that is missing is above the last one by no more than the bound says', () => {
    const cases = fc.record({
      items: fc.integer({ min: 1, max: 1500 }),
      count: fc.integer({ min: 1, max: 200 }),
      hidden: fc.constantFrom(4, 20, 64),
      seed: fc.nat(1000),
      scale: fc.constantFrom(0.01, 1, 50),
    });
    let missed = 0;
    fc.assert(
      fc.property(cases, ({ items, count, hidden, seed, scale }) => {
        const sizes = { items, historyLength: 3, embedding: 4, hidden, heads: ['actor'] as const };
        const network = createNetwork({ ...sizes, random: createRandom(seed) });
        network.scaleActor(scale);
        const states = makeStates(4, items, 3, seed);
        const table = tableOf(network, states);
        const width = Math.min(count, items);
        const logits = network.logits!(states, { approximate: true });
        const bound = logits.errorBound();
        const { items: found, scores } = logits.top(width);
        for (let row = 0; row < 4; row++) {
          const listed = found.subarray(row * width, (row + 1) * width).filter((item) => item >= 0);
          const allowed = [...table[row].keys()].filter((item) => isAllowed(states, row, item));
          expect(listed).toHaveLength(Math.min(width, allowed.length));
          const known = new Set(listed);
          const last = scores[row * width + listed.length - 1];
          for (const [place, item] of listed.entries()) expect(scores[row * width + place]).toBe(table[row][item]);
          for (const item of allowed) {
            if (known.has(item)) continue;
            expect(table[row][item]).toBeLessThanOrEqual(last + 2 * bound[row]);
            if (table[row][item] > last) missed++;
          }
        }
        network.dispose();
      }),
      { numRuns: 60 },
    );
    // Rounding does make a difference, or the bound would not be tested.
    expect(missed).toBeGreaterThan(0);
  });

  test('the bound is of the size of the error: at most 40 times the greatest one among 3,000 items', () => {
    const network = networkOf(3000, 64);
    const states = {
      ...makeStates(4, 3000, 3, 9),
      exclusions: noExclusions(4),
      available: new Uint8Array(3000).fill(1),
    };
    const exact = tableOf(network, states);
    const rounded = roundedTable(network, states);
    const bound = network.logits!(states, { approximate: true }).errorBound();
    expect(network.logits!(states).errorBound()).toEqual(new Float32Array(4));
    // The state of the first row, with an empty history, is 0.
    for (let row = 1; row < 4; row++) {
      const error = Math.max(...exact[row].map((logit, item) => Math.abs(logit - rounded[row][item])));
      expect(error).toBeGreaterThan(0);
      expect(bound[row]).toBeGreaterThanOrEqual(error);
      expect(bound[row]).toBeLessThan(40 * error);
    }
  });

  test('the best ten of 20,000 items are those of the exact scan, in a list of 256', () => {
    const network = networkOf(20_000, 64);
    const states = makeStates(20, 20_000, 3, 3);
    const exact = network.logits!(states).top(10);
    const listed = network.logits!(states, { approximate: true }).top(256);
    let found = 0;
    for (let row = 0; row < 20; row++) {
      const own = listed.items.subarray(row * 256, row * 256 + 10);
      found += exact.items.subarray(row * 10, row * 10 + 10).filter((item) => own.includes(item)).length;
    }
    expect(found).toBeGreaterThanOrEqual(198);
  });

  test('the number of threads changes nothing', () => {
    // Above the number of products from which on the threads share the work.
    const states = makeStates(12, 5000, 3, 6);
    const answers = [1, 2, 3].map((threads) => {
      const network = networkOf(5000, 64, threads);
      return [false, true].map((approximate) => {
        const logits = network.logits!(states, { approximate });
        return [logits.top(700), logits.of(new Int32Array(12).fill(7)), logits.errorBound()];
      });
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('equal logits: the first of the catalogue, best first', () => {
    const network = networkOf(2000);
    network.scaleActor(0);
    const states = {
      ...makeStates(2, 2000, 3, 4),
      exclusions: noExclusions(2),
      available: new Uint8Array(2000).fill(1),
    };
    for (const approximate of [false, true]) {
      const { items } = network.logits!(states, { approximate }).top(600);
      expect(Array.from(items)).toEqual(Array.from({ length: 1200 }, (_, place) => place % 600));
    }
  });

  test('after training the rounded logits are those of the new weights', () => {
    const network = networkOf(300);
    const states = makeStates(2, 300, 3, 4);
    const before = network.logits!(states, { approximate: true }).top(5);
    network.scaleActor(-1);
    const after = network.logits!(states, { approximate: true }).top(5);
    expect(after.items).not.toEqual(before.items);
    expect(after.scores[0]).toBe(network.logits!(states).top(5).scores[0]);
  });

  describe('refusals', () => {
    const network = networkOf(600);
    const states = makeStates(2, 600, 3, 4);

    test.each([0, 1.5, 1001])('a list of %s items', (count) => {
      expect(() => network.logits!(states).top(count)).toThrow(InvalidOptionError);
    });

    test.each([-2, 600])('the item %i', (item) => {
      expect(() => network.logits!(states).of(Int32Array.of(1, item))).toThrow(/^items\[1\]: expected/);
    });

    test('-1 is no item', () => {
      expect(network.logits!(states).of(Int32Array.of(-1, -1))).toEqual(new Float32Array(2).fill(-Infinity));
    });

    test('a state that allows no item, and a network without an actor', () => {
      expect(() => network.logits!({ ...states, available: new Uint8Array(600) })).toThrow(NothingAllowedError);
      const critic = createNetwork({ items: 600, historyLength: 3, heads: ['value'], random: createRandom(1) });
      expect(() => critic.logits!(states)).toThrow(MissingHeadError);
    });

    test('logits that are not finite', () => {
      const huge = networkOf(600);
      const weights = huge.weights();
      const full = (name: string) => ({ ...weights[name], data: weights[name].data.map(() => 3e38) });
      huge.setWeights({ ...weights, hiddenBias: full('hiddenBias'), actor: full('actor') });
      for (const approximate of [false, true]) {
        expect(() => huge.logits!(states, { approximate }).top(10)).toThrow(DivergenceError);
      }
    });
  });

  /** The first rows of states. */
  function rowsOf(states: States, rows: number): Partial<States> {
    const { historyLength, historyItems, historyFeedback, exclusions } = states;
    return {
      historyItems: historyItems.slice(0, rows * historyLength),
      historyFeedback: historyFeedback.slice(0, rows * historyLength),
      exclusions: { ...exclusions, offset: exclusions.offset.slice(0, rows), count: exclusions.count.slice(0, rows) },
    };
  }

  /** Rounded logits, up to a constant of each state, from the probabilities of a network that acts by them. */
  function roundedTable(network: Network, states: States): Float32Array[] {
    const exact = tableOf(network, states);
    const evaluation = network.evaluate(states, { approximate: true });
    const columns = Array.from({ length: states.items }, (_, item) =>
      evaluation.propensity(new Int32Array(states.rows).fill(item)),
    );
    return exact.map((row, index) => {
      const logs = columns.map((column) => Math.log(column[index]));
      const shift = row.reduce((sum, logit, item) => sum + (logit - logs[item]), 0) / row.length;
      return Float32Array.from(logs, (log) => log + shift);
    });
  }
});
