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

/** How A-iALP_ap is put together; what is left out is its default. */
interface MixtureOptions {
  /**
   * How the new policy begins: with nothing, or with a network of its own whose pre-training was stopped early, or with the
   * pre-trained one's. Default: with nothing where the hyper-parameter `coldStart` is 1, else early.
   */
  readonly start?: 'cold' | 'early' | 'warm' | { readonly logitScale: number };
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
      const { coldStart, ...parameters } = input.parameters;
      const online = onlineNetwork(input, start ?? (coldStart === 1 ? 'cold' : 'early'), pretrained);
      const gate = gateOf(input, { pretrained, online });
      let weight = Number.NaN;
      const watched: Gate = {
        specificationVersion: 'v1',
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
        learner: floor ? withRewardFloor({ pretrained: frozen, learner, alpha: SETTINGS.floor.alpha }) : learner,
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

/** A-iALP_ap and its kinds, by name. */
export const MIXTURES: Readonly<Record<string, MethodDefinition>> = {
  'a-ialp-ap': mixture('pre-trained, mixed with a new policy by what either earns', { gate: returnAdaptive }),
  'a-ialp-ap, annealed': mixture('the mixture moves over a quarter of a horizon that it is told', {
    gate: ({ interactions }) => createAnnealedGate({ interactions: interactions / 4 }),
  }),
  'a-ialp-ap, by session': mixture('each session has one of the two, by what their sessions earn', {
    by: 'session',
    gate: () => createSessionReturnGate(),
  }),
  'a-ialp-ap, value-softmax': mixture('in each state by the values of both proposals', {
    gate: (input, networks) =>
      createValueSoftmaxGate({ ...networks, values: ownNetwork(input, 2000, ['q']), discount: SETTINGS.discount }),
  }),
  'a-ialp-ap, constant': mixture('half and half for ever', { gate: () => createConstantGate(0.5) }),
  'a-ialp-ap, floor': mixture('with a guardrail: at most a tenth less than the pre-trained policy earns', {
    floor: true,
    gate: returnAdaptive,
  }),
  'a-ialp-ap, early': mixture('the new policy begins where the pre-training was stopped early', {
    start: 'early',
    gate: returnAdaptive,
  }),
  'a-ialp-ap, cold': mixture('the new policy begins with nothing', { start: 'cold', gate: returnAdaptive }),
  'a-ialp-ap, tempered': mixture('the new policy begins as a copy that is half as certain', {
    start: { logitScale: 0.5 },
    gate: returnAdaptive,
  }),
  'a-ialp-ap, warm': mixture('the new policy begins as a copy', { start: 'warm', gate: returnAdaptive }),
};
