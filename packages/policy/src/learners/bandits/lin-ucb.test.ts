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
  statesOf,
  type TestInteraction,
  testConformance,
  testRefusals,
} from '../../test-support/states.js';
import { createLinUcb } from './lin-ucb.js';
import { LinearContexts } from './linear-contexts.js';

function normals(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** One feature, which the first item has not and the second has. */
const TWO = { data: Float32Array.of(0, 1), width: 1 };

describe('LinUCB', () => {
  testConformance((items) => createLinUcb({ features: { data: normals(3 * items, 1), width: 3 } }));
  testRefusals(() => createLinUcb({ features: TWO }));

  test('at first the item of the longest context is the least certain', () => {
    // Contexts [1, 0, 0] and [1, 1, 0], A = I: bounds 1 and sqrt(2).
    expect(probabilities(createLinUcb({ features: TWO }))).toEqual([0, 1]);
    // Without uncertainty both are worth 0.
    expect(probabilities(createLinUcb({ features: TWO, alpha: 0 }))).toEqual([1, 0]);
  });

  test.each([
    // After reward r for item 1: A = [[2, 1], [1, 2]] beside 1, weights [r / 3, r / 3]; both bounds are wider than their
    // means by sqrt(2 / 3), and the means are r / 3 and 2 r / 3.
    { reward: 0.3, best: 1 },
    { reward: -0.3, best: 0 },
  ])('after a reward of $reward for item 1 shows item $best', ({ reward, best }) => {
    const learner = createLinUcb({ features: TWO });
    learner.learn(experienceOf(2, { item: 1, reward }));
    expect(shown(learner, {})).toEqual([best]);
    expect(shown(learner, { mask: best === 0 ? [0, 1] : [1, 0] })).toEqual([1 - best]);
  });

  test('ties go to the lower index', () => {
    const features = { data: Float32Array.of(1, 2, 3, 3, 4, 1, 3, 4, 1), width: 3 };
    expect(shown(createLinUcb({ features }), {}, { mask: [1, 0, 1] })).toEqual([1, 2]);
  });

  test('what is uncertain is tried: without that the better item is never shown', () => {
    const run = (alpha: number): Learner => {
      const learner = createLinUcb({ features: TWO, alpha, rolloutLength: 1 });
      const environment = coinWorld(2, (_, item) => (item === 1 ? 0.9 : 0.3));
      runOnline({ environment, learner, interactions: 200, seed: 1, random: createRandom(2) });
      return learner;
    };
    expect(shown(run(0), {})).toEqual([0]);
    expect(shown(run(1), {})).toEqual([1]);
  });

  test('finds the best arm in each context', () => {
    const [items, width] = [6, 2];
    const data = normals(items * width, 5);
    const contexts = new LinearContexts(data, width);
    const truth = [0.4, 0.3, -0.2, 0.5, -0.6];
    const x = new Float64Array(contexts.size);
    const worth = (item: number, taste: Float64Array): number => {
      contexts.write(item, taste, x);
      return truth.reduce((sum, weight, i) => sum + weight * x[i], 0);
    };
    const learner = createLinUcb({ features: { data, width }, alpha: 0.5 });
    const random = createRandom(6);
    const anyHistory = (): [number, number][] => [
      [random.integer(items), random.uniform()],
      [random.integer(items), random.uniform()],
    ];
    for (let update = 0; update < 40; update++) {
      const histories = Array.from({ length: 16 }, anyHistory);
      const states = statesOf(items, ...histories.map((history) => ({ history })));
      const actions = learner.policy.distribution(states).sample(random).items;
      const interactions = histories.map((history, row): TestInteraction => {
        const reward = worth(actions[row], contexts.profile(states, row)) + 0.1 * random.normal();
        return { history, item: actions[row], reward };
      });
      learner.learn(experienceOf(items, ...interactions));
    }
    const states = statesOf(items, ...Array.from({ length: 100 }, () => ({ history: anyHistory() })));
    const { items: found } = learner.policy.distribution(states).sample(random);
    const best = new Set<number>();
    found.forEach((item, row) => {
      const taste = contexts.profile(states, row);
      const values = Array.from({ length: items }, (_, each) => worth(each, taste));
      best.add(values.indexOf(Math.max(...values)));
      // The best, or one that the noise does not tell from it.
      expect(values[item]).toBeGreaterThan(Math.max(...values) - 0.1);
    });
    expect(best.size).toBeGreaterThan(1);
  });

  test('one item is certain', () => {
    expect(probabilities(createLinUcb({ features: { data: Float32Array.of(3, 4), width: 2 } }))).toEqual([1]);
  });

  test('refuses a reward that is no number, and keeps its model', () => {
    const learner = createLinUcb({ features: TWO });
    const spoilt = experienceOf(2, { item: 1, reward: -5 }, { item: 0, reward: Number.POSITIVE_INFINITY });
    expect(() => learner.learn(spoilt)).toThrow(DivergenceError);
    expect(shown(learner, {})).toEqual([1]);
  });

  test('refuses features that leave the range of numbers', () => {
    const learner = createLinUcb({ features: { data: Float32Array.of(1e9, 1e9, 0, 0), width: 2 } });
    expect(() => learner.learn(experienceOf(2, { item: 0, reward: 1 }))).toThrow(DivergenceError);
    expect(shown(learner, {})).toEqual([0]);
  });

  test.each([
    ['features.width', { features: { data: new Float32Array(2), width: 0 } }],
    ['features.data', { features: { data: new Float32Array(3), width: 2 } }],
    ['features.data', { features: { data: new Float32Array(0), width: 2 } }],
    ['features.data[1]', { features: { data: Float32Array.of(1, Number.NaN), width: 1 } }],
    ['alpha', { features: TWO, alpha: -1 }],
    ['ridge', { features: TWO, ridge: 0 }],
    ['ridge', { features: TWO, ridge: Number.POSITIVE_INFINITY }],
    ['rolloutLength', { features: TWO, rolloutLength: 0 }],
  ])('refuses %s out of range', (option, options) => {
    expectInvalid(option, () => createLinUcb(options));
  });
});
