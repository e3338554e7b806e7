import { createRandom, InvalidOptionError } from '@ialp/core';
import { createPatienceRule, createSimilarityRule, createSimulator } from '@ialp/env';
import { environmentChecks } from '@ialp/env/testing';
import { describe, expect, test } from 'vitest';
import { rewardModelChecks } from '../conformance/index.js';
import type { UserState } from '../preference-source.js';
import type { RewardModel } from '../reward-model.js';
import { createPreferenceResponses } from './preference-responses.js';

const ITEMS = 8;

/** Likes what is of the same parity as what was liked before, for certain; else nothing. */
const rewardModel: RewardModel = {
  specificationVersion: 'v1',
  items: ITEMS,
  user({ items, feedback }: UserState) {
    let balance = 0;
    const observe = (item: number, liked: number): void => {
      balance += liked * (item % 2 === 0 ? 1 : -1);
    };
    for (const [k, item] of items.entries()) observe(item, feedback[k]);
    return { observe, probability: (item) => ({ mean: balance > 0 === (item % 2 === 0) ? 1 : 0, logitDeviation: 0 }) };
  },
};
const even: UserState = { items: [0], feedback: [1] };
const odd: UserState = { items: [1], feedback: [1] };
const make = (users: readonly UserState[], sessions = 1) =>
  createSimulator({
    ...{ name: 'language-model users', responses: createPreferenceResponses({ rewardModel, users }), sessions },
    terminationRules: [createSimilarityRule({ window: 1, minSimilar: 1, isSimilar: (a, b) => a + 1 === b })],
    ...{ historyLength: 4, maxTurns: 5 },
  });

describe('in a simulator it keeps the rules of an environment', () => {
  for (const check of environmentChecks((sessions) => make([even, odd], sessions))) test(check.name, check.run);
});

test('answers as the reward model says of the user who came', () => {
  for (const [user, expected] of [
    [even, [1, 0, 1]],
    [odd, [0, 1, 0]],
  ] as const) {
    const environment = make([user]);
    environment.reset({ seed: 1 });
    expect([2, 5, 6].map((item) => environment.step(Int32Array.of(item)).reward[0])).toEqual(expected);
  }
});

test('what is met on the way counts', () => {
  // Nothing is known of them: an item of odd number is liked first, and then only such ones.
  const environment = make([{ items: [], feedback: [] }]);
  environment.reset({ seed: 1 });
  expect([2, 5, 6, 3].map((item) => environment.step(Int32Array.of(item)).reward[0])).toEqual([0, 1, 0, 1]);
});

test('users leave by the rules of the simulator', () => {
  const environment = make([even]);
  environment.reset({ seed: 1 });
  expect(environment.step(Int32Array.of(3)).terminated[0]).toBe(0);
  expect(environment.step(Int32Array.of(2)).terminated[0]).toBe(1);
});

test('likes as often as the reward model says', () => {
  const seldom: RewardModel = {
    specificationVersion: 'v1',
    items: 50,
    user: () => ({ observe: () => {}, probability: () => ({ mean: 0.3, logitDeviation: 0 }) }),
  };
  const responses = createPreferenceResponses({ rewardModel: seldom, users: [even] });
  const environment = createSimulator({ name: 'r', responses, sessions: 2000, maxTurns: 20 });
  environment.reset({ seed: 4 });
  let likes = 0;
  for (let turn = 0; turn < 10; turn++) {
    for (const reward of environment.step(new Int32Array(2000).fill(turn)).reward) likes += reward;
  }
  // The deviation of the share is 0.003.
  expect(likes / 20_000).toBeCloseTo(0.3, 1);
});

test('with patience, users leave after some misses in a row', () => {
  const never: RewardModel = {
    specificationVersion: 'v1',
    items: ITEMS,
    user: () => ({ observe: () => {}, probability: () => ({ mean: 0, logitDeviation: 0 }) }),
  };
  const responses = createPreferenceResponses({ rewardModel: never, users: [even] });
  const environment = createSimulator({
    name: 'r',
    responses,
    terminationRules: [createPatienceRule({ misses: 3 })],
    sessions: 1,
  });
  environment.reset({ seed: 1 });
  expect([0, 1, 2].map((item) => environment.step(Int32Array.of(item)).terminated[0])).toEqual([0, 0, 1]);
});

describe('the reward model, made for the test, keeps the rules', () => {
  for (const check of rewardModelChecks(() => rewardModel)) test(check.name, check.run);
});

test('refuses nobody, and a state of no session', () => {
  expect(() => createPreferenceResponses({ rewardModel, users: [] })).toThrow(InvalidOptionError);
  const responses = createPreferenceResponses({ rewardModel, users: [even] });
  const session = { user: 0, turn: 0, shown: 0, reward: 0, item: () => 0, feedback: () => 0 };
  expect(() => responses.respond(session, 0, createRandom(1), new Float64Array(1))).toThrow(InvalidOptionError);
});
