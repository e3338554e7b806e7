import { createRandom, type Environment, InvalidOptionError } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { createA2C, createFrozenLearner, createNetwork, type Learner, type Policy, runOnline } from '@ialp/policy';
import { learnerChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { confidenceRadius } from './confidence-radius.js';
import { withRewardFloor } from './reward-floor.js';

const ITEMS = 4;
const LIKES = [0.8, 0.6, 0.4, 0];
const GOOD = [0.7, 0.1, 0.1, 0.1];
const TERRIBLE = [0, 0, 0, 1];
/** Turns of a session: left with 0.2 after each, at most 20. */
const TURNS = (1 - 0.8 ** 20) / 0.2;
const WORTH = TURNS * GOOD.reduce((sum, p, item) => sum + p * LIKES[item], 0);

const makeEnv = (sessions = 8): Environment =>
  createSimulator({
    name: 'likes',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: (_session, item, random) => (random.uniform() < LIKES[item] ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.2 })],
    ...{ sessions, historyLength: 2, repeats: true },
  });

const frozen = (policy: Policy): Learner => ({ ...createFrozenLearner(policy), rolloutLength: 5 });

/** Runs a learner, and returns the rewards of the sessions in the order in which they ended. */
function sessionRewards(learner: Learner, interactions: number, seed: number): number[] {
  const log = runOnline({ environment: makeEnv(), learner, interactions, seed, random: createRandom(seed) });
  const open = new Map<number, number>();
  const ended: number[] = [];
  log.session.forEach((session, row) => {
    open.set(session, (open.get(session) ?? 0) + log.reward[row]);
    if (log.terminated[row] === 1 || log.truncated[row] === 1) ended.push(open.get(session) ?? 0);
  });
  return ended;
}

describe('keeps the rules of a learner', () => {
  const network = () =>
    createNetwork({ items: 8, historyLength: 10, embedding: 4, hidden: 8, random: createRandom(1) });
  const make = () =>
    withRewardFloor({ pretrained: fixedPolicy(Array(8).fill(1 / 8)), learner: createA2C({ network: network() }) });
  for (const check of learnerChecks(make)) test(check.name, check.run);
});

test('with a learner that earns nothing, the floor holds in at least 95 % of the runs', () => {
  const maxLossShare = 0.2;
  const holds = Array.from({ length: 60 }, (_, seed): number => {
    const learner = withRewardFloor({
      pretrained: fixedPolicy(GOOD),
      learner: frozen(fixedPolicy(TERRIBLE)),
      maxLossShare,
    });
    const rewards = sessionRewards(learner, 6000, seed);
    let total = 0;
    // The first sessions are left out: chance decides them, not the guardrail.
    return rewards.every((reward, k) => {
      total += reward;
      return k < 200 || total >= (1 - maxLossShare) * WORTH * (k + 1);
    })
      ? 1
      : 0;
  }).reduce((sum, held) => sum + held, 0);
  expect(holds).toBeGreaterThanOrEqual(57);
});

test('it is used: such a learner is tried, for as much as the floor allows', () => {
  const learner = withRewardFloor({
    pretrained: fixedPolicy(GOOD),
    learner: frozen(fixedPolicy(TERRIBLE)),
    maxLossShare: 0.2,
  });
  sessionRewards(learner, 40_000, 1);
  const { learnerSessions, pretrainedSessions, learnerReward, pretrainedReward } = learner.statistics;
  expect(learnerReward).toBe(0);
  expect(pretrainedReward).toBeGreaterThan(0.9 * WORTH);
  const share = learnerSessions / (learnerSessions + pretrainedSessions);
  expect(share).toBeGreaterThan(0.08);
  expect(share).toBeLessThan(0.2);
});

test('a learner that is better gets all sessions, and more is earned', () => {
  const learner = withRewardFloor({
    pretrained: fixedPolicy([0.1, 0.1, 0.7, 0.1]),
    learner: frozen(fixedPolicy(GOOD)),
    maxLossShare: 0.1,
  });
  sessionRewards(learner, 40_000, 2);
  const { learnerSessions, pretrainedSessions } = learner.statistics;
  expect(pretrainedSessions).toBeLessThan(1200);
  expect(learnerSessions).toBeGreaterThan(5000);
});

test('at a share of 0 nothing may be lost, and before the first sessions nothing is tried', () => {
  const none = withRewardFloor({
    pretrained: fixedPolicy(GOOD),
    learner: frozen(fixedPolicy(TERRIBLE)),
    maxLossShare: 0,
  });
  sessionRewards(none, 20_000, 3);
  expect(none.statistics.learnerSessions).toBe(0);
  const early = withRewardFloor({
    pretrained: fixedPolicy(TERRIBLE),
    learner: frozen(fixedPolicy(GOOD)),
    firstSessions: 500,
  });
  sessionRewards(early, 1000, 4);
  expect(early.statistics).toMatchObject({ learnerSessions: 0, learnerReward: null, budget: 0 });
});

test('a session whose first decision is sampled again is counted once, and stays where it was assigned', () => {
  const floor = withRewardFloor({ pretrained: fixedPolicy(GOOD), learner: frozen(fixedPolicy(GOOD)) });
  const once = withRewardFloor({ pretrained: fixedPolicy(GOOD), learner: frozen(fixedPolicy(GOOD)) });
  const state = makeObservation(5, ITEMS);
  for (let again = 0; again < 3; again++) floor.policy.distribution(state).sample(createRandom(again));
  once.policy.distribution(state).sample(createRandom(1));
  expect(floor.checkpoint?.()).toEqual(once.checkpoint?.());
});

test('a reward that is no number is for the learner to refuse', () => {
  const network = createNetwork({ items: ITEMS, historyLength: 2, embedding: 4, hidden: 8, random: createRandom(1) });
  const learner = withRewardFloor({ pretrained: fixedPolicy(GOOD), learner: createA2C({ network, rolloutLength: 5 }) });
  sessionRewards(learner, 4000, 5);
  const before = learner.statistics;
  const spoilt: Learner = {
    specificationVersion: 'v2',
    ...{ policy: learner.policy, rolloutLength: 5 },
    learn(trajectories) {
      trajectories.reward.fill(Number.NaN);
      return learner.learn(trajectories);
    },
  };
  expect(() => sessionRewards(spoilt, 400, 6)).toThrow(
    /trajectories\.reward\[0\]: expected a finite number; found NaN/,
  );
  expect(learner.statistics).toMatchObject({
    pretrainedReward: before.pretrainedReward,
    learnerReward: before.learnerReward,
  });
});

test('refuses a negative reward before anything changes', () => {
  const learner = withRewardFloor({ pretrained: fixedPolicy(GOOD), learner: frozen(fixedPolicy(GOOD)) });
  sessionRewards(learner, 4000, 5);
  const before = learner.statistics;
  const negative: Learner = {
    specificationVersion: 'v2',
    ...{ policy: learner.policy, rolloutLength: learner.rolloutLength },
    learn(trajectories) {
      trajectories.reward[1] = -0.5;
      return learner.learn(trajectories);
    },
  };
  expect(() => sessionRewards(negative, 400, 6)).toThrow(InvalidOptionError);
  expect(() => sessionRewards(negative, 400, 6)).toThrow(
    /^trajectories\.reward\[1\]: expected a reward of at least 0.*; found -0\.5/,
  );
  const { pretrainedReward, learnerReward, pretrainedSessions } = before;
  expect(learner.statistics).toMatchObject({ pretrainedReward, learnerReward, pretrainedSessions });
});

test.each([
  { maxLossShare: 1.2 },
  { maxLossShare: Number.NaN },
  { confidence: 1 },
  { confidence: 0 },
  { firstSessions: 1 },
  { firstSessions: 2.5 },
])('refuses %o', (wrong) => {
  const make = () => withRewardFloor({ pretrained: fixedPolicy(GOOD), learner: frozen(fixedPolicy(GOOD)), ...wrong });
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(expect.objectContaining({ option: Object.keys(wrong)[0] }));
});

test('the confidence sequence holds at all times at once', () => {
  const misses = Array.from({ length: 400 }, (_, seed): number => {
    const random = createRandom(seed);
    let [sum, square] = [0, 0];
    for (let n = 1; n <= 2000; n++) {
      const value = random.uniform() < 0.3 ? 1 : 0;
      sum += value;
      square += value * value;
      // An asymptotic sequence: it begins where the floor does.
      if (n < 200) continue;
      const mean = sum / n;
      const radius = confidenceRadius(n, Math.sqrt(square / n - mean ** 2), 0.95, 200);
      if (Math.abs(mean - 0.3) > radius) return 1;
    }
    return 0;
  }).reduce((total, missed) => total + missed, 0);
  expect(misses / 400).toBeLessThan(0.05);
});

test('the radius by hand', () => {
  // alpha 0.05: -2 ln 0.05 = 5.9915, rho^2 = (5.9915 + ln 6.9915) / 100 = 0.0793602; at n = 100, n rho^2 + 1 = 8.93602.
  // 2 sqrt(2 * 8.93602 / (10^4 * 0.0793602) * ln(sqrt(8.93602) / 0.05)) = 2 sqrt(0.0225201 * 4.09078) = 0.607035
  expect(confidenceRadius(100, 2, 0.95, 100)).toBeCloseTo(0.607, 3);
  expect(confidenceRadius(1, 2, 0.95, 100)).toBe(Number.POSITIVE_INFINITY);
});
