import { createRandom, type Environment } from '@ialp/core';
import { createPatienceRule, createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  type Learner,
  type Network,
  runOnline,
} from '@ialp/policy';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { createOnlineNetwork } from '../learners/online-network.js';

const ITEMS = 200;
/** Interactions of the opening, whose reward is compared. */
const OPENING = 6000;

const makeNetwork = (seed: number): Network =>
  createNetwork({ items: ITEMS, historyLength: 4, embedding: 8, hidden: 16, random: createRandom(seed) });

/** Every tenth item is liked with the given probability, all others with an eighth of it; four misses in a row and a user leaves. */
const makeEnvironment = (liked: number): Environment =>
  createSimulator({
    name: `every tenth item, liked with probability ${liked}`,
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: (_session, item, random) => (random.uniform() < (item % 10 === 0 ? liked : liked / 8) ? 1 : 0),
    },
    terminationRules: [createPatienceRule({ misses: 4 })],
    historyLength: 4,
  });

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

/** A policy and a critic that were trained where the right items are liked with probability 0.8. */
export function pretrain(): Network {
  const network = makeNetwork(1);
  const learner = createA2C({ network, learningRate: 0.01 });
  const environment = makeEnvironment(0.8);
  runOnline({ environment, learner, interactions: 50_000, seed: 1, random: createRandom(2), finishSessions: false });
  return network;
}

/** How the online policy of an opening begins. */
export type OpeningStart = 'tempered' | 'fresh';

/**
 * Deploys where the same items are liked with probability 0.1, so that the critic of a copy expects eight times too much: what the
 * mixture with the default gate earns, as a share of what the pre-trained policy earns alone.
 */
export function openingShare(pretrained: Network, start: OpeningStart, seed: number): number {
  const earned = (learner: Learner): number => {
    const environment = makeEnvironment(0.1);
    const random = createRandom(seed + 100);
    return total(
      runOnline({ environment, learner, interactions: OPENING, seed, random, finishSessions: false }).reward,
    );
  };
  const policy = createNetworkPolicy(pretrained);
  const network = start === 'fresh' ? makeNetwork(seed + 50) : createOnlineNetwork(pretrained, { logitScale: 0.5 });
  const mixture = createAdaptiveLearner({ pretrained: policy, online: createA2C({ network }) });
  return earned(mixture) / earned(createFrozenLearner(policy));
}
