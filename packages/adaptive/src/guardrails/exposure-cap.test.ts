import { createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  type Learner,
  publishedState,
  runOnline,
  takePublishedState,
} from '@ialp/policy';
import { learnerChecks } from '@ialp/policy/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { withExposureCap } from './exposure-cap.js';

const POLICY = [0.9, 0.04, 0.02, 0.02, 0.02];
const [SESSIONS, STEPS] = [8, 5];
const frozen = (): Learner => ({ ...createFrozenLearner(fixedPolicy(POLICY)), rolloutLength: STEPS });
const makeEnv = (repeats = true) =>
  createSimulator({
    name: 'all',
    responses: {
      specificationVersion: 'v1',
      users: 1,
      items: POLICY.length,
      rewardRange: [0, 1],
      window: 0,
      respond: () => 1,
    },
    ...{ sessions: SESSIONS, maxTurns: 5, historyLength: 2, repeats },
  });
const shown = (learner: Learner, interactions: number, repeats = true) =>
  runOnline({
    ...{
      environment: makeEnv(repeats),
      learner,
      interactions,
      seed: 1,
      random: createRandom(2),
      finishSessions: false,
    },
  });

describe('keeps the rules of a learner', () => {
  const network = () =>
    createNetwork({ items: 8, historyLength: 10, embedding: 4, hidden: 8, random: createRandom(1) });
  const make = () => withExposureCap(createA2C({ network: network() }), { maxItemShare: 0.2, windowInteractions: 100 });
  for (const check of learnerChecks(make, { samplingChangesPolicy: true })) test(check.name, check.run);
});

test('no item has more than its share in any window, but for the rows of a batch', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.25, max: 1, noNaN: true }),
      fc.integer({ min: 50, max: 300 }),
      (maxItemShare, window) => {
        const { item } = shown(withExposureCap(frozen(), { maxItemShare, windowInteractions: window }), 1200);
        for (let end = 1; end * SESSIONS <= item.length; end++) {
          const counted = Math.min(window, end * SESSIONS);
          const recent = item.subarray(end * SESSIONS - counted, end * SESSIONS);
          const count = recent.filter((each) => each === 0).length;
          expect(count / counted).toBeLessThanOrEqual(maxItemShare + SESSIONS / counted);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('a cap holds before the window is full: of what was shown until then', () => {
  const { item } = shown(withExposureCap(frozen(), { maxItemShare: 0.25 }), 400);
  for (let end = SESSIONS; end <= item.length; end += SESSIONS) {
    const count = item.subarray(0, end).filter((each) => each === 0).length;
    expect(count / end).toBeLessThanOrEqual(0.25 + SESSIONS / end);
  }
  expect(item.slice(-200).filter((each) => each === 0).length / 200).toBeLessThan(0.35);
});

test('of several processes each counts what it shows itself: a published state changes no count', () => {
  const cap = () => withExposureCap(frozen(), { maxItemShare: 0.3, windowInteractions: 200 });
  const [decider, busy] = [cap(), cap()];
  shown(decider, 400);
  const before = structuredClone(decider.checkpoint!());
  shown(busy, 100);
  takePublishedState(decider, publishedState(busy));
  expect(decider.checkpoint!()).toEqual(before);
});

test('items are counted where they are decided, one row at a time, without any learning', () => {
  const caps = fc.record({
    maxItemShare: fc.double({ min: 0.2, max: 0.9, noNaN: true }),
    windowInteractions: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(caps, fc.nat(1000), (options, seed) => {
      const { policy } = withExposureCap(frozen(), options);
      const random = createRandom(seed);
      const items: number[] = [];
      for (let session = 0; session < 150; session++) {
        const observation = { ...makeObservation(1, POLICY.length), session: Float64Array.of(session) };
        items.push(policy.distribution(observation).sample(random).items[0]);
        const recent = items.slice(-options.windowInteractions);
        for (let item = 0; item < POLICY.length; item++) {
          const share = recent.filter((each) => each === item).length / recent.length;
          expect(share).toBeLessThanOrEqual(options.maxItemShare + 1 / recent.length);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('the items of slates are counted, too', () => {
  const { policy } = withExposureCap(frozen(), { maxItemShare: 0.3, windowInteractions: 100 });
  const random = createRandom(3);
  const items: number[] = [];
  for (let k = 0; k < 200; k++) {
    const { items: slate } = policy.distribution(makeObservation(1, POLICY.length)).sample(random, { count: 2 });
    items.push(...slate);
    const recent = items.slice(-100);
    // Without the cap, the best item is in nearly every slate: half of all items.
    expect(recent.filter((item) => item === 0).length / recent.length).toBeLessThanOrEqual(0.3 + 2 / recent.length);
  }
});

test('the same of categories, each of an item’s own', () => {
  // Items 0 and 1 are of category 0, item 1 of category 1 as well.
  const categories = [[0], [0, 1], [1], [], [2]];
  const { item } = shown(
    withExposureCap(frozen(), { maxCategoryShare: 0.3, categories, windowInteractions: 200 }),
    4000,
  );
  const share = item.slice(-2000).filter((each) => each <= 1).length / 2000;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.3 + SESSIONS / 200);
});

test('propensities are those of what is shown under the cap', () => {
  const { item, propensity } = shown(withExposureCap(frozen(), { maxItemShare: 0.5, windowInteractions: 100 }), 2000);
  const alone = new Set<string>();
  item.forEach((each, row) => {
    alone.add(`${each}: ${propensity[row].toFixed(4)}`);
  });
  // Either all items are allowed, or all but the first: 0.04 / 0.1 and 0.02 / 0.1.
  expect([...alone].sort()).toEqual(
    [
      '0: 0.9000',
      '1: 0.0400',
      '1: 0.4000',
      '2: 0.0200',
      '2: 0.2000',
      '3: 0.0200',
      '3: 0.2000',
      '4: 0.0200',
      '4: 0.2000',
    ].sort(),
  );
});

test('where the caps would leave nothing, they do not hold', () => {
  const { item } = shown(withExposureCap(frozen(), { maxItemShare: 0.2, windowInteractions: 40 }), 1000, false);
  expect(item.length).toBe(1000);
});

test('a cap restored before the first decision caps nothing', () => {
  const [fresh, restored] = [0, 1].map(() => withExposureCap(frozen(), { maxItemShare: 0.5 }));
  restored.restore?.(fresh.checkpoint?.() ?? {});
  const all = (learner: Learner) => learner.policy.distribution(makeObservation(1, POLICY.length)).top(5);
  expect(all(restored)).toEqual(all(fresh));
  expect(all(restored).scores[0]).toBeCloseTo(0.9, 6);
});

test('with a cap of 1 it is the learner', () => {
  expect(shown(withExposureCap(frozen(), { maxItemShare: 1 }), 500)).toEqual(shown(frozen(), 500));
});

test.each([
  [{ maxItemShare: 2 }, 'maxItemShare'],
  [{ maxItemShare: '0.5' as never }, 'maxItemShare'],
  [{ maxItemShare: 0 }, 'maxItemShare'],
  [{ maxItemShare: 0.19 }, 'maxItemShare'],
  [{ maxCategoryShare: 0.3, categories: [[0], [0], [1], [1], [1]] }, 'maxCategoryShare'],
  [{ maxItemShare: 0.3, maxCategoryShare: 0.6, categories: [[0], [1], [1], [1], [1]] }, 'maxCategoryShare'],
  [{ maxCategoryShare: -1 }, 'maxCategoryShare'],
  [{ maxCategoryShare: 0.5 }, 'categories'],
  [{ maxCategoryShare: 0.5, categories: [[0]] }, 'categories'],
  [{ maxItemShare: 0.5, windowInteractions: 0 }, 'windowInteractions'],
])('refuses %o', (wrong, option) => {
  expect(() => withExposureCap(frozen(), wrong)).toThrow(InvalidOptionError);
  expect(() => withExposureCap(frozen(), wrong)).toThrow(expect.objectContaining({ option }));
});

test.each([
  [
    [0, 0, 1, 1, 1],
    'categories[0]: expected a list of category numbers, such as [3]: categoriesOf(catalogue) makes them; found 0.',
  ],
  [[[0], ['drama'], [1], [1], [1]], /^categories\[1\]: expected a list of category numbers/],
  [['drama', [0], [1], [1], [1]], /^categories\[0\]: .*; found "drama"\.$/],
  [[[0], [-1], [1], [1], [1]], /^categories\[1\]: /],
  [[[0]], 'categories: expected 5 lists; found 1 list.'],
  ['abcde', /^categories: expected an array/],
])('refuses the categories %o, which would cap nothing', (categories, message) => {
  expect(() => withExposureCap(frozen(), { maxCategoryShare: 0.7, categories: categories as never })).toThrow(message);
});

test.each([
  [{}, /^options: expected a cap, maxItemShare or maxCategoryShare; found neither\.$/],
  [{ categories: [[0], [0], [1], [1], [1]] }, /expected a cap/],
  [{ maxItemShares: 0.5 }, /^options: .*maxItemShare.*found "maxItemShares"\.$/],
  [undefined, /^options: expected an object, such as \{ maxItemShare: 0\.1 \}/],
])('refuses options without a cap: %o', (options, message) => {
  expect(() => withExposureCap(frozen(), options as never)).toThrow(InvalidOptionError);
  expect(() => withExposureCap(frozen(), options as never)).toThrow(message);
});

test('typed arrays of categories cap like lists', () => {
  const categories = [[0], [0], [1], [1], [1]];
  const options = { maxCategoryShare: 0.7, windowInteractions: 200 };
  const lists = shown(withExposureCap(frozen(), { ...options, categories }), 800);
  const arrays = categories.map((list) => Int32Array.from(list));
  expect(shown(withExposureCap(frozen(), { ...options, categories: arrays }), 800)).toEqual(lists);
});
