import {
  annealedGate,
  constantGate,
  createAdaptiveLearner,
  type Gate,
  returnAdaptiveGate,
  sessionReturnGate,
  startOnline,
  valueSoftmaxGate,
  withRewardFloor,
} from '@ialp/adaptive';
import { type Catalogue, createRandom } from '@ialp/env';
import type { ItemSpace } from '@ialp/llm-user';
import {
  createA2C,
  createDiscreteSac,
  createDqn,
  createEpsilonGreedy,
  createFixedLearner,
  createItemKnn,
  createLinUcb,
  createNetworkPolicy,
  createPopularity,
  createPpo,
  createRandomPolicy,
  createReinforce,
  createThompsonSampling,
  type EncoderName,
  type Head,
  type ItemFeatures,
  type Learner,
  type Network,
  type Weights,
} from '@ialp/policy';
import { freshNetwork, type TextOf } from './networks.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

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
  /** What is known of the items' texts. */
  readonly textOf: TextOf;
  /** Numbers of an item's text that networks know which begin with nothing. */
  readonly textWidth: number;
  /** The pre-trained policy; there for methods that need it. */
  readonly pretrained?: { readonly weights: Weights; readonly textWidth: number };
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

/** How A-iALP_ap is put together; what is left out is its default. */
interface MixtureOptions {
  /** How the new policy begins. Default: with a network of its own, which has seen nothing. */
  readonly start?: 'warm' | { readonly tempered: number };
  readonly by?: 'session';
  /** Whether a guardrail keeps it from costing more than a tenth of what the pre-trained policy earns. */
  readonly floor?: boolean;
  readonly gate: (input: MethodInput, networks: { pretrained: Network; online: Network }) => Gate;
}

function mixture(description: string, { start, by, floor, gate: gateOf }: MixtureOptions): MethodDefinition {
  return {
    description,
    isPretrained: true,
    create(input) {
      const pretrained = pretrainedNetwork(input);
      const online = start === undefined ? ownNetwork(input, 1000) : startOnline(pretrained, start);
      const gate = gateOf(input, { pretrained, online });
      let weight = Number.NaN;
      const watched: Gate = {
        weigh(context, weights) {
          gate.weigh(context, weights);
          weight = weights.reduce((sum, value) => sum + value, 0) / weights.length;
        },
        ...(gate.observe && { observe: (experience) => gate.observe?.(experience) }),
      };
      const frozen = createNetworkPolicy(pretrained);
      const learner = createAdaptiveLearner({
        pretrained: frozen,
        online: learnerOf(online, input.parameters),
        gate: watched,
        ...(by && { by }),
      });
      return {
        learner: floor ? withRewardFloor({ pretrained: frozen, learner, alpha: SETTINGS.floor.alpha }) : learner,
        weight: () => weight,
      };
    },
  };
}

/** A network that begins with nothing but what is known of the items; `place` tells those of one run apart. */
function ownNetwork({ space, seed, encoder, textOf, textWidth }: MethodInput, place = 0, heads?: Head[]): Network {
  const text = textOf(textWidth);
  return freshNetwork({ items: space.items, seed: seed + place, encoder, text, ...(heads && { heads }) });
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
  'lin-ucb': bandit('a linear model of text features, with an upper bound', ({ textOf, parameters }) =>
    createLinUcb({ features: textOf(SETTINGS.linUcbWidth) as ItemFeatures, ...parameters }),
  ),
  'item-knn': bandit('items liked in the same sessions', ({ catalogue, parameters }) =>
    createItemKnn({ ...prior(catalogue), ...parameters }),
  ),
  'dqn-scratch': bandit('deep Q learning that begins with nothing', (input) =>
    createDqn({
      network: ownNetwork(input, 0, ['q']),
      random: createRandom(input.seed).fork(STREAM.learner),
      discount: SETTINGS.discount,
      ...input.parameters,
    }),
  ),
  'ppo-scratch': bandit('clipped policy optimisation that begins with nothing', (input) => {
    const { discount, lambda, valueWeight, maxGradientNorm } = SETTINGS.learner;
    const random = createRandom(input.seed).fork(STREAM.learner);
    const settings = { discount, lambda, valueWeight, maxGradientNorm, ...input.parameters };
    return createPpo({ network: ownNetwork(input), random, ...settings });
  }),
  'reinforce-scratch': bandit('the policy gradient of whole sessions, which begins with nothing', (input) => {
    const { discount, learningRate, entropyWeight, maxGradientNorm } = SETTINGS.learner;
    const settings = { discount, learningRate, entropyWeight, maxGradientNorm, ...input.parameters };
    return createReinforce({ network: ownNetwork(input, 0, ['actor']), ...settings });
  }),
  'sac-scratch': bandit('a soft actor-critic with replay, which begins with nothing', (input) =>
    createDiscreteSac({
      network: ownNetwork(input, 0, ['actor', 'q']),
      twin: ownNetwork(input, 1000, ['q']),
      random: createRandom(input.seed).fork(STREAM.learner),
      discount: SETTINGS.discount,
      ...input.parameters,
    }),
  ),
  'a2c-scratch': bandit('an actor-critic that begins with nothing', (input) =>
    learnerOf(ownNetwork(input), input.parameters),
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
    gate: (input, networks) =>
      valueSoftmaxGate({ ...networks, values: ownNetwork(input, 2000, ['q']), discount: SETTINGS.discount }),
  }),
  'a-ialp-ap, constant': mixture('half and half for ever', { gate: () => constantGate(0.5) }),
  'a-ialp-ap, floor': mixture('with a guardrail: at most a tenth less than the pre-trained policy earns', {
    floor: true,
    gate: returnAdaptive,
  }),
  'a-ialp-ap, tempered': mixture('the new policy begins as a copy that is half as certain', {
    start: { tempered: 0.5 },
    gate: returnAdaptive,
  }),
  'a-ialp-ap, warm': mixture('the new policy begins as a copy', { start: 'warm', gate: returnAdaptive }),
};

function pretrainedNetwork({ space, seed, encoder, textOf, pretrained }: MethodInput): Network {
  if (pretrained === undefined) throw new Error('This method needs the pre-trained policy.');
  const network = freshNetwork({ items: space.items, seed, encoder, text: textOf(pretrained.textWidth) });
  network.setWeights(pretrained.weights);
  return network;
}
