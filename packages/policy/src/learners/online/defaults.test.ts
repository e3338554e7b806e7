import { createRandom } from '@ialp/core';
import { createPatienceRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { runOnline } from '../../experience/run-online.js';
import type { Learner } from '../../learner.js';
import type { Head, Network } from '../../network.js';
import { createA2C } from './a2c.js';
import { createDqn } from './dqn.js';
import { createPpo } from './ppo.js';
import { createReinforce } from './reinforce.js';
import { createDiscreteSac } from './sac-discrete.js';

/*
 * A small world of five kinds of users, each of which likes every fifth item and leaves after five misses in a row. Of the
 * items that a random policy shows 20 % are liked, of the best possible one 80 %: in a session of ten items two are needed to find
 * out the kind, on average.
 * `docs/defaults.md` has the comparison on data sets, for which this stands.
 */
const ITEMS = 50;
const KINDS = 5;
const SEEDS = [1];

/** Share of the last tenth of the items shown that was liked, mean over the seeds. */
function lastLiked(create: (seed: number) => Learner, interactions: number): number {
  const shares = SEEDS.map((seed) => {
    const environment = createSimulator({
      name: 'kinds',
      responses: {
        ...{ specificationVersion: 'v1', users: KINDS, items: ITEMS, rewardRange: [0, 1], window: 0 },
        respond: ({ user }, item) => +(item % KINDS === user),
      },
      terminationRules: [createPatienceRule({ misses: 5 })],
      maxTurns: 10,
    });
    const random = createRandom(seed).fork(3);
    const learner = create(seed);
    const { reward } = runOnline({ environment, learner, interactions, seed, random, finishSessions: false });
    const last = reward.subarray(Math.floor(0.9 * interactions), interactions);
    return last.reduce((sum, each) => sum + each, 0) / last.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

const network = (seed: number, heads: readonly Head[]): Network =>
  createNetwork({ items: ITEMS, heads, kernels: 'portable', random: createRandom(seed).fork(20) });
const draws = (seed: number) => createRandom(seed).fork(4);

/** Learners with their defaults, the interactions they are given, and the share that they must have reached by then. */
const LEARNERS: readonly {
  readonly name: string;
  readonly interactions: number;
  readonly reaches: number;
  readonly create: (seed: number) => Learner;
}[] = [
  {
    name: 'createA2C',
    interactions: 64 * 600,
    reaches: 0.65,
    create: (seed) => createA2C({ network: network(seed, ['actor', 'value']) }),
  },
  {
    name: 'createPpo',
    interactions: 64 * 600,
    reaches: 0.65,
    create: (seed) => createPpo({ network: network(seed, ['actor', 'value']), random: draws(seed) }),
  },
  {
    name: 'createDqn',
    interactions: 64 * 400,
    reaches: 0.45,
    create: (seed) => createDqn({ network: network(seed, ['q']), random: draws(seed) }),
  },
  {
    name: 'createDiscreteSac',
    interactions: 64 * 250,
    reaches: 0.35,
    create: (seed) => createDiscreteSac({ network: network(seed, ['actor', 'q']), random: draws(seed) }),
  },
  {
    name: 'createReinforce',
    interactions: 64 * 1000,
    reaches: 0.55,
    create: (seed) => createReinforce({ network: network(seed, ['actor']) }),
  },
];

describe('defaults are good', () => {
  test.each(LEARNERS)('of $name', ({ create, interactions, reaches }) => {
    expect(lastLiked(create, interactions)).toBeGreaterThan(reaches);
  });

  test('of createA2C: as good as the settings that the study tuned', () => {
    const tuned = {
      ...{ rolloutLength: 2, discount: 0.8, lambda: 0.95, learningRate: 0.006 },
      ...{ entropyWeight: 0.01, valueWeight: 0.5, maxGradientNorm: 1 },
    };
    const interactions = 64 * 300;
    const reached = (options: object): number =>
      lastLiked((seed) => createA2C({ network: network(seed, ['actor', 'value']), ...options }), interactions);
    const best = reached(tuned);
    expect(reached({})).toBeGreaterThanOrEqual(0.95 * best);
    // The measure tells good settings from poor ones.
    expect(reached({ rolloutLength: 10, discount: 0.9, learningRate: 0.003 })).toBeLessThan(0.7 * best);
  });
});
