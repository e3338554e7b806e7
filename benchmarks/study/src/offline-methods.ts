import { createRandom } from '@ialp/env';
import type { Head, Network } from '@ialp/policy';
import {
  createBcq,
  createBehaviorCloning,
  createCql,
  createCrr,
  createSa2c,
  createSac4Rec,
  createSqn,
  type OfflineLearner,
  type OfflineOptions,
} from '@ialp/policy/offline';
import type { MethodDefinition } from './method.js';
import { ownNetwork } from './method-networks.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

type Create = (options: OfflineOptions & { readonly network: Network }) => OfflineLearner;

/** Both heads; each learner trains those that it needs. */
const BOTH: readonly Head[] = ['actor', 'q'];

/**
 * A method that learns from a log only. Its curve shows the progress of the optimiser; the users' responses do not
 * reach it.
 */
function offline(description: string, create: Create, heads = BOTH): MethodDefinition {
  return {
    description: `${description}, offline`,
    isPretrained: false,
    create(input) {
      const random = createRandom(input.seed).fork(STREAM.learner);
      const { batchSize, rolloutLength, steps } = SETTINGS.offline;
      const network = ownNetwork(input, 0, heads);
      const learner = create({ buffer: input.log(), network, random, batchSize, ...input.parameters });
      const { policy } = learner;
      return { learner: { specificationVersion: 'v2', policy, rolloutLength, learn: () => learner.train(steps) } };
    },
  };
}

const { discount } = SETTINGS;
/** Minimum reward of a liked item. */
const minReward = 0.5;
const { warmUp: criticWarmUpSteps } = SETTINGS.offline;

/** Offline learners by name, with their defaults except the discount and a warm-up that suits the short training. */
export const OFFLINE_METHODS: Readonly<Record<string, MethodDefinition>> = {
  'bc-offline': offline(
    'behaviour cloning of liked items',
    (options) => createBehaviorCloning({ ...options, minReward }),
    ['actor'],
  ),
  'cql-offline': offline('conservative Q-learning', (options) => createCql({ ...options, discount }), ['q']),
  'bcq-offline': offline('batch-constrained Q-learning', (options) => createBcq({ ...options, discount })),
  'crr-offline': offline('critic-regularised regression', (options) => createCrr({ ...options, discount })),
  'sqn-offline': offline('self-supervised Q-learning', (options) => createSqn({ ...options, minReward })),
  'sac-offline': offline('self-supervised actor-critic', (options) =>
    createSac4Rec({ ...options, minReward, criticWarmUpSteps }),
  ),
  'sa2c-offline': offline('supervised advantage actor-critic', (options) =>
    createSa2c({ ...options, criticWarmUpSteps }),
  ),
};
