/** Slates of the built-in engine: the Plackett-Luce distribution, against double precision. */
import { createRandom, noExclusions } from '@ialp/core';
import { denseMasks } from '@ialp/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NothingAllowedError } from '../../errors.js';
import type { Network } from '../../network.js';
import { makeStates } from '../../test-support/batch.js';
import { describeBuilds } from '../../test-support/builds.js';
import { row, states, withLogits } from '../../test-support/logits.js';
import {
  allSlates,
  expectFrequencies,
  expectRowByRow,
  expectSequential,
  softmaxConditionals,
} from '../../test-support/slates.js';
import { createNetwork } from '../built-in-network.js';

describeBuilds(() => {
  /** The first items that are allowed, at most `count`, in an order that a number chooses. */
  function someSlate(mask: readonly number[], seed: number, count: number): number[] {
    const open = [...mask.keys()].filter((item) => mask[item] === 1);
    const random = createRandom(seed);
    const slate: number[] = [];
    while (slate.length < count && open.length > 0) slate.push(...open.splice(random.integer(open.length), 1));
    return slate;
  }

  function expectClose(found: ArrayLike<number>, expected: readonly number[], relative: number): void {
    for (const [place, value] of expected.entries()) {
      expect(Math.abs(found[place] - value), `position ${place}`).toBeLessThanOrEqual(relative * value + 1e-37);
    }
  }

  describe('propensities of slates, each given the items above', () => {
    test.each([1, 20, 80])('logits within %i of 0, any exclusions, any slate', (span) => {
      fc.assert(
        fc.property(row(span), fc.nat(), fc.integer({ min: 1, max: 6 }), ({ logits, mask }, seed, count) => {
          const slate = someSlate(mask, seed, count);
          const evaluation = withLogits(logits).evaluate(states(logits.length, mask));
          const expected = softmaxConditionals(logits.map(Math.fround), mask, slate);
          expectClose(evaluation.propensity(Int32Array.from(slate)), expected, 1e-4);
        }),
      );
    });

    test.each([
      [40, 0, -40],
      [-40, 40, 0],
      [80, 0, -80],
      [1000, 0, -1000],
      [0, 0, 300],
    ])('peaked logits %d, %d, %d: all slates of three', (...logits) => {
      const evaluation = withLogits(logits).evaluate(states(3, undefined));
      for (const slate of allSlates(3, 3)) {
        const expected = softmaxConditionals(logits, [1, 1, 1], slate);
        expectClose(evaluation.propensity(Int32Array.from(slate)), expected, 1e-4);
      }
      const { items } = evaluation.sample(createRandom(1), { count: 3 });
      expect([...items].sort()).toEqual([0, 1, 2]);
    });

    test('1,300 items, several blocks: slates within a block and across', () => {
      const items = 1300;
      const random = createRandom(4);
      const logits = Array.from({ length: items }, () => Math.fround(4 * random.normal()));
      const mask = logits.map((_, item) => (item % 7 === 2 ? 0 : 1));
      const evaluation = withLogits(logits).evaluate(states(items, mask));
      for (const slate of [
        [0, 1, 3, 4, 5],
        [0, 600, 1299, 511, 512],
        [514, 512, 511, 1025, 1023],
        someSlate(mask, 5, 12),
      ]) {
        const expected = softmaxConditionals(logits, mask, slate);
        expectClose(evaluation.propensity(Int32Array.from(slate)), expected, 1e-4);
      }
    });

    test('the best items of 1,300 one after the other: a block of which nothing is left is passed over', () => {
      const items = 1300;
      // The last block allows two items, the second none.
      const mask = Array.from({ length: items }, (_, item) => (item < 4 || item === 1030 || item === 1290 ? 1 : 0));
      const logits = mask.map((_, item) => (item > 1024 ? 5 : Math.sin(item)));
      const evaluation = withLogits(logits).evaluate(states(items, mask));
      const slate = [1290, 1030, 2, 1, 3, 0];
      const expected = softmaxConditionals(logits.map(Math.fround), mask, slate);
      expectClose(evaluation.propensity(Int32Array.from(slate)), expected, 1e-4);
      const drawn = evaluation.sample(createRandom(2), { count: 6 }).items;
      expect([...drawn].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 1030, 1290]);
      expect(() => evaluation.sample(createRandom(2), { count: 7 })).toThrow(new NothingAllowedError(0, 7));
    });

    test('are 0 from the first item on that is not allowed, no item, or in the slate above', () => {
      const evaluation = withLogits([0, 1, 2, 3]).evaluate(states(4, [1, 1, 0, 1]));
      const zeros = (...slate: number[]): number[] =>
        [...evaluation.propensity(Int32Array.from(slate))].flatMap((p, place) => (p === 0 ? [place] : []));
      expect(zeros(0, 3, 1)).toEqual([]);
      expect(zeros(0, 2, 1)).toEqual([1, 2]);
      expect(zeros(0, 0, 1)).toEqual([1, 2]);
      expect(zeros(3, 1, 3)).toEqual([2]);
      expect(zeros(-1, 1, 3)).toEqual([0, 1, 2]);
      expect(zeros(0, 4, 3)).toEqual([1, 2]);
      // One item more than there are.
      expect(zeros(0, 3, 1, 2)).toEqual([3]);
    });
  });

  function networkOf(items: number): Network {
    const sizes = { items, historyLength: 3, embedding: 4, hidden: 8, heads: ['actor', 'q'] as const };
    const network = createNetwork({ ...sizes, random: createRandom(2) });
    network.scaleActor(60);
    return network;
  }

  describe.each([
    { items: 6, approximate: false },
    { items: 6, approximate: true },
    { items: 40, approximate: false },
    { items: 40, approximate: true },
  ])('$items items, approximate: $approximate', ({ items, approximate }) => {
    const network = networkOf(items);
    const observation = { ...makeStates(5, items, 3, 4), exclusions: noExclusions(5) };
    const distribute = (given: typeof observation) => network.evaluate(given, { approximate });

    test('each position is a single recommendation without the items above', () => {
      expectSequential(distribute, observation, 3);
    });

    test('a batch gives what its states give alone, one after the other', () => {
      expectRowByRow(distribute, observation, 3);
      expectRowByRow(distribute, makeStates(70, items, 3, 6), 1);
    });
  });

  test('1,300 items: a batch gives what its states give alone, one after the other', () => {
    const network = networkOf(1300);
    expectRowByRow((given) => network.evaluate(given), makeStates(6, 1300, 3, 4), 8);
  });

  describe('whole slates are drawn with the frequencies of the products', () => {
    test.each([
      { logits: [0.5, -0.5, 1, 0], count: 2 },
      { logits: [0.5, -0.5, 1, 0], count: 4 },
      { logits: [2, 0, 1.5, -1, 0.5], count: 3 },
      { logits: [40, 0, -1, 0.5], count: 3 },
    ])('$logits, slates of $count', ({ logits, count }) => {
      const observation = states(logits.length, undefined);
      expectFrequencies(withLogits(logits).evaluate(observation), observation, count, 6000);
    });

    test('across blocks: three items of 1,300 that are allowed', () => {
      const mask = Array.from({ length: 1300 }, (_, item) => (item === 3 || item === 700 || item === 1299 ? 1 : 0));
      const evaluation = withLogits(mask.map((_, item) => (item === 700 ? 1 : 0))).evaluate(states(1300, mask));
      const counts = new Map<string, number>();
      const random = createRandom(5);
      const draws = 6000;
      for (let draw = 0; draw < draws; draw++) {
        const slate = evaluation.sample(random, { count: 2 }).items.join();
        counts.set(slate, (counts.get(slate) ?? 0) + 1);
      }
      expect(counts.size).toBe(6);
      for (const [slate, times] of counts) {
        const p = evaluation
          .propensity(Int32Array.from(slate.split(','), Number))
          .reduce((product, each) => product * each, 1);
        expect(Math.abs(times - draws * p)).toBeLessThan(5 * Math.sqrt(draws * p * (1 - p)));
      }
    });
  });

  describe('top', () => {
    test('lists what a softmax in double precision prefers, ties in catalogue order, with the probabilities', () => {
      fc.assert(
        fc.property(row(5), fc.integer({ min: 1, max: 24 }), ({ logits, mask }, count) => {
          const observation = states(logits.length, mask);
          const { items, scores } = withLogits(logits).evaluate(observation).top(count);
          const rounded = logits.map(Math.fround);
          const ranked = [...mask.keys()]
            .filter((item) => denseMasks(observation)[item] === 1)
            .sort((a, b) => rounded[b] - rounded[a] || a - b)
            .slice(0, count);
          expect([...items]).toEqual([...ranked, ...new Array<number>(count - ranked.length).fill(-1)]);
          for (const [place, item] of ranked.entries()) {
            expect(scores[place]).toBeCloseTo(softmaxConditionals(rounded, mask, [item])[0], 5);
          }
        }),
      );
    });

    test('does not change what is sampled after it', () => {
      const network = networkOf(1300);
      const observation = makeStates(6, 1300, 3, 4);
      const plain = network.evaluate(observation).sample(createRandom(3), { count: 4 });
      const after = network.evaluate(observation);
      after.top(50);
      expect(after.sample(createRandom(3), { count: 4 })).toEqual(plain);
      const before = network.evaluate(observation);
      before.sample(createRandom(9), { count: 7 });
      before.top(3);
      expect(before.sample(createRandom(3), { count: 4 })).toEqual(plain);
    });
  });
});
