import {
  createAdaptiveLearner,
  createAnnealedGate,
  createFineTuningLearner,
  createOnlineNetwork,
} from '@ialp/adaptive';
import { type Catalogue, createRandom } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  createRandomPolicy,
  type KernelsBuild,
  type Learner,
  type Network,
  type Weights,
} from '@ialp/policy';
import { createPopularity } from '@ialp/policy/bandits';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** The methods to compare, in the order of the table, with a description of each. */
export const METHODS = {
  random: 'uniformly random items',
  popularity: 'the most popular item, learned online from the prior',
  'a2c-scratch': 'an actor-critic trained from scratch',
  'ialp-frozen': 'pre-trained with the language model, then frozen',
  'a-ialp-ft': 'pre-trained, then fine-tuned online',
  'a-ialp-ap': 'pre-trained and frozen, mixed with a policy that learns online',
} as const;

/** Name of a method, as in flags and results. */
export type MethodName = keyof typeof METHODS;

/** Names of all methods. */
export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** Whether a method needs the pre-trained policy. */
export function isPretrained(method: MethodName): boolean {
  return method === 'ialp-frozen' || method === 'a-ialp-ft' || method === 'a-ialp-ap';
}

/** Input of `createMethod`. */
export interface MethodInput {
  readonly catalogue: Catalogue;
  readonly seed: number;
  /** Interactions of the deployment. */
  readonly interactions: number;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  /** Weights of the pre-trained policy; required by methods that use it. */
  readonly weights?: Weights;
}

/** Input of `freshNetwork`. */
export interface NetworkSpec extends Pick<MethodInput, 'seed' | 'kernels'> {
  readonly items: number;
  /** Distinguishes the networks of a run. */
  readonly stream: number;
}

/** A network with random initial weights. */
export function freshNetwork({ items, seed, stream, kernels }: NetworkSpec): Network {
  const { historyLength } = SETTINGS;
  const random = createRandom(seed).fork(STREAM.network, stream);
  return createNetwork({ items, historyLength, kernels, random });
}

/** Creates the learner of a method. */
export function createMethod(method: MethodName, input: MethodInput): Learner {
  const { seed, kernels } = input;
  const items = input.catalogue.items.length;
  const learner = (network: Network): Learner => createA2C({ network, ...SETTINGS.learner });
  switch (method) {
    case 'random':
      return createFrozenLearner(createRandomPolicy(items));
    case 'popularity': {
      const { prior } = input.catalogue;
      return createPopularity({ items, priorStrength: SETTINGS.priorStrength, ...(prior && { prior }) });
    }
    case 'a2c-scratch':
      return learner(freshNetwork({ items, seed, kernels, stream: STREAM.online }));
    case 'ialp-frozen':
      return createFrozenLearner(createNetworkPolicy(pretrainedNetwork(items, input)));
    case 'a-ialp-ft':
      return createFineTuningLearner(pretrainedNetwork(items, input), learner);
    case 'a-ialp-ap': {
      const pretrained = pretrainedNetwork(items, input);
      return createAdaptiveLearner({
        pretrained: createNetworkPolicy(pretrained),
        online: learner(createOnlineNetwork(pretrained, { logitScale: SETTINGS.onlineLogitScale })),
        gate: createAnnealedGate({ from: 1, to: 0, interactions: SETTINGS.annealedOver * input.interactions }),
      });
    }
  }
}

function pretrainedNetwork(items: number, { seed, kernels, weights }: MethodInput): Network {
  if (weights === undefined) throw new Error('This method needs the weights of the pre-trained policy.');
  const network = freshNetwork({ items, seed, kernels, stream: STREAM.pretraining });
  network.setWeights(weights);
  return network;
}
