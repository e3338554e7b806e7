import { CheckpointError, createRandom } from '@ialp/core';
import { createFrozenLearner, type PlainMemory, type Policy } from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import { createConstantGate } from '../gates/constant.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { createMixturePolicy } from '../policies/mixture-policy.js';
import { createSessionPolicy } from '../policies/session-policy.js';
import { ONLINE, PRETRAINED } from '../test-support/interleaved.js';
import { makeObservation } from '../test-support/policies.js';

const bySession = () => createSessionPolicy(PRETRAINED, ONLINE, (_, weights) => void weights.fill(0.25));

/** A reward floor, of which a session is known that its learner serves, in turn by one of two policies. */
const floor = () =>
  withRewardFloor({
    pretrained: PRETRAINED,
    learner: createAdaptiveLearner({
      ...{ pretrained: PRETRAINED, online: createFrozenLearner(ONLINE) },
      ...{ gate: createConstantGate(0.5), by: 'session' },
    }),
  });
const served = { isFirst: false, share: 0, turn: 0, order: 1, second: { isFirst: true, share: 0.5, turn: 0 } };

/** Items shown to a session in its second turn, by a policy that shows one item alone. */
const shownNext = (policy: Policy, key: number) => {
  const state = { ...makeObservation(1, 4), session: Float64Array.of(key), turn: Int32Array.of(1) };
  return policy.distribution(state).sample(createRandom(1)).items[0];
};

test('the memory of a session says which policy serves it, and how that was drawn', () => {
  const policy = bySession();
  expect(policy.sessions.memoryOf(0)).toBeUndefined();
  policy.distribution(makeObservation(40, 4)).sample(createRandom(1));
  for (let key = 0; key < 40; key++) {
    expect(policy.sessions.memoryOf(key)).toEqual({ isFirst: policy.isFirst(key), share: 0.25, turn: 0 });
  }
});

test('what is remembered serves the session; forgotten, it begins again', () => {
  const policy = bySession();
  for (const [key, isFirst] of [true, false].entries())
    policy.sessions.remember(key, { isFirst, share: 0.25, turn: 0 });
  expect([shownNext(policy, 0), shownNext(policy, 1)]).toEqual([0, 1]);
  policy.sessions.forget(0);
  expect(policy.isFirst(0)).toBeUndefined();
});

test('memories of policies within policies are one', () => {
  const { policy } = floor();
  policy.sessions?.remember(5, served);
  expect(policy.sessions?.memoryOf(5)).toEqual(served);
  expect(shownNext(policy, 5)).toBe(0);
  policy.sessions?.forget(5);
  policy.sessions?.remember(5, { ...served, second: { ...served.second, isFirst: false } });
  expect(shownNext(policy, 5)).toBe(1);
});

test('a mixture has the memories of its parts, and none where they have none', () => {
  const half = (_: unknown, weights: Float32Array) => void weights.fill(0.5);
  expect(createMixturePolicy(PRETRAINED, ONLINE, half).sessions).toBeUndefined();
  const { sessions } = createMixturePolicy(PRETRAINED, bySession(), half);
  const memory = { second: { isFirst: true, share: 0.25, turn: 3 } };
  sessions?.remember(1, memory);
  expect(sessions?.memoryOf(1)).toEqual(memory);
  expect(() => sessions?.remember(2, { third: 1 })).toThrow(/expected some of second; found \{"third":1\}/);
});

describe('a memory of something else is refused, and nothing is remembered', () => {
  test.each<[string, PlainMemory]>([
    ['nothing', null],
    ['a number', 1],
    ['a list', [true, 0.5, 0]],
    ['no values', {}],
    ['a number for a truth value', { ...served, isFirst: 1 }],
    ['a share above 1', { ...served, share: 1.5 }],
    ['a text for a share', { ...served, share: '0' }],
    ['half a turn', { ...served, turn: 0.5 }],
    ['a negative order', { ...served, order: -1 }],
    ['a part of something else', { ...served, second: { somethingElse: 1 } }],
    ['a part that is a list', { ...served, second: [] }],
  ])('%s', (_, memory) => {
    const learner = floor();
    const before = learner.checkpoint?.();
    expect(() => learner.policy.sessions?.remember(5, memory)).toThrow(CheckpointError);
    expect(learner.policy.sessions?.memoryOf(5)).toBeUndefined();
    expect(learner.checkpoint?.()).toEqual(before);
  });
});

test('a session that is remembered counts as begun for a reward floor, once', () => {
  const learner = floor();
  for (let again = 0; again < 2; again++) learner.policy.sessions?.remember(5, served);
  expect(learner.checkpoint?.()).toMatchObject({ account: { begun: Float64Array.of(0, 1) } });
});
