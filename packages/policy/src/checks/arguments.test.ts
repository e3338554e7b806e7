import { createRandom, InvalidOptionError, type Random } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { MissingHeadError } from '../errors.js';
import { ReplayBuffer } from '../experience/replay-buffer.js';
import { type RunOnlineOptions, runOnline } from '../experience/run-online.js';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import { createEpsilonGreedy } from '../learners/bandits/epsilon-greedy.js';
import { createItemKnn } from '../learners/bandits/item-knn.js';
import { createLinUcb } from '../learners/bandits/lin-ucb.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createThompsonSampling } from '../learners/bandits/thompson-sampling.js';
import { createFrozenLearner } from '../learners/frozen-learner.js';
import { initOutputsFromEmbeddings } from '../learners/init-outputs.js';
import { createBcq } from '../learners/offline/bcq.js';
import { createBehaviorCloning } from '../learners/offline/behavior-cloning.js';
import { createCql } from '../learners/offline/cql.js';
import { createCrr } from '../learners/offline/crr.js';
import { createSa2c } from '../learners/offline/sa2c.js';
import { createSac4Rec, createSqn } from '../learners/offline/self-supervised.js';
import { createA2C } from '../learners/online/a2c.js';
import { createDqn } from '../learners/online/dqn.js';
import { createPpo } from '../learners/online/ppo.js';
import { createReinforce } from '../learners/online/reinforce.js';
import { createDiscreteSac } from '../learners/online/sac-discrete.js';
import type { Head, Network } from '../network.js';
import { createActionValuePolicy } from '../policies/action-value-policy.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import { observationOf } from '../test-support/observations.js';

const ITEMS = 6;
const networkWith = (heads: readonly Head[], items = ITEMS) =>
  createNetwork({ items, historyLength: 2, embedding: 4, hidden: 4, heads, random: createRandom(1) });
const ALL = networkWith(['actor', 'value', 'q']);
const buffer = new ReplayBuffer({ bufferSize: 4, items: ITEMS, historyLength: 2 });
const seeded = createRandom(1);

/** For each maker: the heads that it needs, and a call with a network and a generator. */
const MAKERS: Readonly<Record<string, readonly [readonly Head[], (network: Network, random: Random) => unknown]>> = {
  createA2C: [['actor', 'value'], (network) => createA2C({ network })],
  createReinforce: [['actor'], (network) => createReinforce({ network })],
  createPpo: [['actor', 'value'], (network, random) => createPpo({ network, random })],
  createDqn: [['q'], (network, random) => createDqn({ network, random })],
  'createDqn, dueling': [['q', 'value'], (network, random) => createDqn({ network, random, dueling: true })],
  createDiscreteSac: [['actor', 'q'], (network, random) => createDiscreteSac({ network, random })],
  createBehaviorCloning: [['actor'], (network, random) => createBehaviorCloning({ network, buffer, random })],
  createCql: [['q'], (network, random) => createCql({ network, buffer, random })],
  createBcq: [['actor', 'q'], (network, random) => createBcq({ network, buffer, random })],
  createCrr: [['actor', 'q'], (network, random) => createCrr({ network, buffer, random })],
  createSa2c: [['actor', 'q'], (network, random) => createSa2c({ network, buffer, random })],
  createSqn: [['actor', 'q'], (network, random) => createSqn({ network, buffer, random })],
  createSac4Rec: [['actor', 'q'], (network, random) => createSac4Rec({ network, buffer, random })],
  createNetworkPolicy: [['actor'], (network) => createNetworkPolicy(network)],
  createActionValuePolicy: [['q'], (network) => createActionValuePolicy(network)],
};

describe.each(Object.entries(MAKERS))('%s', (name, [heads, make]) => {
  test('takes a network with the heads that it needs', () => {
    expect(() => make(networkWith(heads), seeded)).not.toThrow();
  });

  test.each(heads)('refuses a network without the head %s, and names it', (missing) => {
    const others = (['actor', 'value', 'q'] as const).filter((head) => head !== missing);
    const call = () => make(networkWith(others), seeded);
    expect(call).toThrow(MissingHeadError);
    expect(call).toThrow(`${name.split(',')[0]}: expected a network with the head '${missing}'`);
  });

  test('refuses what is no network', () => {
    for (const value of [undefined, {}, createRandomPolicy(ITEMS), Math.random]) {
      expect(() => make(value as never, seeded)).toThrow(
        /network: expected a Network, such as createNetwork makes; found/,
      );
    }
  });
});

const TAKES_RANDOM: Readonly<Record<string, (random: Random) => unknown>> = {
  ...Object.fromEntries(
    Object.entries(MAKERS)
      .filter(([, [, make]]) => make.length > 1)
      .map(([name, [, make]]) => [name, (random: Random) => make(ALL, random)]),
  ),
  createNetwork: (random) => createNetwork({ items: ITEMS, random }),
  createThompsonSampling: (random) => createThompsonSampling({ items: ITEMS, random }),
  initOutputsFromEmbeddings: (random) =>
    initOutputsFromEmbeddings(networkWith(['actor']), {
      itemEmbeddings: { data: new Float32Array(ITEMS * 4), width: 4 },
      random,
    }),
  'buffer.sample': (random) => filled().sample(1, random),
  interact: (random) => runOnline({ ...run(), random }),
  'sampledSoftmax.random': (random) =>
    ALL.trainStep(states(), new Int32Array(1), () => ({ policyWeight: Float32Array.of(1) }), {
      ...{ learningRate: 0, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 },
      sampledSoftmax: { items: 2, random },
    }),
  'a draw of a network': (random) => createNetworkPolicy(ALL).distribution(states()).sample(random),
  'a draw of action values': (random) => createActionValuePolicy(ALL).distribution(states()).sample(random),
  'a draw at random': (random) => createRandomPolicy(ITEMS).distribution(states()).sample(random),
  'a draw of Thompson sampling': (random) =>
    createThompsonSampling({ items: ITEMS, random: createRandom(1) })
      .policy.distribution(states())
      .sample(random),
};

test.each(Object.entries(TAKES_RANDOM))(
  '%s refuses a missing generator and Math.random, and says what to pass',
  (_, call) => {
    expect(() => call(createRandom(1))).not.toThrow();
    for (const value of [undefined, null, Math.random, {}, 7]) {
      expect(() => call(value as never)).toThrow(InvalidOptionError);
      expect(() => call(value as never)).toThrow(/andom: expected a seeded generator, such as createRandom\(1\)/);
    }
    expect(() => call(Math.random as never)).toThrow(/found Math\.random, which has no seed/);
  },
);

const states = () => observationOf(1, ITEMS, { historyLength: 2 });

function filled(): ReplayBuffer {
  const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: 2 });
  recorder.recordAction(states(), { items: Int32Array.of(1), propensity: Float32Array.of(1) });
  recorder.recordFeedback(
    { ...states(), turn: Int32Array.of(1) },
    { reward: Float32Array.of(1), terminated: Uint8Array.of(1), truncated: new Uint8Array(1) },
  );
  const full = new ReplayBuffer({ bufferSize: 4, items: ITEMS, historyLength: 2 });
  full.add(recorder.take());
  return full;
}

function run(): RunOnlineOptions {
  const environment = createSimulator({
    name: 'small',
    responses: { specificationVersion: 'v1', users: 2, items: ITEMS, rewardRange: [0, 1], window: 0, respond: () => 1 },
    terminationRules: [createDistractionRule({ probability: 0.2 })],
    ...{ sessions: 2, historyLength: 2, maxTurns: 4 },
  });
  const learner = createFrozenLearner(createRandomPolicy(ITEMS));
  return { environment, learner, interactions: 8, seed: 1, random: createRandom(1) };
}

describe.each(
  Object.entries({
    ...{
      createA2C,
      createReinforce,
      createPpo,
      createDqn,
      createDiscreteSac,
      createBehaviorCloning,
      createCql,
      createBcq,
    },
    ...{ createCrr, createSa2c, createSqn, createSac4Rec, createThompsonSampling, createNetwork },
    ...{ createPopularity, createEpsilonGreedy, createItemKnn, createLinUcb, runOnline },
  }),
)('%s', (_, make) => {
  test.each([null, undefined, 5, []])('refuses options of %o', (options) => {
    const call = () => (make as (given: unknown) => unknown)(options);
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(/^options: expected an object, such as \{ .* \}; found /);
  });
});

describe('a policy and a learner are told apart', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a policy where a learner is due',
      () => runOnline({ ...run(), learner: createRandomPolicy(ITEMS) as never }),
      /learner: expected a Learner, .*: createFrozenLearner\(policy\) makes one of a policy; found a Policy/,
    ],
    [
      'an offline learner where a learner is due',
      () => runOnline({ ...run(), learner: createBcq({ network: ALL, buffer, random: seeded }) as never }),
      /learner: .*createFrozenLearner\(it\.policy\).*; found an OfflineLearner/,
    ],
    ['no learner', () => runOnline({ ...run(), learner: undefined as never }), /learner: .* found undefined/],
    [
      'a learner where a policy is due',
      () => createFrozenLearner(createA2C({ network: ALL }) as never),
      /policy: expected a Policy, with 'items' and 'distribution': pass the '\.policy' of what you passed; found a Learner/,
    ],
    ['no policy', () => createFrozenLearner(undefined as never), /policy: .* found undefined/],
    ['no environment', () => runOnline({ ...run(), environment: {} as never }), /environment: expected an Environment/],
    ['no buffer', () => createCql({ network: ALL, random: seeded } as never), /buffer: expected a ReplayBuffer/],
    [
      'a buffer of another catalogue',
      () => createCql({ network: networkWith(['q'], 9), buffer, random: seeded }),
      /items of the buffer: expected 9; found 6/,
    ],
  ])('%s is refused', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
