/** The option `sampledSoftmax` of the learners: ratios stay exact, runs can be resumed, slates are refused, and it learns as much. */
import { createRandom, InvalidOptionError, type Random } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { runOnline } from '../experience/run-online.js';
import type { CheckpointableLearner } from '../learner.js';
import type { Network } from '../network.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import { clusters } from '../test-support/clusters.js';
import { recordSteps } from '../test-support/trajectories.js';
import { createA2C } from './online/a2c.js';
import { createPpo } from './online/ppo.js';
import { createReinforce } from './online/reinforce.js';
import { createDiscreteSac } from './online/sac-discrete.js';

function networkOf(items: number, approximateActing = false): Network {
  const sizes = { items, historyLength: 3, embedding: 8, hidden: 16, approximateActing };
  return createNetwork({ ...sizes, heads: ['actor', 'value', 'q'], random: createRandom(5) });
}

const LEARNERS: readonly [string, (network: Network, random: Random) => CheckpointableLearner][] = [
  ['a2c', (network, random) => createA2C({ network, random, sampledSoftmax: 40 })],
  ['reinforce', (network, random) => createReinforce({ network, random, sampledSoftmax: 40, rolloutLength: 8 })],
  ['ppo', (network, random) => createPpo({ network, random, sampledSoftmax: 40 })],
  ['sac', (network, random) => createDiscreteSac({ network, random, sampledSoftmax: 40, learningStarts: 0 })],
];

describe.each(LEARNERS)('%s', (_name, make) => {
  const ITEMS = 400;
  const run = (learner: CheckpointableLearner, interactions: number): void => {
    runOnline({ environment: clusters(ITEMS), learner, interactions, seed: 1, random: createRandom(2) });
  };

  test('a resumed learner samples the same items', () => {
    const [one, other] = [make(networkOf(ITEMS), createRandom(3)), make(networkOf(ITEMS), createRandom(4))];
    run(one, 512);
    other.restore(structuredClone(one.checkpoint()));
    for (const learner of [one, other]) run(learner, 512);
    const [state, expected] = [other, one].map((learner) => learner.checkpoint());
    expect(state['random']).toEqual(expected['random']);
    expect(other.policyState?.()).toEqual(one.policyState?.());
  });

  test('refuses slates', () => {
    const environment = clusters(ITEMS, 3);
    const learner = make(networkOf(ITEMS), createRandom(3));
    const options = { environment, learner, interactions: 512, seed: 1, random: createRandom(2) };
    expect(() => runOnline(options)).toThrow(InvalidOptionError);
  });
});

test.each([0, 1.5, Number.NaN])('a sample of %s items is refused', (sampledSoftmax) => {
  expect(() => createA2C({ network: networkOf(40), sampledSoftmax })).toThrow(/^sampledSoftmax: expected/);
});

describe.each([false, true])('with approximateActing %s', (approximateActing) => {
  const ITEMS = 400;
  /** A policy that prefers some items by far: estimates of its probabilities from 40 items are poor. */
  function sharp(): Network {
    const network = networkOf(ITEMS, approximateActing);
    network.scaleActor(150);
    return network;
  }

  test("a2c: importance ratios are 1 on the learner's own experience, and exact on another's", () => {
    const learner = createA2C({ network: sharp(), sampledSoftmax: 40 });
    const own = recordSteps(clusters(ITEMS), 4, (observation) =>
      learner.policy.distribution(observation).sample(createRandom(6)),
    );
    expect(learner.learn(own)['overlap']).toBe(1);
    const others = recordSteps(clusters(ITEMS), 4, (observation) =>
      createRandomPolicy(ITEMS).distribution(observation).sample(createRandom(6)),
    );
    const probability = learner.policy.distribution(others.states).propensity(others.actions);
    const overlap = probability.reduce((sum, pi, row) => sum + Math.min(1, pi / others.propensity[row]), 0);
    expect(learner.learn(others)['overlap']).toBeCloseTo(overlap / others.rows, 3);
  });

  test('a2c: experience from before a change of the weights is not its own', () => {
    const network = sharp();
    const learner = createA2C({ network, sampledSoftmax: 40 });
    const before = recordSteps(clusters(ITEMS), 4, (observation) =>
      learner.policy.distribution(observation).sample(createRandom(6)),
    );
    network.scaleActor(-1);
    const probability = learner.policy.distribution(before.states).propensity(before.actions);
    const overlap = probability.reduce((sum, pi, row) => sum + Math.min(1, pi / before.propensity[row]), 0);
    expect(overlap / before.rows).toBeLessThan(0.9);
    expect(learner.learn(before)['overlap']).toBeCloseTo(overlap / before.rows, 3);
  });

  test('a2c: only the decisions of others are evaluated again', () => {
    const network = sharp();
    const evaluated: number[] = [];
    const counting = new Proxy(network, {
      get(target, key) {
        if (key === 'evaluate') {
          return (...args: Parameters<Network['evaluate']>) => {
            evaluated.push(args[0].rows);
            return target.evaluate(...args);
          };
        }
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const learner = createA2C({ network: counting, sampledSoftmax: 40 });
    const random = createRandom(6);
    const uniform = createRandomPolicy(ITEMS);
    const mixed = recordSteps(clusters(ITEMS), 4, (observation) => {
      const own = learner.policy.distribution(observation).sample(random);
      if (observation.turn[0] % 2 === 0) return own;
      return uniform.distribution(observation).sample(random);
    });
    evaluated.length = 0;
    learner.learn(mixed);
    expect(evaluated).toEqual([mixed.rows / 2]);
  });

  test('ppo: the policy has not changed before the first step', () => {
    const learner = createPpo({ network: sharp(), random: createRandom(1), sampledSoftmax: 40, epochs: 1 });
    const own = recordSteps(clusters(ITEMS), 4, (observation) =>
      learner.policy.distribution(observation).sample(createRandom(6)),
    );
    expect(learner.learn(own)['approximateKl']).toBeCloseTo(0, 5);
  });
});

test('a sample of 100 of 1,000 items: a2c earns at least 0.97 of what it earns with all', () => {
  const ITEMS = 1000;
  const earned = (sampledSoftmax?: number): number => {
    const learner = createA2C({
      ...{ network: networkOf(ITEMS), learningRate: 0.02 },
      ...(sampledSoftmax && { sampledSoftmax }),
    });
    const log = runOnline({
      ...{ environment: clusters(ITEMS), learner, interactions: 16_000, seed: 1, random: createRandom(2) },
    });
    return log.reward.subarray(-4000).reduce((sum, reward) => sum + reward, 0) / 4000;
  };
  const whole = earned();
  expect(whole).toBeGreaterThan(0.8);
  expect(earned(100)).toBeGreaterThan(0.97 * whole);
});
