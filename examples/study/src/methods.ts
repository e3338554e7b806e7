import {
  annealedGate,
  constantGate,
  createAdaptiveLearner,
  type Gate,
  returnAdaptiveGate,
  sessionReturnGate,
  startOnline,
  valueSoftmaxGate,
} from '@ialp/adaptive';
import { type Catalogue, createRandom } from '@ialp/env';
import type { ItemSpace } from '@ialp/llm-user';
import {
  createA2C,
  createDqn,
  createEpsilonGreedy,
  createFixedLearner,
  createItemKnn,
  createLinUcb,
  createNetworkPolicy,
  createPopularity,
  createPpo,
  createRandomPolicy,
  createThompsonSampling,
  type EncoderName,
  type Learner,
  type Network,
  type Weights,
} from '@ialp/policy';
import { freshNetwork } from './pretraining.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import { textFeatures } from './text-features.js';

/** Hyper-parameters by name. */
export type Parameters = Readonly<Record<string, number>>;

/** What a method may begin with. */
export interface MethodInput {
  readonly catalogue: Catalogue;
  readonly space: ItemSpace;
  readonly seed: number;
  /** Interactions of the deployment. Only annealing looks at it. */
  readonly interactions: number;
  readonly parameters: Parameters;
  readonly encoder: EncoderName;
  /** Of the pre-trained policy; there for methods that need it. */
  readonly weights?: Weights;
}

/** A method, ready to be deployed. */
export interface Method {
  readonly learner: Learner;
  /** The pre-trained policy's share now, of mixtures. */
  readonly weight?: () => number;
}

/** A method that can be named on the command line. */
export interface MethodDefinition {
  readonly description: string;
  /** Whether it begins with the pre-trained policy. */
  readonly isPretrained: boolean;
  create(input: MethodInput): Method;
}

const learnerOf = (network: Network, parameters: Parameters): Learner & { network: Network } =>
  createA2C({ network, ...SETTINGS.learner, ...parameters });

const bandit = (description: string, create: (input: MethodInput) => Learner): MethodDefinition => ({
  description,
  isPretrained: false,
  create: (input) => ({ learner: create(input) }),
});

const prior = ({ items, prior: known }: Catalogue) => ({ items: items.length, ...(known && { prior: known }) });

/** How the new policy begins: a factor on the copy's output layer; 0 is a network of its own, which has seen nothing. */
type OnlineStartName = 'cold' | 'warm' | number;

/** How A-iALP_ap is put together; what is left out is its default. */
interface MixtureOptions {
  /** Default: as tuned. */
  readonly start?: OnlineStartName;
  readonly by?: 'session';
  readonly gate: (input: MethodInput, networks: { pretrained: Network; online: Network }) => Gate;
}

function mixture(description: string, { start, by = undefined, gate: gateOf }: MixtureOptions): MethodDefinition {
  return {
    description,
    isPretrained: true,
    create(input) {
      const pretrained = pretrainedNetwork(input);
      const { tempered, ...parameters } = input.parameters;
      const online = onlineNetwork(pretrained, start ?? tempered, input);
      const gate = gateOf(input, { pretrained, online });
      let weight = Number.NaN;
      const watched: Gate = {
        weigh(context, weights) {
          gate.weigh(context, weights);
          weight = weights.reduce((sum, value) => sum + value, 0) / weights.length;
        },
        ...(gate.observe && { observe: (experience) => gate.observe?.(experience) }),
      };
      return {
        learner: createAdaptiveLearner({
          pretrained: createNetworkPolicy(pretrained),
          online: learnerOf(online, parameters),
          gate: watched,
          ...(by && { by }),
        }),
        weight: () => weight,
      };
    },
  };
}

function onlineNetwork(pretrained: Network, start: OnlineStartName, { space, seed, encoder }: MethodInput): Network {
  if (start === 'cold' || start === 0) return freshNetwork(space.items, seed + 1000, encoder);
  return startOnline(pretrained, start === 'warm' ? 'warm' : { tempered: start });
}

const returnAdaptive: MixtureOptions['gate'] = (_input, { online }) =>
  returnAdaptiveGate({ critic: online, discount: SETTINGS.discount });

/** All methods, in the order of tables. */
export const METHODS: Readonly<Record<string, MethodDefinition>> = {
  random: bandit('any item, each as likely', ({ space }) => createFixedLearner(createRandomPolicy(space.items))),
  popularity: bandit('the item most liked so far', ({ catalogue, parameters }) =>
    createPopularity({ ...prior(catalogue), ...parameters }),
  ),
  'epsilon-greedy': bandit('the item most liked so far, and now and then any', ({ catalogue, parameters }) =>
    createEpsilonGreedy({ ...prior(catalogue), ...parameters }),
  ),
  'thompson-sampling': bandit('an item as often as it may be the best', ({ catalogue, parameters, seed }) =>
    createThompsonSampling({ ...prior(catalogue), ...parameters, random: createRandom(seed).fork(STREAM.learner) }),
  ),
  'lin-ucb': bandit('a linear model of text features, with an upper bound', ({ space, parameters }) =>
    createLinUcb({ features: textFeatures(space, SETTINGS.linUcbWidth), ...parameters }),
  ),
  'item-knn': bandit('items liked in the same sessions', ({ catalogue, parameters }) =>
    createItemKnn({ ...prior(catalogue), ...parameters }),
  ),
  'dqn-scratch': bandit('deep Q learning that begins with nothing', ({ space, seed, encoder, parameters }) =>
    createDqn({
      network: freshNetwork(space.items, seed, encoder, ['q']),
      random: createRandom(seed).fork(STREAM.learner),
      discount: SETTINGS.discount,
      ...parameters,
    }),
  ),
  'ppo-scratch': bandit(
    'clipped policy optimisation that begins with nothing',
    ({ space, seed, encoder, parameters }) => {
      const { discount, lambda, valueWeight, maxGradientNorm } = SETTINGS.learner;
      const random = createRandom(seed).fork(STREAM.learner);
      const network = freshNetwork(space.items, seed, encoder);
      return createPpo({ network, random, discount, lambda, valueWeight, maxGradientNorm, ...parameters });
    },
  ),
  'a2c-scratch': bandit('an actor-critic that begins with nothing', ({ space, seed, encoder, parameters }) =>
    learnerOf(freshNetwork(space.items, seed, encoder), parameters),
  ),
  'ialp-frozen': {
    description: 'pre-trained on the language model, then left as it is',
    isPretrained: true,
    create: (input) => ({ learner: createFixedLearner(createNetworkPolicy(pretrainedNetwork(input))) }),
  },
  'a-ialp-ft': {
    description: 'pre-trained, then fine-tuned on real feedback',
    isPretrained: true,
    create: (input) => ({ learner: learnerOf(startOnline(pretrainedNetwork(input), 'warm'), input.parameters) }),
  },
  'a-ialp-ap': mixture('pre-trained, mixed with a new policy by what either earns', { gate: returnAdaptive }),
  'a-ialp-ap, annealed': mixture('the mixture moves over a quarter of a horizon that it is told', {
    gate: ({ interactions }) => annealedGate({ interactions: interactions / 4 }),
  }),
  'a-ialp-ap, by session': mixture('each session has one of the two, by what their sessions earn', {
    by: 'session',
    gate: () => sessionReturnGate(),
  }),
  'a-ialp-ap, value-softmax': mixture('in each state by the values of both proposals', {
    gate: ({ seed, encoder, space }, networks) =>
      valueSoftmaxGate({
        ...networks,
        values: freshNetwork(space.items, seed + 2000, encoder, ['q']),
        discount: SETTINGS.discount,
      }),
  }),
  'a-ialp-ap, constant': mixture('half and half for ever', { gate: () => constantGate(0.5) }),
  'a-ialp-ap, cold': mixture('the new policy begins with nothing', { start: 'cold', gate: returnAdaptive }),
  'a-ialp-ap, tempered': mixture('the new policy begins as a copy that is half as certain', {
    start: 0.5,
    gate: returnAdaptive,
  }),
  'a-ialp-ap, warm': mixture('the new policy begins as a copy', { start: 'warm', gate: returnAdaptive }),
};

function pretrainedNetwork({ space, seed, encoder, weights }: MethodInput): Network {
  if (weights === undefined) throw new Error('This method needs the weights of the pre-trained policy.');
  const network = freshNetwork(space.items, seed, encoder);
  network.setWeights(weights);
  return network;
}
