import { createRandom } from '@ialp/env';
import type { Head, Network } from '@ialp/policy';
import {
  createBcq,
  createBehaviourCloning,
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

/** Both heads, of which each learner trains what it needs. */
const BOTH: readonly Head[] = ['actor', 'q'];

/** Learns from a log alone. Its curve shows what so many steps of the optimiser make of the log: nothing that people answer reaches it. */
function offline(description: string, create: Create, heads = BOTH): MethodDefinition {
  return {
    description: `${description}, from a log alone`,
    isPretrained: false,
    create(input) {
      const random = createRandom(input.seed).fork(STREAM.learner);
      const { batchSize, rolloutLength, steps } = SETTINGS.offline;
      const network = ownNetwork(input, 0, heads);
      const learner = create({ buffer: input.log(), network, random, batchSize, ...input.parameters });
      const { policy } = learner;
      return { learner: { specificationVersion: 'v1', policy, rolloutLength, learn: () => learner.train(steps) } };
    },
  };
}

const { discount } = SETTINGS;
/** A like: what it takes for an item to be one that the person wanted. */
const minReward = 0.5;
const { warmUp: criticWarmUpSteps } = SETTINGS.offline;

/** Offline learners, by name; each with its defaults but for the discount and a warm-up that is as short as the training. */
export const OFFLINE_METHODS: Readonly<Record<string, MethodDefinition>> = {
  'bc-offline': offline(
    'behaviour cloning of what was liked',
    (options) => createBehaviourCloning({ ...options, minReward }),
    ['actor'],
  ),
  'cql-offline': offline('conservative Q learning', (options) => createCql({ ...options, discount }), ['q']),
  'bcq-offline': offline('batch-constrained Q learning', (options) => createBcq({ ...options, discount })),
  'crr-offline': offline('critic-regularised regression', (options) => createCrr({ ...options, discount })),
  'sqn-offline': offline('self-supervised Q learning', (options) => createSqn({ ...options, minReward })),
  'sac-offline': offline('self-supervised actor-critic', (options) =>
    createSac4Rec({ ...options, minReward, criticWarmUpSteps }),
  ),
  'sa2c-offline': offline('supervised advantage actor-critic', (options) =>
    createSa2c({ ...options, criticWarmUpSteps }),
  ),
};
