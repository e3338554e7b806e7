/** Learners whose policy acts by a shortlist: they know the propensities of the policy that acts, and learn. */
import { createRandom, type Observation, type Random } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { learnerChecks } from '../conformance/learner-checks.js';
import { createNetwork } from '../engine/built-in-network.js';
import { runOnline } from '../experience/run-online.js';
import type { CheckpointableLearner } from '../learner.js';
import type { Network } from '../network.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import type { Action } from '../policy.js';
import type { Shortlist } from '../shortlist.js';
import { clusters } from '../test-support/clusters.js';
import { recordSteps } from '../test-support/trajectories.js';
import { createA2C } from './online/a2c.js';
import { createPpo } from './online/ppo.js';
import { createReinforce } from './online/reinforce.js';

const ITEMS = 400;
const SHORTLIST: Shortlist = { items: 30, epsilon: 0.1 };

function networkOf(shortlist: number | Shortlist | undefined, items = ITEMS): Network {
  const sizes = { items, historyLength: 3, embedding: 8, hidden: 16, ...(shortlist !== undefined && { shortlist }) };
  return createNetwork({ ...sizes, random: createRandom(5) });
}

/** A policy that prefers some items by far. */
function sharp(shortlist: number | Shortlist = SHORTLIST): Network {
  const network = networkOf(shortlist);
  network.scaleActor(150);
  return network;
}

const sampling = (learner: CheckpointableLearner, count = 1): ((observation: Observation) => Action) => {
  const random = createRandom(6);
  return (observation) => learner.policy.distribution(observation).sample(random, { count });
};

/** The mean of `min(1, pi / mu)` over decisions, of the products of their items' ratios. */
function overlapOf(probability: Float32Array, propensity: Float32Array, slateSize: number): number {
  let sum = 0;
  for (let first = 0; first < probability.length; first += slateSize) {
    let ratio = 1;
    for (let place = first; place < first + slateSize; place++) ratio *= probability[place] / propensity[place];
    sum += Math.min(1, ratio);
  }
  return (sum * slateSize) / probability.length;
}

const LEARNERS: readonly [string, (network: Network, random: Random) => CheckpointableLearner][] = [
  ['a2c', (network) => createA2C({ network })],
  ['a2c with a sampled softmax', (network, random) => createA2C({ network, random, sampledSoftmax: 40 })],
  ['reinforce', (network) => createReinforce({ network, rolloutLength: 8 })],
  ['ppo', (network, random) => createPpo({ network, random })],
];

describe.each(LEARNERS)('%s', (_name, make) => {
  describe('a learner that keeps the rules', () => {
    const make40 = () => make(networkOf(SHORTLIST, 40), createRandom(1));
    for (const { name, run } of learnerChecks(make40, { historyLength: 3 })) test(name, run);
  });

  test('a resumed run makes the same decisions', () => {
    const run = (learner: CheckpointableLearner, interactions: number) =>
      runOnline({ environment: clusters(ITEMS), learner, interactions, seed: 1, random: createRandom(2) });
    const [one, other] = [make(networkOf(SHORTLIST), createRandom(3)), make(networkOf(SHORTLIST), createRandom(4))];
    run(one, 512);
    other.restore(structuredClone(one.checkpoint()));
    const [log, expected] = [run(other, 512), run(one, 512)];
    expect(log).toEqual(expected);
  });
});

describe.each([1, 3])('a2c: slates of %i', (slateSize) => {
  test('importance ratios are 1 on its own experience, and exact on that of others and of other weights', () => {
    const network = sharp();
    const learner = createA2C({ network });
    const environment = (): ReturnType<typeof clusters> => clusters(ITEMS, slateSize);
    const own = recordSteps(environment(), 4, sampling(learner, slateSize));
    expect(learner.policy.distribution(own.states).propensity(own.actions)).toEqual(own.propensity);
    network.scaleActor(-1);
    const before = learner.policy.distribution(own.states).propensity(own.actions).slice();
    const expected = overlapOf(before, own.propensity, slateSize);
    expect(expected).toBeLessThan(0.9);
    expect(learner.learn(own)['overlap']).toBeCloseTo(expected, 3);

    const mine = recordSteps(environment(), 4, sampling(learner, slateSize));
    expect(learner.learn(mine)['overlap']).toBe(1);

    const uniform = createRandomPolicy(ITEMS);
    const others = recordSteps(environment(), 4, (observation) =>
      uniform.distribution(observation).sample(createRandom(6), { count: slateSize }),
    );
    const probability = learner.policy.distribution(others.states).propensity(others.actions).slice();
    expect(learner.learn(others)['overlap']).toBeCloseTo(overlapOf(probability, others.propensity, slateSize), 3);
  });
});

test('a row of another state in the same turn of the same session is not its own, whatever its propensity', () => {
  const learner = createA2C({ network: sharp({ items: 1 }) });
  // Lists of one item: every propensity is 1.
  const mine = recordSteps(clusters(ITEMS), 2, sampling(learner));
  const { states } = mine;
  const moved = { ...states, historyItems: states.historyItems.map((item) => (item < 0 ? 7 : (item + 1) % ITEMS)) };
  const probability = learner.policy.distribution(moved).propensity(mine.actions).slice();
  const expected = overlapOf(probability, mine.propensity, 1);
  expect(expected).toBeLessThan(0.9);
  recordSteps(clusters(ITEMS), 2, sampling(learner));
  expect(learner.learn({ ...mine, states: moved })['overlap']).toBeCloseTo(expected, 5);
});

test('ppo: the policy has not changed before the first step', () => {
  const learner = createPpo({ network: sharp(), random: createRandom(1), epochs: 1 });
  expect(learner.learn(recordSteps(clusters(ITEMS), 4, sampling(learner)))['approximateKl']).toBeCloseTo(0, 5);
});

test('a list of 50 of 1,000 items: a2c earns at least 0.97 of what it earns without a list', () => {
  const earned = (shortlist?: number): number => {
    const learner = createA2C({ network: networkOf(shortlist, 1000), learningRate: 0.02 });
    const run = { environment: clusters(1000), learner, interactions: 16_000, seed: 1, random: createRandom(2) };
    const { reward } = runOnline(run);
    return reward.subarray(-4000).reduce((sum, each) => sum + each, 0) / 4000;
  };
  const whole = earned();
  expect(whole).toBeGreaterThan(0.8);
  expect(earned(50)).toBeGreaterThan(0.97 * whole);
});
