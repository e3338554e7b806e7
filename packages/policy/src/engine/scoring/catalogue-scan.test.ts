/** Going over a catalogue of several blocks: ranking and sampling against the whole table of probabilities. */
import { createRandom, exclusionsOf, InvalidOptionError, noExclusions, writeMask } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { singleState } from '../../conformance/synthetic-sessions.js';
import { MissingHeadError, NothingAllowedError } from '../../errors.js';
import type { Head, Network, States } from '../../network.js';
import { makeStates, probabilityTable } from '../../test-support/batch.js';
import { describeBuilds } from '../../test-support/builds.js';
import { createNetwork } from '../built-in-network.js';

describeBuilds(() => {
  const HEADS: readonly Head[] = ['actor', 'value', 'q'];

  function networkOf(items: number): Network {
    const sizes = { items, historyLength: 3, embedding: 4, hidden: 8, heads: HEADS };
    const network = createNetwork({ ...sizes, random: createRandom(2) });
    network.scaleActor(100);
    return network;
  }

  /** Ranks a row the slow way. */
  function best(scores: ArrayLike<number>, mask: Uint8Array, count: number): number[] {
    const allowed = Array.from(scores, (score, item) => ({ score, item })).filter(({ item }) => mask[item] === 1);
    const sorted = allowed.sort((a, b) => b.score - a.score || a.item - b.item).map(({ item }) => item);
    return [...sorted, ...new Array<number>(count).fill(-1)].slice(0, count);
  }

  function maskOf(states: States, row: number): Uint8Array {
    const mask = new Uint8Array(states.items);
    writeMask(states, row, mask);
    return mask;
  }

  describe.each([1, 5, 511, 512, 513, 1030])('%i items', (items) => {
    const network = networkOf(items);
    const states = makeStates(40, items, 3, 4);

    test('probabilities sum to 1, and are 0 where forbidden', () => {
      probabilityTable(network, states).forEach((row, session) => {
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        maskOf(states, session).forEach((allowed, item) => {
          if (allowed === 0) expect(row[item]).toBe(0);
        });
      });
    });

    test('the best items, by probability and by action value', () => {
      const count = Math.min(items + 2, 30);
      const table = probabilityTable(network, states);
      const { items: found, scores } = network.evaluate(states).top(count);
      const values = network.actionValues(states);
      const ofAll = Array.from({ length: items }, (_, item) => values.of(new Int32Array(40).fill(item)));
      const byValue = values.top(count);
      for (let row = 0; row < 40; row++) {
        const own = Array.from(found.subarray(row * count, (row + 1) * count));
        const expected = best(table[row], maskOf(states, row), count);
        // Probabilities that round to the same number may stand in another order than their logits.
        own.forEach((item, place) => {
          const p = item < 0 ? 0 : table[row][item];
          expect(scores[row * count + place]).toBeCloseTo(p, 6);
          expect(p).toBe(expected[place] < 0 ? 0 : table[row][expected[place]]);
        });
        const scoresOfRow = ofAll.map((column) => column[row]);
        expect(Array.from(byValue.items.subarray(row * count, (row + 1) * count))).toEqual(
          best(scoresOfRow, maskOf(states, row), count),
        );
      }
    });

    test('items are drawn as often as they are probable', () => {
      const one = singleState(states, 0);
      const [row] = probabilityTable(network, one);
      const evaluation = network.evaluate(one);
      const random = createRandom(5);
      const draws = 3000;
      const seen = new Int32Array(items);
      for (let draw = 0; draw < draws; draw++) {
        const { items: drawn, propensity } = evaluation.sample(random);
        expect(propensity[0]).toBe(row[drawn[0]]);
        seen[drawn[0]]++;
      }
      // Kolmogorov's distance between the two distribution functions; 1.95 is exceeded by chance once in 1,000.
      let [distance, drawnShare, probability] = [0, 0, 0];
      row.forEach((p, item) => {
        drawnShare += seen[item] / draws;
        probability += p;
        distance = Math.max(distance, Math.abs(drawnShare - probability));
      });
      expect(distance * Math.sqrt(draws)).toBeLessThan(1.95);
    });
  });

  test('blocks in which nothing is allowed are passed over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1599 }), fc.integer({ min: 0, max: 1599 }), (a, b) => {
        const network = networkOf(1600);
        const available = new Uint8Array(1600);
        available[a] = 1;
        available[b] = 1;
        const evaluation = network.evaluate({ ...makeStates(1, 1600, 3, 4), available, exclusions: noExclusions(1) });
        const both = [a, b].map((item) => evaluation.propensity(Int32Array.of(item))[0]);
        expect(a === b ? both[0] : both[0] + both[1]).toBeCloseTo(1, 5);
        expect([a, b]).toContain(evaluation.sample(createRandom(1)).items[0]);
        expect(evaluation.top(3).items[2]).toBe(-1);
      }),
      { numRuns: 30 },
    );
  });

  test('equal scores stand in the order of the catalogue', () => {
    const network = networkOf(1100);
    network.scaleActor(0);
    const states = { ...makeStates(2, 1100, 3, 4), exclusions: noExclusions(2) };
    expect(Array.from(network.evaluate(states).top(4).items)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  describe('refusals', () => {
    const network = networkOf(600);
    const states = makeStates(2, 600, 3, 4);

    test('a state in which nothing is allowed, by its number', () => {
      const all = Array.from({ length: 600 }, (_, item) => item);
      const exclusions = exclusionsOf([[], all]);
      expect(() => network.evaluate({ ...states, exclusions })).toThrow(new NothingAllowedError(1));
      expect(() => network.evaluate({ ...states, exclusions })).toThrow('Row 1 allows no item');
      const available = new Uint8Array(600);
      expect(() => network.evaluate({ ...states, available })).toThrow(new NothingAllowedError(0));
    });

    test.each([0, -1, 2.5, Number.NaN, 1001, 1e8])('a ranking of %s', (count) => {
      expect(() => network.evaluate(states).top(count)).toThrow(InvalidOptionError);
      expect(() => network.evaluate(states).top(count)).toThrow('count: expected an integer from 1 to 1000');
      expect(() => network.evaluate(states, { approximate: true }).top(count)).toThrow(InvalidOptionError);
    });

    test('heads that it has not', () => {
      const sizes = { items: 600, historyLength: 3 };
      const critic = createNetwork({ ...sizes, heads: ['value'], random: createRandom(1) });
      expect(() => critic.evaluate(states)).toThrow(MissingHeadError);
      expect(() => critic.actionValues(states)).toThrow("head 'q'");
      expect(() => critic.scaleActor(1)).toThrow(MissingHeadError);
      const actor = createNetwork({ ...sizes, heads: ['actor'], random: createRandom(1) });
      expect(() => actor.values(states)).toThrow(MissingHeadError);
      expect(actor.evaluate(states).value).toHaveLength(0);
    });
  });
});
