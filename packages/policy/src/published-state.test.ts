import { type Checkpoint, CheckpointError, createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createNetwork } from './engine/built-in-network.js';
import { WeightsError } from './errors.js';
import type { Learner } from './learner.js';
import { createPopularity } from './learners/bandits/popularity.js';
import { createFrozenLearner } from './learners/frozen-learner.js';
import { createA2C } from './learners/online/a2c.js';
import { createDqn } from './learners/online/dqn.js';
import { createSlateQ } from './learners/slates/slate-q.js';
import type { Head, Network } from './network.js';
import { decodeCheckpoint, encodeCheckpoint } from './persistence/checkpoint-file/index.js';
import { createNetworkPolicy } from './policies/network-policy.js';
import { createRandomPolicy } from './policies/random-policy.js';
import { publishedState, takePublishedState } from './published-state.js';

const ITEMS = 12;
const networkOf = (seed: number, ...heads: Head[]): Network =>
  createNetwork({ items: ITEMS, historyLength: 3, embedding: 4, hidden: 8, heads, random: createRandom(seed) });

/** What `published` is in another process. */
const sent = (state: Checkpoint): Checkpoint => decodeCheckpoint(encodeCheckpoint(state), { copy: false });

function learnerWithout(...methods: (keyof Learner)[]): Learner {
  const learner: Learner = createPopularity({ items: ITEMS });
  return Object.fromEntries(
    Object.entries(learner).filter(([name]) => !methods.includes(name as keyof Learner)),
  ) as never;
}

describe('a published state', () => {
  test('has the weights alone, not what only learning needs', () => {
    const [ours, theirs] = [networkOf(1, 'actor', 'value'), networkOf(2, 'actor', 'value')];
    const state = sent(publishedState(createA2C({ network: ours })));
    expect(Object.keys(state['network'] as Checkpoint)).toEqual(Object.keys(ours.weights()));
    const optimizer = { ...theirs.trainingState(), ...ours.weights() };
    takePublishedState(createA2C({ network: theirs }), state);
    expect(theirs.trainingState()).toEqual(optimizer);
  });

  test('is the checkpoint of a learner that has no policy state', () => {
    const learner = createPopularity({ items: ITEMS });
    expect(publishedState(learner)).toEqual(learner.checkpoint?.());
    const other = createPopularity({ items: ITEMS });
    takePublishedState(other, { ...sent(publishedState(learner)), shown: new Float64Array(ITEMS).fill(2) });
    expect(other.checkpoint?.()).toMatchObject({ shown: new Float64Array(ITEMS).fill(2) });
  });

  test('is refused with a typed error by and of a learner that has neither', () => {
    const learner = learnerWithout('checkpoint', 'restore');
    expect(() => publishedState(learner)).toThrow(CheckpointError);
    expect(() => takePublishedState(learner, {})).toThrow(CheckpointError);
    // A policy state is no checkpoint: it must not be restored as one.
    const half = { ...createPopularity({ items: ITEMS }), policyState: () => ({}) };
    expect(() => takePublishedState(half, {})).toThrow(/expected one with setPolicyState beside policyState/);
  });

  test('of a frozen learner has the weights of its network, in which items may have been placed', () => {
    const [ours, theirs] = [networkOf(1, 'actor'), networkOf(2, 'actor')];
    const state = sent(publishedState(createFrozenLearner(createNetworkPolicy(ours))));
    takePublishedState(createFrozenLearner(createNetworkPolicy(theirs)), state);
    expect(theirs.weights()).toEqual(ours.weights());
    expect(publishedState(createFrozenLearner(createRandomPolicy(ITEMS)))).toEqual({});
  });

  test('has what the exploration rate depends on', () => {
    const make = (seed: number) => createDqn({ network: networkOf(seed, 'q'), random: createRandom(3) });
    const [ours, theirs] = [make(1), make(2)];
    takePublishedState(ours, { ...publishedState(ours), interactions: 5000 });
    takePublishedState(theirs, sent(publishedState(ours)));
    expect(publishedState(theirs)).toEqual(publishedState(ours));
    expect(publishedState(theirs)).toMatchObject({ interactions: 5000 });
    expect(() => takePublishedState(theirs, { ...publishedState(ours), interactions: -1 })).toThrow(CheckpointError);
  });

  test('of several networks is taken as a whole or not at all', () => {
    const make = (seed: number) => {
      const [network, choice] = [networkOf(seed, 'q', 'value'), networkOf(seed + 1, 'q')];
      return createSlateQ({ network, choice, slateSize: 3, random: createRandom(3) });
    };
    const [ours, theirs] = [make(1), make(5)];
    const before = publishedState(theirs);
    const { networks, interactions } = sent(publishedState(ours)) as { networks: Checkpoint; interactions: number };
    const take = (place: '0' | '1', name: string, data: Float32Array) => () => {
      const network = networks[place] as Checkpoint;
      const tensor = { ...(network[name] as Checkpoint), data };
      takePublishedState(theirs, { networks: { ...networks, [place]: { ...network, [name]: tensor } }, interactions });
    };
    expect(take('0', 'q', Float32Array.of(1))).toThrow(WeightsError);
    expect(take('1', 'q', Float32Array.of(1))).toThrow(CheckpointError);
    expect(take('1', 'q', new Float32Array(8 * ITEMS).fill(Number.POSITIVE_INFINITY))).toThrow(CheckpointError);
    expect(publishedState(theirs)).toEqual(before);
    takePublishedState(theirs, { networks, interactions });
    expect(publishedState(theirs)).toEqual(publishedState(ours));
  });
});
