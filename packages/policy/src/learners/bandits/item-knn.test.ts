import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { DivergenceError } from '../../errors.js';
import { runOnline } from '../../experience/run-online.js';
import type { Learner } from '../../learner.js';
import {
  coinWorld,
  expectInvalid,
  experienceOf,
  probabilities,
  shown,
  testConformance,
  testRefusals,
} from '../../test-support/states.js';
import { createItemKnn, type ItemKnnOptions } from './item-knn.js';

/** Greedy, with a shrinkage of 1, after sessions that liked 0 then 1, 0 then 2 (a little), and 3 then 2. */
function learned(options: Partial<ItemKnnOptions> = {}): Learner {
  const learner = createItemKnn({ items: 5, epsilon: 0, shrinkage: 1, ...options });
  const firsts = [0, 0, 3].map((item) => ({ item, reward: 1 }));
  learner.learn(experienceOf(5, ...firsts));
  learner.learn(
    experienceOf(
      5,
      { history: [[0, 1]], item: 1, reward: 1 },
      { history: [[0, 1]], item: 2, reward: 0.5 },
      { history: [[3, 1]], item: 2, reward: 1 },
    ),
  );
  return learner;
}

describe('item kNN', () => {
  testConformance((items) => createItemKnn({ items, neighbors: 4 }));
  testRefusals(() => createItemKnn({ items: 2 }));

  // n = 2, 1, 2, 1: sim(0, 1) = sim(3, 2) = 1 / (sqrt(2) + 1) = 0.414, sim(0, 2) = 1 / (2 + 1) = 0.333.
  test('shows what those who liked the same liked too', () => {
    const learner = learned();
    const afterFirst = { history: [[0, 1]] as const };
    expect(shown(learner, { ...afterFirst, mask: [0, 1, 1, 1, 1] })).toEqual([1]);
    expect(shown(learner, { ...afterFirst, mask: [0, 0, 1, 1, 1] })).toEqual([2]);
    expect(shown(learner, { history: [[2, 1]], mask: [1, 1, 0, 1, 1] })).toEqual([3]);
  });

  test('weighs by feedback and adds up over the history', () => {
    // Item 1: 0.5 * 0.414 = 0.207. Item 2: 0.5 * 0.333 + 0.414 = 0.581; by 0.1 alone 0.208, by 0.05 0.187.
    const mask = [0, 1, 1, 0, 1];
    const after = (feedback: number) => ({
      mask,
      history: [
        [0, 0.5],
        [3, feedback],
      ] as [number, number][],
    });
    expect(shown(learned(), after(1), after(0.1), after(0.05))).toEqual([2, 2, 1]);
  });

  test('what was refused says nothing', () => {
    const mask = [0, 1, 1, 0, 1];
    const history: [number, number][] = [
      [0, 0.5],
      [3, -1],
    ];
    expect(shown(learned(), { mask, history })).toEqual([1]);
  });

  test('without evidence ranks by mean feedback', () => {
    // Strength 20 at 1/2: 12/22 for item 0, 11/21 for 1 and 3, 11.5/22 for 2, 1/2 for 4.
    const learner = learned();
    expect(shown(learner, {}, { mask: [0, 1, 1, 1, 1] }, { mask: [0, 0, 1, 1, 1] })).toEqual([0, 1, 3]);
    expect(shown(learner, { history: [[4, 1]] }, { mask: [0, 0, 1, 0, 1] })).toEqual([0, 2]);
    expect(shown(learned({ prior: Float32Array.of(1, 2, 3, 4, 5) }), {})).toEqual([4]);
  });

  test('an item speaks for its nearest neighbours alone', () => {
    const state = { history: [[0, 1]] as const, mask: [0, 0, 1, 1, 1] };
    expect(shown(learned({ neighbors: 2 }), state)).toEqual([2]);
    // Its nearest is item 1, which is not allowed: by mean feedback item 3.
    expect(shown(learned({ neighbors: 1 }), state)).toEqual([3]);
  });

  test('equal scores go to the greater mean feedback', () => {
    const learner = createItemKnn({ items: 3, epsilon: 0 });
    learner.learn(
      experienceOf(3, { history: [[0, 1]], item: 1, reward: 0.5 }, { history: [[0, 1]], item: 2, reward: 1 }),
    );
    expect(shown(learner, { history: [[0, 1]], mask: [0, 1, 1] })).toEqual([2]);
  });

  test('an item liked again while the history shows it counts once', () => {
    const learner = learned();
    for (let times = 0; times < 9; times++) {
      // Otherwise n of item 1 would grow, and item 2 come closer to item 0 than item 1.
      learner.learn(experienceOf(5, { history: [[1, 1]], item: 1, reward: 0.5 }));
    }
    expect(shown(learner, { history: [[0, 1]], mask: [0, 1, 1, 1, 1] })).toEqual([1]);
  });

  test('explores with probability epsilon', () => {
    const found = probabilities(learned({ epsilon: 0.4 }), { history: [[0, 1]], mask: [0, 1, 1, 1, 1] });
    expect(found).toEqual([0, 0.7, 0.1, 0.1, 0.1].map(Math.fround));
  });

  test('distinguishes two kinds of users by their first like', () => {
    // Even users like the first half of the catalogue, odd ones the second.
    const likes = (user: number, item: number): boolean => (user % 2 === 0) === item < 5;
    const environment = coinWorld(10, ({ user }, item) => (likes(user, item) ? 0.9 : 0.05), {
      users: 2,
      maxTurns: 6,
      repeats: false,
    });
    const learner = createItemKnn({ items: 10, epsilon: 0.3 });
    runOnline({ environment, learner, interactions: 3000, seed: 3, random: createRandom(4) });
    for (let item = 0; item < 10; item++) {
      const mask = Array.from({ length: 10 }, (_, each) => (each === item ? 0 : 1));
      const found = probabilities(learner, { history: [[item, 1]], mask });
      expect(found.indexOf(Math.max(...found)) < 5).toBe(item < 5);
    }
  });

  test('one item is certain', () => {
    expect(probabilities(createItemKnn({ items: 1 }))).toEqual([1]);
  });

  test('refuses a reward that is no number, and learns nothing', () => {
    const learner = learned();
    const spoilt = experienceOf(
      5,
      { history: [[0, 1]], item: 4, reward: 9 },
      { item: 1, reward: Number.NEGATIVE_INFINITY },
    );
    expect(() => learner.learn(spoilt)).toThrow(DivergenceError);
    expect(shown(learner, {}, { history: [[0, 1]], mask: [0, 0, 1, 0, 1] })).toEqual([0, 2]);
    expect(shown(learner, { mask: [0, 0, 1, 0, 1] })).toEqual([2]);
  });

  test.each([
    ['items', { items: 0 }],
    ['neighbors', { items: 2, neighbors: 0 }],
    ['shrinkage', { items: 2, shrinkage: -1 }],
    ['epsilon', { items: 2, epsilon: 2 }],
    ['priorStrength', { items: 2, priorStrength: 0 }],
    ['prior', { items: 2, prior: new Float32Array(1) }],
    ['rolloutLength', { items: 2, rolloutLength: 0 }],
  ])('refuses %s out of range', (option, options) => {
    expectInvalid(option, () => createItemKnn(options));
  });
});
