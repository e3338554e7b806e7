import { createRandom, InvalidOptionError, type Observation } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  type Learner,
  type Network,
  runOnline,
  TrajectoryRecorder,
} from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import {
  createAdaptiveLearner,
  createAnnealedGate,
  createCusumDetector,
  createFineTuningLearner,
  createMixturePolicy,
  createOnlineNetwork,
  createPageHinkleyDetector,
  createReturnAdaptiveGate,
  createSessionPolicy,
  createSessionReturnGate,
  createValueSoftmaxGate,
  falseAlarmRate,
  withExposureCap,
  withRewardFloor,
  withRollback,
} from './index.js';
import { makeObservation } from './test-support/policies.js';

const makeNetwork = (items = 8, heads: Network['heads'] = ['actor', 'value']): Network =>
  createNetwork({ items, heads, embedding: 4, hidden: 8, random: createRandom(1) });
const network = makeNetwork();
const pretrained = createNetworkPolicy(network);
const q = makeNetwork(8, ['q']);
const online = () => createA2C({ network: network.copy() });

test.each<[string, () => unknown, string | RegExp]>([
  ['per', () => createAdaptiveLearner({ pretrained, online: online(), per: 'session' } as never), /found "per"/],
  [
    'regretbudget',
    () => createReturnAdaptiveGate({ critic: network, regretbudget: 1 } as never),
    /found "regretbudget"/,
  ],
  ['windowSession', () => createSessionReturnGate({ windowSession: 1 } as never), /found "windowSession"/],
  ['burnin', () => createCusumDetector({ burnin: 10 } as never), /found "burnin"/],
  ['beta', () => createPageHinkleyDetector({ beta: 10 } as never), /found "beta"/],
  ['form', () => createAnnealedGate({ interactions: 10, form: 'cosine' } as never), /found "form"/],
  ['scale', () => createOnlineNetwork(network, { logitScale: 0.5, scale: 1 } as never), /found "scale"/],
  [
    'a network as pretrained',
    () => createAdaptiveLearner({ pretrained: network, online: online() } as never),
    'pretrained: expected a policy, such as createNetworkPolicy(network); found a network.',
  ],
  [
    'a network as online',
    () => createAdaptiveLearner({ pretrained, online: network } as never),
    'online: expected a learner, such as createA2C({ network }); found a network.',
  ],
  [
    'the pre-trained network itself',
    () => createOnlineNetwork(network, network),
    /^start: .*found the pre-trained network/,
  ],
  [
    'another catalogue',
    () => createOnlineNetwork(network, makeNetwork(9)),
    'start: expected a network for the catalogue of 8 items; found one for 9 items.',
  ],
  ['a policy', () => createOnlineNetwork(pretrained as never, 'warm'), /^pretrained: expected a network/],
  ['no function', () => createFineTuningLearner(network, undefined as never), /^createLearner: expected a function/],
  ['no options of a gate', () => createAnnealedGate(undefined as never), /^options: expected an object/],
  ['an unknown shape', () => createAnnealedGate({ interactions: 10, shape: 'toString' as never }), /^shape: /],
  ['no draws', () => falseAlarmRate({ make: createCusumDetector } as never), /^draw: expected a function/],
  [
    'no generator',
    () => falseAlarmRate({ make: createCusumDetector, draw: () => 1, length: 1, runs: 1 } as never),
    /^random: /,
  ],
  [
    'a weight',
    () => createMixturePolicy(pretrained, pretrained, 0.5 as never),
    'weigh: expected a function, such as (observation, weights) => weights.fill(0.5); found 0.5.',
  ],
  [
    'a weight by session',
    () => createSessionPolicy(pretrained, pretrained, 0.5 as never),
    /^weigh: expected a function/,
  ],
  [
    'no head q',
    () => createValueSoftmaxGate({ pretrained: network, online: network, values: network }),
    "values: expected a network with the head 'q'; found one with the heads actor, value.",
  ],
  [
    'a policy as pretrained',
    () => createValueSoftmaxGate({ pretrained, online: network, values: q } as never),
    /^pretrained: expected a network with the head 'actor'/,
  ],
  [
    'another catalogue of values',
    () => createValueSoftmaxGate({ pretrained: network, online: makeNetwork(9), values: q }),
    /^online: .*found one for 9 items/,
  ],
])('refuses %s', (_what, make, message) => {
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(message);
});

test('a critic for another catalogue is named', () => {
  const learner = createAdaptiveLearner({
    ...{ pretrained, online: createFrozenLearner(pretrained) },
    gate: createReturnAdaptiveGate({ critic: makeNetwork(4) }),
  });
  const respond = (_: unknown, item: number) => item % 2;
  const responses = {
    specificationVersion: 'v1' as const,
    users: 1,
    items: 8,
    rewardRange: [0, 1] as const,
    window: 0,
    respond,
  };
  const environment = createSimulator({ name: 'odd', responses });
  expect(() => runOnline({ environment, learner, interactions: 100, seed: 1, random: createRandom(1) })).toThrow(
    'critic: expected a critic for the catalogue of 8 items; found a network for 4 items.',
  );
});

test('a gate of version 1 is refused, with what to change', () => {
  const gate = {
    specificationVersion: 'v1',
    weigh: (_: unknown, weights: Float32Array) => void weights.fill(0.5),
    observe: ({ rollout }: { readonly rollout: { readonly steps: number } }) => void rollout.steps,
  };
  const make = () => createAdaptiveLearner({ pretrained, online: online(), gate } as never);
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(
    /^gate\.specificationVersion: expected 'v2', version 2 of the interface: .*trajectories instead of .*rollout.*; found "v1"\.$/,
  );
});

test.each<[string, (first: never) => unknown]>([
  ['pretrained', (first) => createAdaptiveLearner({ pretrained: first, online: online() })],
  ['first', (first) => createMixturePolicy(first, pretrained, () => {})],
  ['second', (first) => createSessionPolicy(pretrained, first, () => {})],
])('a policy of version 1 is refused as %s, with what to change', (option, make) => {
  const first = { specificationVersion: 'v1', items: 8, distribution: pretrained.distribution };
  expect(() => make(first as never)).toThrow(
    new RegExp(`^${option}\\.specificationVersion: expected 'v2'.*available and exclusions instead of mask`),
  );
});

test.each<[string, (first: never) => unknown]>([
  ['online', (first) => createAdaptiveLearner({ pretrained, online: first })],
  ['learner', (first) => withExposureCap(first, { maxItemShare: 0.5 })],
  ['learner', (first) => withRewardFloor({ pretrained, learner: first })],
  ['learner', (first) => withRollback(first, { network, detector: createCusumDetector() })],
])('a learner of version 1 is refused as %s, with what to change', (option, make) => {
  const first = { ...createFrozenLearner(pretrained), specificationVersion: 'v1' };
  expect(() => make(first as never)).toThrow(
    new RegExp(`^${option}\\.specificationVersion: expected 'v2'.*learn from trajectories instead of rollouts`),
  );
});

const firstObservation = {
  ...{ sessions: 1, items: 8, historyLength: 10, turn: new Int32Array(1), mask: new Uint8Array(8).fill(1) },
  ...{ historyItems: new Int32Array(10).fill(-1), historyFeedback: new Float32Array(10) },
};

test.each<[string, () => Learner]>([
  ['by step', () => createAdaptiveLearner({ pretrained, online: online() })],
  ['by session', () => createAdaptiveLearner({ pretrained, online: online(), by: 'session' })],
  ['a reward floor', () => withRewardFloor({ pretrained, learner: online() })],
  ['an exposure cap', () => withExposureCap(online(), { maxItemShare: 0.5 })],
])('an observation of version 1 is refused %s, with what to change', (_what, make) => {
  const decide = () => make().policy.distribution(firstObservation as never);
  expect(decide).toThrow(InvalidOptionError);
  expect(decide).toThrow(/rename sessions to rows.*replace mask by\s+available.*exclusions/);
});

describe.each<[string, () => Learner]>([
  ['by session', () => createAdaptiveLearner({ pretrained, online: online(), by: 'session' })],
  ['a reward floor', () => withRewardFloor({ pretrained, learner: online() })],
])('keys are checked %s', (_what, make) => {
  const state = { ...makeObservation(2, 8), historyLength: 10, historyItems: new Int32Array(20).fill(-1) };
  const withKeys = (session: unknown) =>
    ({ ...state, historyFeedback: new Float32Array(20), session }) as unknown as Observation;

  test.each<[unknown, RegExp | string]>([
    [[1, 2], /^session of the observation: expected a Float64Array of a key for each row, such as .*; found/],
    [['a', 'b'], /^session of the observation: expected a Float64Array/],
    [Int32Array.of(1, 2), /^session of the observation: expected a Float64Array/],
    [Float64Array.of(1), /^observation: expected rows, each with the key .*; found 2 rows and 1 keys\.$/],
    [Float64Array.of(1, -1), 'session[1] of the observation: expected a key: an integer of at least 0; found -1.'],
    [Float64Array.of(0.5, 1), 'session[0] of the observation: expected a key: an integer of at least 0; found 0.5.'],
    [Float64Array.of(1, Number.NaN), /^session\[1\] of the observation: .*; found NaN\.$/],
    [Float64Array.of(2 ** 53, 1), /^session\[0\] of the observation/],
  ])('%o', (session, message) => {
    const decide = () => make().policy.distribution(withKeys(session));
    expect(decide).toThrow(InvalidOptionError);
    expect(decide).toThrow(message);
    expect(() => make().policy.distribution(withKeys(Float64Array.of(0, 2 ** 53 - 1)))).not.toThrow();
  });
});

test.each<[string, () => Learner]>([
  ['by step', () => createAdaptiveLearner({ pretrained, online: online() })],
  ['by session', () => createAdaptiveLearner({ pretrained, online: online(), by: 'session' })],
  ['a reward floor', () => withRewardFloor({ pretrained, learner: online() })],
  ['a rollback', () => rolledBack()],
])('what is not experience is refused %s, and nothing is changed', (_what, make) => {
  const learner = make();
  const before = JSON.stringify(learner.checkpoint?.());
  const rollout = { ...{ steps: 1, sessions: 1, actions: new Int32Array(1) }, terminated: new Uint8Array(1) };
  const nothing = new TrajectoryRecorder({ items: 8, historyLength: 10 }).take();
  for (const [wrong, message] of [
    [
      undefined,
      /^trajectories: expected Trajectories: .*recorder\.take\(\) of a TrajectoryRecorder makes them; found undefined\.$/,
    ],
    [{ rows: 3 }, /^trajectories: expected Trajectories: .*; found an object\.$/],
    [rollout, /^trajectories: expected Trajectories: .*; found a rollout, of version 1\.$/],
    [nothing, 'trajectories: expected at least one decision with its feedback; found no rows.'],
  ] as const) {
    expect(() => learner.learn(wrong as never)).toThrow(InvalidOptionError);
    expect(() => learner.learn(wrong as never)).toThrow(message);
  }
  expect(JSON.stringify(learner.checkpoint?.())).toBe(before);
});

function rolledBack(): Learner {
  const learner = online();
  return withRollback(learner, { network: learner.network, detector: createCusumDetector() });
}
