import { createOnlineNetwork } from '@ialp/adaptive';
import { type Catalogue, createRandom } from '@ialp/env';
import {
  createDiscreteSac,
  createDqn,
  createFrozenLearner,
  createNetworkPolicy,
  createPpo,
  createRandomPolicy,
  createReinforce,
  type Learner,
} from '@ialp/policy';
import {
  createEpsilonGreedy,
  createItemKnn,
  createLinUcb,
  createPopularity,
  createThompsonSampling,
  type ItemFeatures,
} from '@ialp/policy/bandits';
import { actorCritic } from './actor-critic.js';
import type { MethodDefinition, MethodInput } from './method.js';
import { earlyNetwork, ownNetwork, pretrainedNetwork } from './method-networks.js';
import { MIXTURES } from './mixtures.js';
import { OFFLINE_METHODS } from './offline-methods.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

const bandit = (description: string, create: (input: MethodInput) => Learner): MethodDefinition => ({
  description,
  isPretrained: false,
  create: (input) => ({ learner: create(input) }),
});

const prior = ({ items, prior: known }: Catalogue) => ({ items: items.length, ...(known && { prior: known }) });

/** Hyper-parameters without tuning, fixed here so that the results do not change with the defaults of the packages. */
const UNTUNED_DEFAULTS = {
  popularity: { priorStrength: 20 },
  thompsonSampling: { priorStrength: 20 },
  dqn: { learningRate: 0.001, epsilonDecaySteps: 20_000 },
  ppo: { rolloutLength: 20, learningRate: 0.003, entropyWeight: 0.01 },
  reinforce: { rolloutLength: 40 },
} as const;

/** All methods, in the order of tables. */
export const METHODS: Readonly<Record<string, MethodDefinition>> = {
  random: bandit('uniformly random items', ({ space }) => createFrozenLearner(createRandomPolicy(space.items))),
  popularity: bandit('the most liked item', ({ catalogue, parameters }) =>
    createPopularity({ ...prior(catalogue), ...UNTUNED_DEFAULTS.popularity, ...parameters }),
  ),
  'epsilon-greedy': bandit('the most liked item, with random exploration', ({ catalogue, parameters }) =>
    createEpsilonGreedy({ ...prior(catalogue), ...parameters }),
  ),
  'thompson-sampling': bandit('Thompson sampling with a Beta posterior per item', ({ catalogue, parameters, seed }) =>
    createThompsonSampling({
      ...{ ...prior(catalogue), ...UNTUNED_DEFAULTS.thompsonSampling, ...parameters },
      random: createRandom(seed).fork(STREAM.learner),
    }),
  ),
  'lin-ucb': bandit('linear model of text features with upper confidence bounds', ({ textOf, parameters }) =>
    createLinUcb({ features: textOf(SETTINGS.linUcbWidth) as ItemFeatures, ...parameters }),
  ),
  'item-knn': bandit('items that were liked in the same sessions', ({ catalogue, parameters }) =>
    createItemKnn({ ...prior(catalogue), ...parameters }),
  ),
  'dqn-scratch': bandit('deep Q-learning, from scratch', (input) =>
    createDqn({
      network: ownNetwork(input, 0, ['q']),
      random: createRandom(input.seed).fork(STREAM.learner),
      discount: SETTINGS.discount,
      ...{ ...UNTUNED_DEFAULTS.dqn, ...input.parameters },
    }),
  ),
  'ppo-scratch': bandit('proximal policy optimisation, from scratch', (input) => {
    const { discount, lambda, valueWeight, maxGradientNorm } = SETTINGS.learner;
    const random = createRandom(input.seed).fork(STREAM.learner);
    const shared = { discount, lambda, valueWeight, maxGradientNorm };
    const settings = { ...shared, ...UNTUNED_DEFAULTS.ppo, ...input.parameters };
    return createPpo({ network: ownNetwork(input), random, ...settings });
  }),
  'reinforce-scratch': bandit('policy gradient over whole sessions, from scratch', (input) => {
    const { discount, learningRate, entropyWeight, maxGradientNorm } = SETTINGS.learner;
    const shared = { discount, learningRate, entropyWeight, maxGradientNorm };
    const settings = { ...shared, ...UNTUNED_DEFAULTS.reinforce, ...input.parameters };
    return createReinforce({ network: ownNetwork(input, 0, ['actor']), ...settings });
  }),
  'sac-scratch': bandit('soft actor-critic with replay, from scratch', (input) =>
    createDiscreteSac({
      network: ownNetwork(input, 0, ['actor', 'q']),
      twin: ownNetwork(input, 1000, ['q']),
      random: createRandom(input.seed).fork(STREAM.learner),
      discount: SETTINGS.discount,
      ...input.parameters,
    }),
  ),
  'a2c-scratch': bandit('actor-critic, from scratch', (input) => actorCritic(ownNetwork(input), input.parameters)),
  'ialp-frozen': {
    description: 'pre-trained with the language model, then frozen',
    isPretrained: true,
    create: (input) => ({ learner: createFrozenLearner(createNetworkPolicy(pretrainedNetwork(input))) }),
  },
  'a-ialp-ft': {
    description: 'pre-trained, then fine-tuned online',
    isPretrained: true,
    create: (input) => ({
      learner: actorCritic(createOnlineNetwork(pretrainedNetwork(input), 'warm'), input.parameters),
    }),
  },
  'a-ialp-ft, early': {
    description: 'fine-tuned from the early stop of the pre-training',
    isPretrained: true,
    create: (input) => ({ learner: actorCritic(earlyNetwork(input), input.parameters) }),
  },
  ...MIXTURES,
  ...OFFLINE_METHODS,
};
