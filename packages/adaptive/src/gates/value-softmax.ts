import {
  checkMethods,
  checkObject,
  checkOptionNames,
  checkPositive,
  checkShare,
  countAllowed,
  described,
  endAfter,
  InvalidOptionError,
  nextStates,
  type Observation,
  TRAJECTORY_END,
} from '@ialp/core';
import { CheckpointReader, partOf, readTensors, tensorsCheckpoint } from '@ialp/core/checkpoint';
import type { Network, States } from '@ialp/policy';
import type { Gate } from '../gate.js';

/** Options of `createValueSoftmaxGate`. */
export interface ValueSoftmaxGateOptions {
  /** Network of the pre-trained policy: its most probable item is its proposal. */
  readonly pretrained: Pick<Network, 'evaluate'>;
  /** Network of the online policy, likewise. */
  readonly online: Pick<Network, 'evaluate'>;
  /** A separate network with the head `q`, which the gate trains. */
  readonly values: Pick<Network, 'actionValues' | 'trainStep' | 'trainingState' | 'setTrainingState'>;
  /** Temperature of the softmax, in units of value. Above 0. Default 0.1. */
  readonly temperature?: number;
  /**
   * Discount `gamma`: pass the learner's, such as 0.8, the default of `createA2C` and of the other learners of `@ialp/policy`. Default
   * 0.9.
   */
  readonly discount?: number;
  /** Step size for training the values. Default 0.003. */
  readonly learningRate?: number;
}

const OPTION_NAMES: readonly (keyof ValueSoftmaxGateOptions)[] = [
  'pretrained',
  'online',
  'values',
  'temperature',
  'discount',
  'learningRate',
];

/** The properties of a network that say what it is for; other objects may lack them. */
interface Described {
  readonly items?: unknown;
  readonly heads?: unknown;
}

/** @throws {InvalidOptionError} for values that are not networks, lack a head, or are for different catalogues. */
function checkNetworks({ pretrained, online, values }: ValueSoftmaxGateOptions): void {
  const methods = ['actionValues', 'trainStep', 'trainingState', 'setTrainingState'];
  checkMethods('values', values, methods, "a network with the head 'q'");
  for (const [option, network] of Object.entries({ pretrained, online })) {
    checkMethods(option, network, ['evaluate'], "a network with the head 'actor'");
  }
  const { items } = values as Described;
  for (const [option, network] of Object.entries({ values, pretrained, online } as Readonly<
    Record<string, Described>
  >)) {
    const head = option === 'values' ? 'q' : 'actor';
    if (Array.isArray(network.heads) && !network.heads.includes(head)) {
      const found = described(`one with the heads ${network.heads.join(', ')}`);
      throw new InvalidOptionError(option, found, `a network with the head '${head}'`);
    }
    if (typeof items !== 'number' || typeof network.items !== 'number' || network.items === items) continue;
    const found = described(`one for ${network.items} items`);
    throw new InvalidOptionError(option, found, `a network for the ${items} items of the option values`);
  }
}

/**
 * Policy expansion (Zhang, Xu and Yu, ICLR 2023, arXiv 2302.00935): each policy proposes an item in each state, and the weight is
 * a softmax of the proposals' values, `w(s) = sigmoid((Q(s, a_pre) - Q(s, a_on)) / temperature)`.
 *
 * The proposals are the policies' most probable items and not samples, so that `w` is a function of the state and the mixture's
 * propensities are exact. The values are those of the mixture of the proposals, learned from all interactions with the target
 * `Q(s, a) -> r + gamma (w(s') Q(s', a_pre') + (1 - w(s')) Q(s', a_on'))`, one optimiser step per update.
 * @throws {InvalidOptionError}
 */
export function createValueSoftmaxGate(options: ValueSoftmaxGateOptions): Gate {
  checkObject('options', options, 'an object, such as { pretrained, online, values }');
  checkOptionNames(options, OPTION_NAMES);
  checkNetworks(options);
  const { pretrained, online, values, temperature = 0.1, discount = 0.9, learningRate = 0.003 } = options;
  for (const [option, value] of Object.entries({ temperature, learningRate })) checkPositive(option, value);
  checkShare('discount', discount);
  const settings = { learningRate, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };

  /** For each state, the pre-trained policy's weight, and the weighted value of both proposals. */
  function judge(states: States): { readonly share: Float32Array; readonly value: Float32Array } {
    const proposals = [pretrained, online].map((network) => network.evaluate(states).top(1).items.slice());
    const [first, second] = proposals.map((items) => values.actionValues(states).of(items).slice());
    const share = first.map((value, row) => 1 / (1 + Math.exp((second[row] - value) / temperature)));
    return { share, value: share.map((w, row) => w * first[row] + (1 - w) * second[row]) };
  }

  return {
    specificationVersion: 'v2',
    checkpoint: () => ({ values: tensorsCheckpoint(values.trainingState()) }),
    restore: (checkpoint) =>
      values.setTrainingState(readTensors(new CheckpointReader(partOf(checkpoint, 'values'), 'weights'))),
    weigh: ({ observation }: { readonly observation: Observation }, weights) => weights.set(judge(observation).share),
    observe({ trajectories }) {
      const { rows, states, slateSize, actions, reward } = trajectories;
      if (slateSize !== 1) {
        throw new InvalidOptionError(
          'trajectories',
          described(`slates of ${slateSize}`),
          'single items, for this gate',
        );
      }
      const next = nextStates(trajectories);
      // A state that allows no item has no proposals and the value 0; there all items are allowed to ask for them.
      const isOpen = Uint8Array.from({ length: rows }, (_, row) =>
        endAfter(trajectories, row) !== TRAJECTORY_END.terminated && countAllowed(next, row) > 0 ? 1 : 0,
      );
      const count = next.exclusions.count.map((excluded, row) => (isOpen[row] === 1 ? excluded : 0));
      const { value } = judge({ ...next, exclusions: { ...next.exclusions, count } });
      const qTarget = reward.map((now, row) => now + discount * isOpen[row] * value[row]);
      // The learner refuses a reward that is not finite; the values are then unchanged.
      if (qTarget.every(Number.isFinite)) values.trainStep(states, actions, () => ({ qTarget }), settings);
    },
  };
}
