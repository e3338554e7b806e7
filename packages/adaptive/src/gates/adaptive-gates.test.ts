import { createRandom, type Environment, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  type Learner,
  type Network,
  type Policy,
  runOnline,
} from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import { gateChecks } from '../conformance/index.js';
import type { Gate } from '../gate.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { fixedPolicy } from '../test-support/policies.js';
import { Visitors } from '../test-support/visitors.js';
import { createReturnAdaptiveGate } from './return-adaptive.js';
import { RunningMean } from './running-mean.js';
import { createSessionReturnGate } from './session-return.js';
import { temporalDifferences } from './temporal-differences.js';
import { createValueSoftmaxGate } from './value-softmax.js';

const ITEMS = 4;
/** Chances of a like: what is shown decides nothing else, so that values can be worked out by hand. */
const LIKES = [0.8, 0.6, 0.4, 0.2];
const GOOD = [0.7, 0.1, 0.1, 0.1];
const BAD = [0.1, 0.1, 0.1, 0.7];
const meanLikes = (policy: number[]): number => policy.reduce((sum, p, item) => sum + p * LIKES[item], 0);

const makeEnv = (): Environment => {
  const responses: ResponseModel = {
    ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: 0 },
    respond: (_session, item, random) => (random.uniform() < LIKES[item] ? 1 : 0),
  };
  const terminationRules = [createDistractionRule({ probability: 0.2 })];
  return createSimulator({ name: 'likes', responses, terminationRules, sessions: 32, historyLength: 2, repeats: true });
};
const makeNetwork = (seed: number, heads: ('actor' | 'value' | 'q')[] = ['actor', 'value']): Network =>
  createNetwork({ items: ITEMS, historyLength: 2, embedding: 4, hidden: 8, heads, random: createRandom(seed) });
/** A critic that knows nothing. */
const noCritic = { values: ({ rows }: { rows: number }) => new Float32Array(rows) };

/** Runs a mixture of two frozen policies, with five steps between updates. */
function meet(
  gate: Gate,
  pretrained: Policy,
  online: Policy,
  interactions: number,
  by: 'step' | 'session' = 'step',
): void {
  const frozen: Learner = { ...createFrozenLearner(online), rolloutLength: 5 };
  const learner = createAdaptiveLearner({ pretrained, online: frozen, gate, by });
  runOnline({ environment: makeEnv(), learner, interactions, seed: 1, random: createRandom(2), finishSessions: false });
}

describe.each<[string, () => Gate]>([
  ['return-adaptive', () => createReturnAdaptiveGate({ critic: makeNetwork(1) })],
  ['session-return', () => createSessionReturnGate()],
])('the gate %s keeps the rules', (_name, make) => {
  for (const check of gateChecks(make)) test(check.name, check.run);
});

describe('return-adaptive', () => {
  test.each([
    ['without a critic', noCritic],
    ['with a critic that is wrong', { values: ({ rows }: { rows: number }) => new Float32Array(rows).fill(3) }],
  ])('estimates by how much the online policy falls short, %s', (_name, critic) => {
    const gate = createReturnAdaptiveGate({ critic, discount: 0, windowInteractions: 1e6, regretBudget: 0 });
    meet(gate, fixedPolicy(GOOD), fixedPolicy(BAD), 32 * 3000);
    const gap = 1 - meanLikes(BAD) / meanLikes(GOOD);
    const { gap: found, standardError } = gate.estimates;
    expect(Math.abs(found - gap)).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.05);
  });

  test('the stated error is the error: estimates of many deployments spread as they say', () => {
    const errors = Array.from({ length: 60 }, (_, seed) => {
      const gate = createReturnAdaptiveGate({
        critic: noCritic,
        discount: 0,
        windowInteractions: 1e6,
        regretBudget: 0,
        maxPretrainedWeight: 0.5,
      });
      const frozen: Learner = { ...createFrozenLearner(fixedPolicy(BAD)), rolloutLength: 5 };
      const learner = createAdaptiveLearner({ pretrained: fixedPolicy(GOOD), online: frozen, gate });
      const random = createRandom(seed);
      runOnline({ environment: makeEnv(), learner, interactions: 3200, seed, random, finishSessions: false });
      return (gate.estimates.gap - (1 - meanLikes(BAD) / meanLikes(GOOD))) / gate.estimates.standardError;
    });
    const spread = Math.sqrt(errors.reduce((sum, z) => sum + z * z, 0) / errors.length);
    // Never too small; a little too great, as the gap's numerator and denominator rise and fall together.
    expect(spread).toBeGreaterThan(0.5);
    expect(spread).toBeLessThan(1.2);
  });

  test('opens at once where the pre-trained policy is the worse one, at any caution', () => {
    const gate = createReturnAdaptiveGate({ critic: noCritic, discount: 0, regretBudget: 0 });
    meet(gate, fixedPolicy(BAD), fixedPolicy(GOOD), 32 * 5 * 16);
    expect(gate.estimates.gap).toBeLessThan(0);
    expect(gate.estimates.weight).toBe(0);
  });

  test('presumes the worst of the online policy at first, and less as it is seen', () => {
    // Both policies are the same: only the presumption counts against the online policy.
    const weightAfter = (interactions: number, presumption: object): number => {
      const gate = createReturnAdaptiveGate({
        critic: noCritic,
        discount: 0,
        budgetRampInteractions: 0,
        regretBudget: 0.2,
        ...presumption,
      });
      meet(gate, fixedPolicy(GOOD), fixedPolicy(GOOD), interactions);
      return gate.estimates.weight;
    };
    // No gap is seen: (n * 0 + 2000 * 1) / (n + 2000) is feared, of which a fifth of the reward may be lost; and what one more
    // row could change, one in n.
    for (const interactions of [1600, 3200]) {
      const presumedFully = 1 - (0.2 * (interactions + 2000)) / 2000;
      expect(weightAfter(interactions, {})).toBeGreaterThanOrEqual(presumedFully - 1e-6);
      expect(weightAfter(interactions, {})).toBeLessThan(presumedFully + 2 / interactions);
      const presumedHalf = Math.max(0, 1 - (0.2 * (interactions + 2000)) / 1000);
      expect(weightAfter(interactions, { priorGap: 0.5 })).toBeGreaterThanOrEqual(presumedHalf - 1e-6);
      expect(weightAfter(interactions, { priorGap: 0.5 })).toBeLessThan(presumedHalf + 4 / interactions);
      expect(weightAfter(interactions, { priorStrength: 0 })).toBe(0);
    }
    expect(weightAfter(32_000, {})).toBe(0);
  });

  test('gives up no more than the budget', () => {
    const gate = createReturnAdaptiveGate({
      critic: noCritic,
      discount: 0,
      regretBudget: 0.2,
      budgetRampInteractions: 0,
      windowInteractions: 200,
    });
    meet(gate, fixedPolicy(GOOD), fixedPolicy(BAD), 32 * 3000);
    const lost = (1 - gate.estimates.weight) * (1 - meanLikes(BAD) / meanLikes(GOOD));
    expect(lost).toBeGreaterThan(0.15);
    expect(lost).toBeLessThan(0.22);
  });

  test('begins with the greatest share, and grows bolder', () => {
    const weights: number[] = [];
    const gate = createReturnAdaptiveGate({
      critic: noCritic,
      discount: 0,
      regretBudget: 0.4,
      budgetRampInteractions: 20_000,
    });
    const watched: Gate = {
      specificationVersion: 'v2',
      weigh(context, shares) {
        gate.weigh(context, shares);
        weights.push(shares[0]);
      },
      observe: (experience) => gate.observe?.(experience),
    };
    meet(watched, fixedPolicy(GOOD), fixedPolicy(BAD), 40_000);
    expect(weights[0]).toBeCloseTo(0.98, 6);
    const at = (interactions: number): number => weights[Math.floor(interactions / 32)];
    expect(at(5000)).toBeGreaterThan(at(15_000));
    expect(at(15_000)).toBeGreaterThan(at(35_000));
  });

  test('hands over to a policy that has learned more', () => {
    const network = makeNetwork(3);
    const online = createA2C({ network, rolloutLength: 5, discount: 0, learningRate: 0.02, entropyWeight: 0 });
    const gate = createReturnAdaptiveGate({ critic: network, discount: 0, budgetRampInteractions: 4000 });
    const learner = createAdaptiveLearner({ pretrained: fixedPolicy([0.1, 0.7, 0.1, 0.1]), online, gate });
    const { reward } = runOnline({
      ...{ environment: makeEnv(), learner, interactions: 40_000, seed: 1, random: createRandom(2) },
    });
    expect(gate.estimates.weight).toBe(0);
    expect(reward.slice(-4000).reduce((sum, r) => sum + r, 0) / 4000).toBeGreaterThan(0.72);
  });

  test('a reward that is no number moves nothing: it is for the learner to refuse', () => {
    const gate = createReturnAdaptiveGate({ critic: noCritic, discount: 0 });
    meet(gate, fixedPolicy(GOOD), fixedPolicy(BAD), 32 * 5 * 10);
    const before = gate.estimates;
    const network = makeNetwork(4);
    const learner = createAdaptiveLearner({
      ...{ pretrained: fixedPolicy(GOOD), online: createA2C({ network, rolloutLength: 5 }) },
      gate: {
        specificationVersion: 'v2',
        weigh: gate.weigh,
        observe(experience) {
          experience.trajectories.reward.fill(Number.NaN);
          gate.observe?.(experience);
        },
      },
    });
    const run = () =>
      runOnline({ environment: makeEnv(), learner, interactions: 320, seed: 1, random: createRandom(2) });
    expect(run).toThrow(/trajectories\.reward\[0\]: expected a finite number; found NaN/);
    expect(gate.estimates).toEqual(before);
  });
});

describe('session-return', () => {
  test('compares what sessions of either policy earn', () => {
    const gate = createSessionReturnGate({
      regretBudget: 0.3,
      budgetRampInteractions: 0,
      windowSessions: 1000,
      zScore: 0,
    });
    meet(gate, fixedPolicy(GOOD), fixedPolicy(BAD), 60_000, 'session');
    const { pretrainedReward, onlineReward, weight } = gate.estimates;
    // Sessions have 5 turns on average, cut at 20: (1 - 0.8^20) / 0.2.
    const turns = (1 - 0.8 ** 20) / 0.2;
    expect(Math.abs((pretrainedReward ?? 0) / (turns * meanLikes(GOOD)) - 1)).toBeLessThan(0.1);
    expect(Math.abs((onlineReward ?? 0) / (turns * meanLikes(BAD)) - 1)).toBeLessThan(0.15);
    const lost = (1 - weight) * (1 - meanLikes(BAD) / meanLikes(GOOD));
    expect(lost).toBeGreaterThan(0.2);
    expect(lost).toBeLessThan(0.4);
  });

  test('opens where the pre-trained policy is the worse one', () => {
    const gate = createSessionReturnGate({ regretBudget: 0, maxPretrainedWeight: 0.5 });
    meet(gate, fixedPolicy(BAD), fixedPolicy(GOOD), 12_000, 'session');
    expect(gate.estimates.weight).toBe(0);
  });

  test('is refused where sessions are not divided', () => {
    expect(() => meet(createSessionReturnGate(), fixedPolicy(BAD), fixedPolicy(GOOD), 64, 'step')).toThrow(
      /by: expected 'session', which the gate needs; found "step"/,
    );
  });
});

describe('value-softmax', () => {
  /** A network whose actor shows an item nearly always. */
  function certainOf(item: number): Network {
    const network = makeNetwork(item + 10);
    const weights = network.weights();
    const bias = weights['actorBias'].data.map((_, k) => (k === item ? 8 : 0));
    network.setWeights({ ...weights, actorBias: { shape: weights['actorBias'].shape, data: bias } });
    return network;
  }
  const make = (pretrained: Network, online: Network) =>
    createValueSoftmaxGate({ pretrained, online, values: makeNetwork(9, ['q']), discount: 0, learningRate: 0.02 });

  describe('keeps the rules', () => {
    for (const check of gateChecks(() => make(certainOf(0), certainOf(3)))) test(check.name, check.run);
  });

  test.each([
    ['the pre-trained policy', 0, 3, 0.9, 1],
    ['the online policy', 3, 0, 0, 0.1],
  ])('leans on %s where its proposal is worth more', (_name, first, second, least, most) => {
    const [pretrained, online] = [certainOf(first), certainOf(second)];
    const gate = make(pretrained, online);
    meet(gate, createNetworkPolicy(pretrained), createNetworkPolicy(online), 32_000);
    const weights = new Float32Array(32);
    gate.weigh({ interactions: 32_000, observation: makeEnv().reset({ seed: 5 }) }, weights);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...weights)).toBeLessThanOrEqual(most);
  });
});

test('temporal differences by hand, of two sessions that take turns', () => {
  // Session 0 earns 1 and 0, and leaves; session 1 earns 2 between them, and stays.
  const visitors = new Visitors({
    ...{ items: ITEMS, turnsOf: (session) => (session === 0 ? 2 : 9) },
    rewardOf: (session, turn) => (session === 1 ? 2 : 1 - turn),
  });
  const decide = () => ({ items: Int32Array.of(0), propensity: Float32Array.of(1) });
  for (const session of [0, 1, 0]) visitors.serve([session], decide);
  const trajectories = visitors.take();
  const value = [0.5, 0.5, 1];
  const lastValue = [0.5, 2];
  const { delta, constant } = temporalDifferences({ trajectories, value, lastValue, discount: 0.5 });
  expect([...delta]).toEqual([1, 2.5, -1]);
  expect([...constant]).toEqual([0.5, 0.5, 1]);
  // With V + 2, temporal differences are less by twice the constant.
  const shifted = temporalDifferences({
    ...{ trajectories, discount: 0.5 },
    value: value.map((v) => v + 2),
    lastValue: lastValue.map((v) => v + 2),
  });
  expect([...shifted.delta]).toEqual([...delta].map((d, row) => d - 2 * constant[row]));
});

test('a running mean of few values is their mean, with its standard error', () => {
  const mean = new RunningMean(100);
  for (const value of [1, 2, 3, 6]) mean.add(value);
  expect(mean.mean).toBeCloseTo(3, 12);
  // Variance (4 + 1 + 0 + 9) / 4 = 3.5, of the mean a quarter of it.
  expect(mean.standardError).toBeCloseTo(Math.sqrt(3.5 / 4), 12);
  expect(new RunningMean(5).standardError).toBe(Number.POSITIVE_INFINITY);
});

test('a running mean forgets, and knows what it is worth', () => {
  const random = createRandom(1);
  const inBounds = Array.from({ length: 300 }, () => {
    const mean = new RunningMean(50);
    for (let k = 0; k < 400; k++) mean.add(5 + random.normal());
    for (let k = 0; k < 600; k++) mean.add(random.normal());
    return Math.abs(mean.mean) < 1.96 * mean.standardError ? 1 : 0;
  }).reduce((sum: number, inside) => sum + inside, 0);
  expect(inBounds / 300).toBeGreaterThan(0.9);
  expect(inBounds / 300).toBeLessThan(0.99);
});

test.each([
  [() => createReturnAdaptiveGate({ critic: noCritic, regretBudget: 1.5 }), 'regretBudget'],
  [() => createReturnAdaptiveGate({ critic: noCritic, budgetRampInteractions: -1 }), 'budgetRampInteractions'],
  [() => createReturnAdaptiveGate({ critic: noCritic, zScore: Number.NaN }), 'zScore'],
  [() => createReturnAdaptiveGate({ critic: noCritic, maxPretrainedWeight: 2 }), 'maxPretrainedWeight'],
  [() => createReturnAdaptiveGate({ critic: noCritic, windowInteractions: 0 }), 'windowInteractions'],
  [() => createReturnAdaptiveGate({ critic: noCritic, discount: 2 }), 'discount'],
  [() => createSessionReturnGate({ windowSessions: 0.5 }), 'windowSessions'],
  [() => createSessionReturnGate({ minSessions: 0 }), 'minSessions'],
  [
    () =>
      createValueSoftmaxGate({
        pretrained: makeNetwork(1),
        online: makeNetwork(2),
        values: makeNetwork(3, ['q']),
        temperature: 0,
      }),
    'temperature',
  ],
])('bad options are refused: %s', (make, option) => {
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(expect.objectContaining({ option }));
});
