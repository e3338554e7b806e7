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
  createPopularity,
  createRandomPolicy,
  type Learner,
  type Network,
  type Weights,
} from '@ialp/policy';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** What is compared, in the order of the table, with what each does in words. */
export const METHODS = {
  random: 'any film or item, each as likely',
  popularity: 'the best known item, then the one most liked so far',
  'a2c-scratch': 'an actor-critic that begins with nothing',
  'ialp-frozen': 'pre-trained on the language model, then left as it is',
  'a-ialp-ft': 'pre-trained, then fine-tuned on real feedback',
  'a-ialp-ap': 'pre-trained, then mixed with a new policy that learns online',
} as const;

/** A method's name, as in flags and results. */
export type MethodName = keyof typeof METHODS;

/** All of them. */
export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

/** Whether a method needs the pre-trained policy. */
export function isPretrained(method: MethodName): boolean {
  return method === 'ialp-frozen' || method === 'a-ialp-ft' || method === 'a-ialp-ap';
}

/** What a method may begin with. */
export interface MethodInput {
  readonly catalogue: Catalogue;
  readonly seed: number;
  /** Interactions of the deployment. */
  readonly interactions: number;
  /** The pre-trained policy's; there for methods that need it. */
  readonly weights?: Weights;
}

/** A network with fresh weights, and with the kernels that give the same results on every machine. */
export function freshNetwork(items: number, seed: number, stream: number): Network {
  const { historyLength } = SETTINGS;
  const random = createRandom(seed).fork(STREAM.network, stream);
  return createNetwork({ items, historyLength, kernels: 'portable', random });
}

/** The learner that is deployed under a name. */
export function createMethod(method: MethodName, input: MethodInput): Learner {
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
      return learner(freshNetwork(items, input.seed, STREAM.online));
    case 'ialp-frozen':
      return createFrozenLearner(createNetworkPolicy(pretrainedNetwork(items, input)));
    case 'a-ialp-ft':
      return createFineTuningLearner(pretrainedNetwork(items, input), learner);
    case 'a-ialp-ap': {
      const pretrained = pretrainedNetwork(items, input);
      return createAdaptiveLearner({
        pretrained: createNetworkPolicy(pretrained),
        online: learner(createOnlineNetwork(pretrained, { logitScale: SETTINGS.tempered })),
        gate: createAnnealedGate({ from: 1, to: 0, interactions: SETTINGS.annealedOver * input.interactions }),
      });
    }
  }
}

function pretrainedNetwork(items: number, { seed, weights }: MethodInput): Network {
  if (weights === undefined) throw new Error('This method needs the weights of the pre-trained policy.');
  const network = freshNetwork(items, seed, STREAM.pretraining);
  network.setWeights(weights);
  return network;
}
