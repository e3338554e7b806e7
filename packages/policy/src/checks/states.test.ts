import { createRandom, IalpError, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { ShapeError } from '../errors.js';
import { ReplayBuffer } from '../experience/replay-buffer.js';
import { Rollout } from '../experience/rollout.js';
import { createEpsilonGreedy } from '../learners/bandits/epsilon-greedy.js';
import { createItemKnn } from '../learners/bandits/item-knn.js';
import { createLinUcb } from '../learners/bandits/lin-ucb.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createThompsonSampling } from '../learners/bandits/thompson-sampling.js';
import { createActionValuePolicy } from '../policies/action-value-policy.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import type { Policy } from '../policy.js';

const [SESSIONS, ITEMS, LENGTH, FEATURES] = [2, 12, 3, 2];
const network = createNetwork({
  ...{ items: ITEMS, historyLength: LENGTH, userFeatures: FEATURES, embedding: 4, hidden: 8 },
  ...{ heads: ['actor', 'value', 'q'], random: createRandom(1) },
});

function observation(): Observation {
  return {
    ...{ sessions: SESSIONS, items: ITEMS, historyLength: LENGTH },
    historyItems: new Int32Array(SESSIONS * LENGTH).fill(-1),
    historyFeedback: new Float32Array(SESSIONS * LENGTH),
    userFeatures: new Float32Array(SESSIONS * FEATURES),
    mask: new Uint8Array(SESSIONS * ITEMS).fill(1),
    turn: new Int32Array(SESSIONS),
  };
}

const random = () => createRandom(2);
const POLICIES: Readonly<Record<string, Policy>> = {
  network: createNetworkPolicy(network),
  'action values': createActionValuePolicy(network),
  random: createRandomPolicy(ITEMS),
  popularity: createPopularity({ items: ITEMS }).policy,
  'epsilon-greedy': createEpsilonGreedy({ items: ITEMS }).policy,
  'item k-NN': createItemKnn({ items: ITEMS }).policy,
  LinUCB: createLinUcb({ features: { data: new Float32Array(ITEMS * 2).fill(0.5), width: 2 } }).policy,
  'Thompson sampling': createThompsonSampling({ items: ITEMS, random: random() }).policy,
};

/** Everything that takes states. */
const READERS: Readonly<Record<string, (states: Observation) => unknown>> = {
  ...Object.fromEntries(
    Object.entries(POLICIES).map(([name, policy]) => [`policy: ${name}`, (states) => policy.distribution(states)]),
  ),
  'network.evaluate': (states) => network.evaluate(states),
  'network.values': (states) => network.values(states),
  'network.actionValues': (states) => network.actionValues(states),
  'network.trainStep': (states) =>
    network.trainStep(states, new Int32Array(SESSIONS), () => ({}), {
      ...{ learningRate: 0, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 },
    }),
  'rollout.recordAction': (states) =>
    new Rollout(1, observation()).recordAction(states, {
      items: new Int32Array(SESSIONS),
      propensity: new Float32Array(SESSIONS).fill(1),
    }),
};

const ARRAYS = ['historyItems', 'historyFeedback', 'mask', 'userFeatures'] as const;

describe.each(Object.entries(READERS))('%s', (name, read) => {
  test('takes states whose arrays are as long as their sizes say', () => {
    expect(() => read(observation())).not.toThrow();
  });

  test('refuses any array of another length, and says which, what it found and why', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ARRAYS), fc.nat(40), (field, length) => {
        fc.pre(!(name === 'network.values' && field === 'mask'));
        const states = observation();
        const right = states[field]!.length;
        fc.pre(length !== right);
        // A policy that knows nothing of users takes any whole number of features.
        fc.pre(!(field === 'userFeatures' && length % SESSIONS === 0));
        const Kind = states[field]!.constructor as Uint8ArrayConstructor;
        const broken = { ...states, [field]: new Kind(length).fill(1) };
        expect(() => read(broken)).toThrow(IalpError);
        if (field === 'userFeatures') return;
        expect(() => read(broken)).toThrow(ShapeError);
        expect(() => read(broken)).toThrow(
          new RegExp(`length of ${field} .*\\(sessions \\* .*\\): expected ${right}; found ${length}`),
        );
      }),
    );
  });

  test('refuses plain arrays, and none at all', () => {
    for (const field of ['historyItems', 'historyFeedback', 'mask'] as const) {
      if (name === 'network.values' && field === 'mask') continue;
      for (const value of [
        Array.from(observation()[field]),
        undefined,
        new Float64Array(observation()[field].length),
      ]) {
        expect(() => read({ ...observation(), [field]: value } as never)).toThrow(
          new RegExp(`${field} .*: expected an? (Int32|Float32|Uint8)Array; found`),
        );
      }
    }
  });

  test('refuses invalid sizes', () => {
    for (const field of ['sessions', 'historyLength'] as const) {
      for (const value of [0, -1, 1.5, Number.NaN, undefined]) {
        expect(() => read({ ...observation(), [field]: value } as never)).toThrow(IalpError);
      }
    }
  });
});

describe.each(Object.entries(POLICIES))('the distribution of %s', (_, policy) => {
  const distribution = () => policy.distribution(observation());

  test('tells the propensity of one item for each session, not of more or fewer', () => {
    for (const length of [0, 1, 3]) {
      expect(() => distribution().propensity(new Int32Array(length))).toThrow(
        `length of items (one for each session): expected ${SESSIONS}; found ${length}`,
      );
    }
    expect(() => distribution().propensity([0, 0] as never)).toThrow(/items: expected an Int32Array; found an array/);
  });

  test('gives what is no item no probability, whatever the next state allows', () => {
    expect([...distribution().propensity(Int32Array.of(ITEMS, -1))]).toEqual([0, 0]);
  });
});

test('a replay buffer refuses a log whose columns have other lengths', () => {
  const log = {
    ...{ turns: 2, historyLength: LENGTH, slateSize: 1 },
    session: Int32Array.of(0, 0),
    historyItems: new Int32Array(2 * LENGTH).fill(-1),
    historyFeedback: new Float32Array(2 * LENGTH),
    actions: Int32Array.of(0, 1),
    reward: Float32Array.of(1, 0),
    propensity: Float32Array.of(0.5, 0.5),
    terminated: Uint8Array.of(0, 1),
    nextHistoryItems: new Int32Array(2 * LENGTH).fill(-1),
    nextHistoryFeedback: new Float32Array(2 * LENGTH),
  };
  const add = (changed: object) => () =>
    new ReplayBuffer({ bufferSize: 4, items: ITEMS, historyLength: LENGTH }).addLog({ ...log, ...changed });
  expect(add({})).not.toThrow();
  for (const [field, column] of Object.entries(log)) {
    if (typeof column === 'number') continue;
    expect(add({ [field]: column.slice(1) }), field).toThrow(new RegExp(`length of log\\.${field} \\(.*\\): expected`));
  }
  expect(add({ reward: Float32Array.of(1, Number.NaN) })).toThrow(/log\.reward\[1\]: expected a finite number/);
});
