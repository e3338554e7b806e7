import {
  createAdaptiveLearner,
  createAnnealedGate,
  createConstantGate,
  createOnlineNetwork,
  createReturnAdaptiveGate,
  createSessionReturnGate,
  createValueSoftmaxGate,
  type Gate,
  withRewardFloor,
} from '@ialp/adaptive';
import { createNetworkPolicy, type Network } from '@ialp/policy';
import { actorCritic } from './actor-critic.js';
import type { MethodDefinition, MethodInput } from './method.js';
import { earlyNetwork, ownNetwork, pretrainedNetwork } from './method-networks.js';
import { SETTINGS } from './settings.js';

/** Options of a variant of A-iALP_ap. */
interface MixtureOptions {
  /**
   * Initialisation of the online policy: untrained (`cold`), a network whose pre-training was stopped early (`early`),
   * or a copy of the pre-trained network. Default: `cold` if the hyper-parameter `coldStart` is 1, otherwise `early`.
   */
  readonly start?: 'cold' | 'early' | 'warm' | { readonly logitScale: number };
  readonly by?: 'session';
  /** Whether a reward floor limits the loss to a tenth of the pre-trained policy's reward. */
  readonly floor?: boolean;
  readonly gate: (input: MethodInput, networks: { pretrained: Network; online: Network }) => Gate;
}

function mixture(description: string, { start, by, floor, gate: gateOf }: MixtureOptions): MethodDefinition {
  return {
    description,
    isPretrained: true,
    create(input) {
      const pretrained = pretrainedNetwork(input);
      const { coldStart, ...parameters } = input.parameters;
      const online = onlineNetwork(input, start ?? (coldStart === 1 ? 'cold' : 'early'), pretrained);
      const gate = gateOf(input, { pretrained, online });
      let weight = Number.NaN;
      const watched: Gate = {
        specificationVersion: 'v2',
        weigh(context, weights) {
          gate.weigh(context, weights);
          weight = weights.reduce((sum, value) => sum + value, 0) / weights.length;
        },
        ...(gate.observe && { observe: (experience) => gate.observe?.(experience) }),
      };
      const frozen = createNetworkPolicy(pretrained);
      const learner = createAdaptiveLearner({
        pretrained: frozen,
        online: actorCritic(online, parameters),
        gate: watched,
        ...(by && { by }),
      });
      return {
        learner: floor ? withRewardFloor({ pretrained: frozen, learner, maxLossShare: SETTINGS.floor.alpha }) : learner,
        weight: () => weight,
      };
    },
  };
}

function onlineNetwork(input: MethodInput, start: NonNullable<MixtureOptions['start']>, pretrained: Network): Network {
  if (start === 'early') return earlyNetwork(input);
  return createOnlineNetwork(pretrained, start === 'cold' ? ownNetwork(input, 1000) : start);
}

const returnAdaptive: MixtureOptions['gate'] = (_input, { online }) =>
  createReturnAdaptiveGate({ critic: online, discount: SETTINGS.discount });

/** A-iALP_ap and its variants, by name. */
export const MIXTURES: Readonly<Record<string, MethodDefinition>> = {
  'a-ialp-ap': mixture('pre-trained and frozen, mixed with an online policy by the return-adaptive gate', {
    gate: returnAdaptive,
  }),
  'a-ialp-ap, annealed': mixture('annealed gate over a quarter of the known horizon', {
    gate: ({ interactions }) => createAnnealedGate({ interactions: interactions / 4 }),
  }),
  'a-ialp-ap, by session': mixture('one policy per session, by session returns', {
    by: 'session',
    gate: () => createSessionReturnGate(),
  }),
  'a-ialp-ap, value-softmax': mixture('value-softmax gate: by the values of both proposals in each state', {
    gate: (input, networks) =>
      createValueSoftmaxGate({ ...networks, values: ownNetwork(input, 2000, ['q']), discount: SETTINGS.discount }),
  }),
  'a-ialp-ap, constant': mixture('constant gate, one half', { gate: () => createConstantGate(0.5) }),
  'a-ialp-ap, floor': mixture("with a reward floor at 0.9 of the pre-trained policy's reward", {
    floor: true,
    gate: returnAdaptive,
  }),
  'a-ialp-ap, early': mixture('online policy from a pre-training that was stopped early', {
    start: 'early',
    gate: returnAdaptive,
  }),
  'a-ialp-ap, cold': mixture('online policy untrained', { start: 'cold', gate: returnAdaptive }),
  'a-ialp-ap, tempered': mixture('online policy as a copy with logits divided by two', {
    start: { logitScale: 0.5 },
    gate: returnAdaptive,
  }),
  'a-ialp-ap, warm': mixture('online policy as a copy', { start: 'warm', gate: returnAdaptive }),
};
