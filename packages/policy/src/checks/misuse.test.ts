import { createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import {
  createA2C,
  createActionValuePolicy,
  createDiscreteSac,
  createDqn,
  createFrozenLearner,
  createLinearSchedule,
  createNetwork,
  createNetworkPolicy,
  createPpo,
  createRandomPolicy,
  createReinforce,
  initOutputsFromEmbeddings,
  type Network,
  ReplayBuffer,
  runOnline,
  TrajectoryRecorder,
  vTrace,
} from '../index.js';
import {
  createEpsilonGreedy,
  createItemKnn,
  createLinUcb,
  createPopularity,
  createThompsonSampling,
} from '../learners/bandits/index.js';
import {
  createBcq,
  createBehaviorCloning,
  createCql,
  createCrr,
  createSa2c,
  createSac4Rec,
  createSqn,
} from '../learners/offline/index.js';
import { catalogueFingerprint, decodeWeights, encodeWeights } from '../persistence/weights/index.js';

const items = 8;
const random = createRandom(1);
const networkOf = (heads: Network['heads']): Network =>
  createNetwork({ items, embedding: 4, hidden: 8, heads, random: createRandom(1) });
const network = networkOf(['actor', 'value', 'q']);
const environment = createSimulator({
  name: 'odd',
  responses: {
    ...{ specificationVersion: 'v1', users: 1, items, rewardRange: [0, 1], window: 0 },
    respond: (_session, item) => item % 2,
  },
  maxTurns: 4,
});
const run = { environment, learner: createFrozenLearner(createRandomPolicy(items)), interactions: 64, seed: 1, random };

/** A buffer of transitions whose rewards are 0 and 1. */
function filledBuffer(): ReplayBuffer {
  const buffer = new ReplayBuffer({ bufferSize: 1000, items });
  const learner = createFrozenLearner(createRandomPolicy(items));
  runOnline({
    ...run,
    learner: {
      ...learner,
      learn(trajectories) {
        buffer.add(trajectories);
        return {};
      },
    },
  });
  return buffer;
}
const buffer = filledBuffer();
const offline = { network, buffer, random };

describe('a misspelt option is refused, as it would be ignored', () => {
  test.each<[string, string, () => unknown]>([
    ['createA2C', 'learningrate', () => createA2C({ network, learningrate: 1 } as never)],
    ['createReinforce', 'lambda', () => createReinforce({ network, lambda: 1 } as never)],
    ['createPpo', 'clipping', () => createPpo({ network, random, clipping: 1 } as never)],
    ['createDqn', 'epsilon', () => createDqn({ network, random, epsilon: 0.1 } as never)],
    ['createDiscreteSac', 'alpha', () => createDiscreteSac({ network, random, alpha: 0.1 } as never)],
    ['createBehaviorCloning', 'gamma', () => createBehaviorCloning({ ...offline, gamma: 0.9 } as never)],
    ['createBcq', 'gamma', () => createBcq({ ...offline, gamma: 0.9 } as never)],
    ['createCql', 'gamma', () => createCql({ ...offline, gamma: 0.9 } as never)],
    ['createCrr', 'gamma', () => createCrr({ ...offline, gamma: 0.9 } as never)],
    ['createSqn', 'gamma', () => createSqn({ ...offline, gamma: 0.9 } as never)],
    ['createSac4Rec', 'gamma', () => createSac4Rec({ ...offline, gamma: 0.9 } as never)],
    ['createSa2c', 'gamma', () => createSa2c({ ...offline, gamma: 0.9 } as never)],
    ['createPopularity', 'epsilon', () => createPopularity({ items, epsilon: 0.1 } as never)],
    ['createEpsilonGreedy', 'eps', () => createEpsilonGreedy({ items, eps: 0.1 } as never)],
    ['createThompsonSampling', 'draw', () => createThompsonSampling({ items, random, draw: 1 } as never)],
    ['createItemKnn', 'k', () => createItemKnn({ items, k: 5 } as never)],
    [
      'createLinUcb',
      'beta',
      () => createLinUcb({ features: { data: new Float32Array(8), width: 1 }, beta: 1 } as never),
    ],
    ['createNetwork', 'hiddenSize', () => createNetwork({ items, random, hiddenSize: 8 } as never)],
    [
      'createLinearSchedule',
      'steps',
      () => createLinearSchedule({ from: 1, to: 0, interactions: 9, steps: 1 } as never),
    ],
    ['createActionValuePolicy', 'eps', () => createActionValuePolicy(network, { eps: 0.1 } as never)],
    ['createNetworkPolicy', 'approx', () => createNetworkPolicy(network, { approx: true } as never)],
    ['ReplayBuffer', 'capacity', () => new ReplayBuffer({ bufferSize: 1, items, capacity: 1 } as never)],
    ['buffer.add', 'steps', () => buffer.add({} as never, { steps: 3 } as never)],
    ['TrajectoryRecorder', 'sessions', () => new TrajectoryRecorder({ items, historyLength: 3, sessions: 4 } as never)],
    [
      'recorder.recordAction',
      'version',
      () =>
        new TrajectoryRecorder({ items, historyLength: 3 }).recordAction(
          {} as never,
          {} as never,
          { version: 1 } as never,
        ),
    ],
    ['runOnline', 'onUpdates', () => runOnline({ ...run, onUpdates: () => {} } as never)],
    [
      'initOutputsFromEmbeddings',
      'seed',
      () =>
        initOutputsFromEmbeddings(network, {
          ...{ itemEmbeddings: { data: new Float32Array(items), width: 1 }, random, seed: 1 },
        } as never),
    ],
  ])('%s: %s', (_factory, option, make) => {
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(new RegExp(`^options: .*; found "${option}"\\.$`));
  });

  test('encodeWeights and decodeWeights', async () => {
    await expect(encodeWeights(network.weights(), { meta: {} } as never)).rejects.toThrow(/^options: .*found "meta"/);
    await expect(decodeWeights(new Uint8Array(), { path: 'a' } as never)).rejects.toThrow(/^options: .*found "path"/);
  });
});

test.each<[string, () => unknown, string | RegExp]>([
  [
    'a network for options',
    () => createA2C(network as never),
    'options: expected an object, such as { network }; found a Network.',
  ],
  [
    'an unknown weighting',
    () => createCrr({ ...offline, weighting: 'exp' as never }),
    "weighting: expected 'exponential' or 'binary'; found \"exp\".",
  ],
  [
    'a network as its own twin',
    () => createDiscreteSac({ network, twin: network, random }),
    /^twin: expected another network, .*; found the same network\.$/,
  ],
  [
    'the log of a run for trajectories',
    () => createA2C({ network }).learn(runOnline(run) as never),
    /^trajectories: expected Trajectories: runOnline\(.*; found an object\.$/,
  ],
  [
    'the log of a run for a buffer',
    () => buffer.add(runOnline(run) as never),
    /^trajectories: .*trajectoriesOf\(\{ header, log: completeLog\(log\) \}\).*; found an object\.$/,
  ],
  [
    'transitions of a log, as of version 1',
    () => buffer.add({ turns: 1, session: new Int32Array(1), actions: new Int32Array(1) } as never),
    /^trajectories: .*trajectoriesOf\(.*; found an object\.$/,
  ],
  [
    'a path to resume from',
    () => runOnline({ ...run, resume: 'a.checkpoint' as never }),
    /^resume: expected a checkpoint: loadCheckpoint\(path\)/,
  ],
  [
    'a plain array of embeddings',
    () => createNetwork({ items, random, itemEmbeddings: { data: Array(32).fill(0) as never, width: 4 } }),
    /^itemEmbeddings\.data: expected a Float32Array: Float32Array\.from\(data\) makes one/,
  ],
  [
    'V-trace without arrays',
    () => vTrace({ rows: 1, count: 1 } as never, { discount: 1, lambda: 1, maxRho: 1, maxTrace: 1 }, {} as never),
    /^input\.reward: expected an array/,
  ],
  [
    'no heads',
    () => createNetwork({ items, random, heads: [] }),
    'heads: expected at least one of actor, value and q; found [].',
  ],
  [
    'a short prior',
    () => createPopularity({ items: 20, prior: new Float32Array(1) }),
    'prior: expected 20 numbers; found 1 number.',
  ],
  [
    'an empty buffer',
    () => new ReplayBuffer({ bufferSize: 1, items }).sample(1, random),
    'buffer: expected at least one to draw from; found no transitions.',
  ],
  [
    'a missing column',
    () => createNetworkPolicy(network).distribution({ rows: 1, items, historyLength: 10 } as never),
    /found undefined\.$/,
  ],
])('refuses %s, and says what to pass', (_what, call, message) => {
  expect(call).toThrow(InvalidOptionError);
  expect(call).toThrow(message);
});

test('the same for weights and fingerprints', async () => {
  await expect(encodeWeights(network as never)).rejects.toThrow(
    'weights: expected tensors by name: network.weights(); found a Network.',
  );
  await expect(encodeWeights({ a: undefined } as never)).rejects.toThrow(/^weights\.a: expected a tensor/);
  await expect(catalogueFingerprint({ items: [] } as never)).rejects.toThrow(/^ids: expected a list of item ids/);
});

test.each([
  ['createBehaviorCloning', createBehaviorCloning],
  ['createSqn', createSqn],
  ['createSac4Rec', createSac4Rec],
])('%s refuses a minReward that no transition has', (_name, create) => {
  const learner = create({ ...offline, minReward: 5 });
  expect(() => learner.train(1)).toThrow(InvalidOptionError);
  expect(() => learner.train(1)).toThrow('minReward: expected at most 1, the greatest reward of the buffer; found 5.');
  expect(create({ ...offline, minReward: 1 }).train(1)).toHaveProperty('policyLoss');
});

test('the greatest reward is that of the transitions held', () => {
  expect(buffer.greatestReward).toBe(1);
  expect(new ReplayBuffer({ bufferSize: 4, items }).greatestReward).toBe(Number.NEGATIVE_INFINITY);
});

describe('an implementation of version 1 is refused, and the message says how to change it', () => {
  const frozen = createFrozenLearner(createRandomPolicy(items));
  const first = <Implementation extends object>(right: Implementation): never =>
    ({ ...right, specificationVersion: 'v1' }) as never;

  test.each<[string, () => unknown, change: string]>([
    ['a policy', () => createFrozenLearner(first(createRandomPolicy(items))), 'give distributions top\\(count\\)'],
    ['a learner', () => runOnline({ ...run, learner: first(frozen) }), 'learn from trajectories instead of rollouts'],
    [
      'the policy of a learner',
      () => runOnline({ ...run, learner: { ...frozen, policy: first(frozen.policy) } }),
      'give distributions top\\(count\\)',
    ],
    [
      'an environment',
      () => runOnline({ ...run, environment: Object.create(environment, { specificationVersion: { value: 'v1' } }) }),
      'add session with the key of the session in each row',
    ],
    [
      'a network',
      () => createNetworkPolicy(Object.create(network, { specificationVersion: { value: 'v1' } })),
      'in states, read rows',
    ],
  ])('%s', (_what, call, change) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(new RegExp(`expected 'v2', version 2 of the interface: .*${change}.*; found "v1"`));
  });
});
