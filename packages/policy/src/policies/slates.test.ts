/** Slates of every policy that is not a softmax: recommendations one after the other, each without those above. */
import { createRandom, type Observation } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { gather } from '../conformance/experience.js';
import { SyntheticSessions, syntheticStates } from '../conformance/synthetic-sessions.js';
import { createNetwork } from '../engine/built-in-network.js';
import { NothingAllowedError } from '../errors.js';
import { ReplayBuffer } from '../experience/replay-buffer.js';
import type { Learner } from '../learner.js';
import { createEpsilonGreedy } from '../learners/bandits/epsilon-greedy.js';
import { createItemKnn } from '../learners/bandits/item-knn.js';
import { createLinUcb } from '../learners/bandits/lin-ucb.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createThompsonSampling } from '../learners/bandits/thompson-sampling.js';
import { createBcq } from '../learners/offline/bcq.js';
import { createCql } from '../learners/offline/cql.js';
import type { Head, Network } from '../network.js';
import type { Policy } from '../policy.js';
import { observationOf } from '../test-support/observations.js';
import { type Distribute, expectFrequencies, expectRowByRow, expectSequential } from '../test-support/slates.js';
import { createActionValuePolicy } from './action-value-policy.js';
import { createRandomPolicy } from './random-policy.js';
import { weightedDistribution } from './weighted-distribution.js';

const HISTORY = 4;

function learned(learner: Learner): Policy {
  const { items } = learner.policy;
  const sessions = new SyntheticSessions(8, items, { historyLength: HISTORY });
  for (let update = 0; update < 3; update++) {
    learner.learn(gather(createRandomPolicy(items), 10, sessions, createRandom(update)));
  }
  return learner.policy;
}

function networkWith(items: number, heads: readonly Head[]): Network {
  const network = createNetwork({
    items,
    historyLength: HISTORY,
    embedding: 4,
    hidden: 8,
    heads,
    random: createRandom(5),
  });
  if (heads.includes('actor')) network.scaleActor(80);
  return network;
}

function bufferOf(items: number): ReplayBuffer {
  const buffer = new ReplayBuffer({ bufferSize: 500, items, historyLength: HISTORY });
  const sessions = new SyntheticSessions(8, items, { historyLength: HISTORY });
  buffer.add(gather(createRandomPolicy(items), 10, sessions, createRandom(1)));
  return buffer;
}

function features(items: number): { data: Float32Array; width: number } {
  return { data: Float32Array.from({ length: items * 3 }, (_, k) => Math.sin(k)), width: 3 };
}

const random = () => createRandom(9);
const bcq = (items: number, options: { threshold: number; candidates?: number }): Policy =>
  createBcq({ network: networkWith(items, ['actor', 'q']), buffer: bufferOf(items), random: random(), ...options })
    .policy;

/** Policies for a catalogue. Those that are not deterministic explore. */
const POLICIES: Readonly<Record<string, (items: number) => Policy>> = {
  weighted,
  random: createRandomPolicy,
  popularity: (items) => learned(createPopularity({ items, rolloutLength: 5 })),
  'epsilon-greedy': (items) => learned(createEpsilonGreedy({ items, epsilon: 0.4 })),
  'item k-NN': (items) => learned(createItemKnn({ items, epsilon: 0.4, shrinkage: 0, neighbors: 3 })),
  LinUCB: (items) => learned(createLinUcb({ features: features(items) })),
  'Thompson sampling': (items) => learned(createThompsonSampling({ items, random: random(), draws: 12 })),
  'action values': (items) => createActionValuePolicy(networkWith(items, ['q'])),
  'action values, exploring': (items) => createActionValuePolicy(networkWith(items, ['q']), { epsilon: 0.5 }),
  CQL: (items) => createCql({ network: networkWith(items, ['q']), buffer: bufferOf(items), random: random() }).policy,
  'BCQ, all items': (items) => bcq(items, { threshold: 0 }),
  'BCQ, likely items': (items) => bcq(items, { threshold: 0.8 }),
  'BCQ, the likeliest item': (items) => bcq(items, { threshold: 1 }),
  'BCQ, two candidates': (items) => bcq(items, { threshold: 0.1, candidates: 2 }),
};

/** Some items are likelier than others, and the newest item of the history matters. */
function weighted(items: number): Policy {
  return {
    specificationVersion: 'v2',
    items,
    distribution: (observation) =>
      weightedDistribution(observation, (row) => {
        const newest = observation.historyItems[(row + 1) * HISTORY - 1];
        return Float32Array.from({ length: items }, (_, item) => 1 + ((item + newest + 1) % 4));
      }),
  };
}

/** States that allow at least four items. */
function statesOf(items: number): Observation {
  const observation = syntheticStates(6, items, { historyLength: HISTORY });
  const none = { offset: new Int32Array(6), count: new Int32Array(6), items: new Int32Array(0) };
  return items < 30 ? { ...observation, exclusions: none } : observation;
}

describe.each(Object.entries(POLICIES))('%s', (_, make) => {
  const policy = make(12);
  const distribute: Distribute = (observation) => policy.distribution(observation);

  test('each position is a single recommendation without the items above', () => {
    expectSequential(distribute, statesOf(12), 4, 1e-6);
  });

  test('a batch gives what its states give alone, one after the other', () => {
    const larger = make(60);
    expectRowByRow((observation) => larger.distribution(observation), statesOf(60), 4);
  });

  test('whole slates are drawn with the frequencies of the products', () => {
    const small = make(5);
    const observation = observationOf(1, 5, {
      historyLength: HISTORY,
      historyItems: Int32Array.of(-1, -1, -1, 2),
      historyFeedback: Float32Array.of(0, 0, 0, 1),
      mask: [1, 1, 0, 1, 1],
    });
    expectFrequencies(small.distribution(observation), observation, 2, 3000);
    expectFrequencies(small.distribution(observation), observation, 4, 3000);
  });

  test('top lists the best items first, however many are asked for, and -1 where none is left', () => {
    const observation = statesOf(12);
    const whole = policy.distribution(observation).top(12);
    for (const count of [1, 3, 12, 40]) {
      const { items, scores } = policy.distribution(observation).top(count);
      for (let row = 0; row < observation.rows; row++) {
        for (let place = 0; place < count; place++) {
          const inWhole = place < 12;
          expect(items[row * count + place]).toBe(inWhole ? whole.items[row * 12 + place] : -1);
          expect(scores[row * count + place]).toBe(inWhole ? whole.scores[row * 12 + place] : 0);
        }
      }
    }
  });

  test('a slate of everything that a state allows is taken, of more is refused by the row', () => {
    const observation = observationOf(2, 5, { historyLength: HISTORY, mask: [1, 1, 1, 1, 1, 0, 1, 0, 1, 1] });
    const distribution = make(5).distribution(observation);
    const { items } = distribution.sample(random(), { count: 3 });
    expect([...items.subarray(3)].sort()).toEqual([1, 3, 4]);
    expect(() => distribution.sample(random(), { count: 4 })).toThrow(NothingAllowedError);
    expect(() => distribution.sample(random(), { count: 4 })).toThrow(/^Row 1 allows fewer than 4 items/);
  });
});
