import { createRandom, InvalidOptionError, type ResponseModel, type Trajectories } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  createRandomPolicy,
  type Learner,
  type Policy,
  runOnline,
} from '@ialp/policy';
import { learnerChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import type { GateExperience } from '../gate.js';
import { createAnnealedGate } from '../gates/annealed.js';
import { createConstantGate } from '../gates/constant.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { fixedPolicy } from '../test-support/policies.js';
import { createAdaptiveLearner } from './adaptive-learner.js';
import { createFineTuningLearner, createOnlineNetwork } from './online-network.js';

const ITEMS = 8;
/** Everybody likes item 6 and nothing else. */
const responses: ResponseModel = {
  specificationVersion: 'v1',
  users: 1,
  items: ITEMS,
  rewardRange: [0, 1],
  window: 0,
  respond: (_, item) => (item === 6 ? 1 : 0),
};
const makeEnv = () => createSimulator({ name: 'six', responses, sessions: 16, maxTurns: 1, historyLength: 2 });
const makeNetwork = (seed: number) =>
  createNetwork({ items: ITEMS, historyLength: 2, embedding: 4, hidden: 8, random: createRandom(seed) });
const makeA2C = (seed: number) => createA2C({ network: makeNetwork(seed), rolloutLength: 4, learningRate: 0.02 });

/** A policy that is certain of item 2, which no user likes. */
const WRONG = [0.01, 0.01, 0.93, 0.01, 0.01, 0.01, 0.01, 0.01];

describe('an adaptive learner keeps the rules of a learner', () => {
  const make = (): Learner =>
    createAdaptiveLearner({
      pretrained: createRandomPolicy(ITEMS),
      online: makeA2C(1),
      gate: createAnnealedGate({ interactions: 100 }),
    });
  for (const check of learnerChecks(make, { historyLength: 2 })) test(check.name, check.run);
});

describe('without a gate', () => {
  const rewardsOf = (learner: Learner): Float32Array =>
    runOnline({ environment: makeEnv(), learner, interactions: 6400, seed: 1, random: createRandom(1) }).reward;

  test('it goes by which of the two earns more', () => {
    const [online, other] = [makeA2C(2), makeA2C(2)];
    const gate = createReturnAdaptiveGate({ critic: other.network });
    const pretrained = fixedPolicy(WRONG);
    const found = rewardsOf(createAdaptiveLearner({ pretrained, online }));
    expect(found).toEqual(rewardsOf(createAdaptiveLearner({ pretrained, online: other, gate })));
    expect(found).not.toEqual(
      rewardsOf(createAdaptiveLearner({ pretrained, online: makeA2C(2), gate: createConstantGate(1) })),
    );
  });

  test('so it does by session, where no critic is needed', () => {
    const pretrained = fixedPolicy(WRONG);
    const [online, other] = [makeA2C(2), makeA2C(2)].map(({ network: _, ...learner }): Learner => learner);
    const found = rewardsOf(createAdaptiveLearner({ pretrained, online, by: 'session' }));
    const gate = createSessionReturnGate();
    expect(found).toEqual(rewardsOf(createAdaptiveLearner({ pretrained, online: other, by: 'session', gate })));
  });

  test('it needs something to judge by', () => {
    const online = createFrozenLearner(createRandomPolicy(ITEMS));
    const make = () => createAdaptiveLearner({ pretrained: fixedPolicy(WRONG), online });
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(/gate: expected a gate, where the online learner has no network/);
  });
});

describe('what it is made of', () => {
  const online = makeA2C(1);
  const pretrained = createRandomPolicy(ITEMS);

  test('the gate, given or not, can be watched', () => {
    const gate = createConstantGate(0.5);
    expect(createAdaptiveLearner({ pretrained, online, gate }).gate).toBe(gate);
    for (const by of ['step', 'session'] as const) {
      const { estimates } = createAdaptiveLearner({ pretrained, online, by }).gate;
      expect(estimates).toMatchObject({ weight: 0.98 });
    }
  });

  test('a pre-trained policy that would be trained is refused', () => {
    const shared = createNetworkPolicy(online.network);
    expect(() => createAdaptiveLearner({ pretrained: shared, online })).toThrow(
      /pretrained: expected a policy that is not trained; copy the network for the online learner: createOnlineNetwork\(/,
    );
    const copied = createNetworkPolicy(createOnlineNetwork(online.network, 'warm'));
    expect(() => createAdaptiveLearner({ pretrained: copied, online })).not.toThrow();
  });

  test.each([
    ['nothing', undefined, /options: expected an object, such as/],
    [
      'a network as the policy',
      { pretrained: online.network, online },
      /pretrained: expected a policy, such as createNetw/,
    ],
    [
      'a network as the learner',
      { pretrained, online: online.network },
      /online: expected a learner, such as createA2C/,
    ],
  ])('%s is refused', (_what, options, message) => {
    const make = () => createAdaptiveLearner(options as never);
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(message);
  });
});

test('begins as the pre-trained policy and ends as the one that learned, though the first is wrong', () => {
  const online = makeA2C(2);
  const learner = createAdaptiveLearner({
    pretrained: fixedPolicy(WRONG),
    online,
    gate: createAnnealedGate({ interactions: 6_400 }),
  });
  const { item } = runOnline({
    environment: makeEnv(),
    learner,
    interactions: 12_800,
    seed: 1,
    random: createRandom(1),
  });
  const share = (wanted: number, from: number, to: number): number =>
    item.slice(from, to).filter((value) => value === wanted).length / (to - from);
  expect(share(2, 0, 320)).toBeGreaterThan(0.8);
  expect(share(6, 12_000, 12_800)).toBeGreaterThan(0.9);
});

test('learns what is right from what another policy shows: the correction is by the mixture’s propensity', () => {
  // Nine tenths of what is shown comes from a policy that shows item 2 nearly always and item 6 now and then.
  const online = makeA2C(3);
  const learner = createAdaptiveLearner({ pretrained: fixedPolicy(WRONG), online, gate: createConstantGate(0.9) });
  runOnline({ environment: makeEnv(), learner, interactions: 40_000, seed: 1, random: createRandom(2) });
  const env = makeEnv();
  const propensity = online.policy.distribution(env.reset({ seed: 1 })).propensity(new Int32Array(16).fill(6));
  expect(propensity[0]).toBeGreaterThan(0.8);
});

test('records the propensity of the mixture with every action', () => {
  const learner = createAdaptiveLearner({
    pretrained: fixedPolicy(WRONG),
    online: createFrozenLearner(createRandomPolicy(ITEMS)),
    gate: createConstantGate(0.5),
  });
  const log = runOnline({ environment: makeEnv(), learner, interactions: 640, seed: 1, random: createRandom(3) });
  log.item.forEach((item, row) => {
    expect(log.propensity[row]).toBeCloseTo(0.5 * WRONG[item] + 0.5 / ITEMS, 5);
  });
});

test('moves the gate on by what was learned from, and shows it the experience', () => {
  const asked: number[] = [];
  const observed: Trajectories[] = [];
  const learner = createAdaptiveLearner({
    pretrained: createRandomPolicy(ITEMS),
    online: makeA2C(4),
    gate: {
      specificationVersion: 'v2',
      weigh({ interactions }, weights) {
        asked.push(interactions);
        weights.fill(1);
      },
      observe: ({ trajectories }) => void observed.push(trajectories),
    },
  });
  runOnline({
    environment: makeEnv(),
    learner,
    interactions: 192,
    seed: 1,
    random: createRandom(4),
    finishSessions: false,
  });
  expect(asked).toEqual([0, 0, 0, 0, 64, 64, 64, 64, 128, 128, 128, 128]);
  expect(observed.length).toBe(3);
});

describe('what a gate is told of either policy', () => {
  const counted = (policy: Policy): Policy & { readonly calls: number } => {
    let calls = 0;
    return {
      specificationVersion: 'v2',
      items: policy.items,
      get calls() {
        return calls;
      },
      distribution(observation) {
        calls++;
        return policy.distribution(observation);
      },
    };
  };
  const propensityOf = (policy: Policy, { states, actions }: Trajectories): Float32Array =>
    policy.distribution(states).propensity(actions).slice();
  /** Deploys with a share of the pre-trained policy. */
  function deploy(share: number, look: (experience: GateExperience, policies: Policy[]) => void) {
    const [pretrained, online] = [counted(createNetworkPolicy(makeNetwork(8))), makeA2C(9)];
    const policy = counted(online.policy);
    const learner = createAdaptiveLearner({
      pretrained,
      online: { ...online, policy },
      gate: {
        specificationVersion: 'v2',
        weigh: (_, weights) => void weights.fill(share),
        observe: (experience) => look(experience, [pretrained, policy]),
      },
    });
    runOnline({ environment: makeEnv(), learner, interactions: 640, seed: 1, random: createRandom(6) });
    return { learner, calls: [pretrained.calls, policy.calls] };
  }

  test.each([0, 0.3, 1])('is what they say, with a share of %d', (share) => {
    let looks = 0;
    deploy(share, ({ trajectories, propensities }, [pretrained, online]) => {
      looks++;
      const found = propensities();
      expect(found.pretrained).toEqual(propensityOf(pretrained, trajectories));
      expect(found.online).toEqual(propensityOf(online, trajectories));
    });
    expect(looks).toBe(10);
  });

  test('is not worked out again where they were asked when they acted', () => {
    const asked = (share: number) => deploy(share, ({ propensities }) => void propensities()).calls;
    // Ten updates of four steps: a policy without a share has to be asked about each.
    expect(asked(0.3)).toEqual([40, 40]);
    expect(asked(0)).toEqual([10, 40]);
    expect(asked(1)).toEqual([40, 10]);
  });

  test('is computed for experience of another policy', () => {
    let looks = 0;
    const { learner } = deploy(0.3, ({ trajectories, propensities }, [pretrained, online]) => {
      looks++;
      const found = propensities();
      expect(found.pretrained).toEqual(propensityOf(pretrained, trajectories));
      expect(found.online).toEqual(propensityOf(online, trajectories));
    });
    const policy = createRandomPolicy(ITEMS);
    const other: Learner = {
      specificationVersion: 'v2',
      policy,
      rolloutLength: 4,
      learn: (trajectories) => learner.learn(trajectories),
    };
    runOnline({ environment: makeEnv(), learner: other, interactions: 640, seed: 2, random: createRandom(7) });
    expect(looks).toBe(20);
  });
});

describe('createOnlineNetwork', () => {
  test('refuses what is no start', () => {
    expect(() => createOnlineNetwork(pretrained, 'hot' as never)).toThrow(/start: expected 'warm'/);
  });

  const observation = makeEnv().reset({ seed: 1 });
  const probabilities = (network: ReturnType<typeof makeNetwork>): number[] =>
    Array.from(
      { length: ITEMS },
      (_, item) => network.evaluate(observation).propensity(new Int32Array(16).fill(item))[0],
    );
  const pretrained = makeNetwork(5);
  pretrained.scaleActor(100);

  test('warm is a copy: identical at first, independent afterwards', () => {
    const warm = createOnlineNetwork(pretrained, 'warm');
    expect(probabilities(warm)).toEqual(probabilities(pretrained));
    const before = probabilities(pretrained);
    warm.scaleActor(0);
    expect(probabilities(pretrained)).toEqual(before);
  });

  test('tempered takes back certainty: log-odds shrink by the factor, the critic stays', () => {
    const tempered = createOnlineNetwork(pretrained, { logitScale: 0.3 });
    const [before, after] = [probabilities(pretrained), probabilities(tempered)];
    for (let item = 1; item < ITEMS; item++) {
      expect(Math.log(after[item] / after[0])).toBeCloseTo(0.3 * Math.log(before[item] / before[0]), 3);
    }
    expect([...tempered.evaluate(observation).value]).toEqual([...pretrained.evaluate(observation).value]);
  });

  test('tempered by 0 is uniform; cold is the network given', () => {
    for (const p of probabilities(createOnlineNetwork(pretrained, { logitScale: 0 })))
      expect(p).toBeCloseTo(1 / ITEMS, 6);
    const own = makeNetwork(6);
    expect(createOnlineNetwork(pretrained, own)).toBe(own);
  });

  test.each([-0.1, 1.1, Number.NaN])('a factor of %d is refused', (logitScale) => {
    expect(() => createOnlineNetwork(pretrained, { logitScale })).toThrow(/logitScale: expected a number from 0 to 1/);
  });

  test('createFineTuningLearner learns on a copy', () => {
    const before = probabilities(pretrained);
    const learner = createFineTuningLearner(pretrained, (network) =>
      createA2C({ network, rolloutLength: 4, learningRate: 0.02 }),
    );
    runOnline({ environment: makeEnv(), learner, interactions: 640, seed: 1, random: createRandom(5) });
    expect(probabilities(pretrained)).toEqual(before);
    expect(learner.network).not.toBe(pretrained);
  });
});
