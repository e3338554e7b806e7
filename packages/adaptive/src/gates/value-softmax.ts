import {
  CheckpointReader,
  checkPositive,
  checkShare,
  type Observation,
  partOf,
  readTensors,
  tensorsCheckpoint,
} from '@ialp/core';
import type { Network, Rollout } from '@ialp/policy';
import type { Gate } from '../gate.js';

/** Options of `createValueSoftmaxGate`. */
export interface ValueSoftmaxGateOptions {
  /** The pre-trained policy's network: its most probable item is its proposal. */
  readonly pretrained: Pick<Network, 'evaluate'>;
  /** The online policy's network, likewise. */
  readonly online: Pick<Network, 'evaluate'>;
  /** With the head `q`; the gate trains it on what is shown. A network of its own. */
  readonly values: Pick<Network, 'actionValues' | 'trainStep' | 'trainingState' | 'setTrainingState'>;
  /** Difference of values that is worth a factor e of odds. Above 0. Default 0.1. */
  readonly temperature?: number;
  /** Discount `gamma`; that of the learner. Default 0.9. */
  readonly discount?: number;
  /** The step size with which the values are learned. Default 0.003. */
  readonly learningRate?: number;
}

/**
 * Policy expansion (Zhang, Xu and Yu, ICLR 2023, arXiv 2302.00935): in each state one proposal of each policy, and a softmax of
 * their values, `w(s) = sigmoid((Q(s, a_pre) - Q(s, a_on)) / temperature)`.
 *
 * The proposals are the policies' most probable items, not draws, so that `w` is a function of the state and the mixture's
 * propensities are exact. The values are those of the mixture of the proposals, learned by
 * `Q(s, a) -> r + gamma (w(s') Q(s', a_pre') + (1 - w(s')) Q(s', a_on'))` from all that is shown, one step of the
 * optimiser a rollout.
 * @throws {InvalidOptionError}
 */
export function createValueSoftmaxGate(options: ValueSoftmaxGateOptions): Gate {
  const { pretrained, online, values, temperature = 0.1, discount = 0.9, learningRate = 0.003 } = options;
  for (const [option, value] of Object.entries({ temperature, learningRate })) checkPositive(option, value);
  checkShare('discount', discount);
  const settings = { learningRate, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };

  /** Of each state: the pre-trained policy's share, and the value of the two proposals in those shares. */
  function judge(states: Rollout['states']): { readonly share: Float32Array; readonly value: Float32Array } {
    const proposals = [pretrained, online].map((network) => network.evaluate(states).top(1).items.slice());
    const [first, second] = proposals.map((items) => values.actionValues(states).of(items).slice());
    const share = first.map((value, row) => 1 / (1 + Math.exp((second[row] - value) / temperature)));
    return { share, value: share.map((w, row) => w * first[row] + (1 - w) * second[row]) };
  }

  return {
    specificationVersion: 'v1',
    checkpoint: () => ({ values: tensorsCheckpoint(values.trainingState()) }),
    restore: (checkpoint) =>
      values.setTrainingState(readTensors(new CheckpointReader(partOf(checkpoint, 'values'), 'weights'))),
    weigh: ({ observation }: { readonly observation: Observation }, weights) => weights.set(judge(observation).share),
    observe({ rollout }) {
      const { states, actions, reward, terminated, next } = rollout;
      // Nothing is proposed where nothing may be shown; such a state is worth nothing.
      const { items } = next;
      const mask = next.mask.slice();
      const isOpen = terminated.map((left, row) =>
        left === 0 && mask.subarray(row * items, (row + 1) * items).includes(1) ? 1 : 0,
      );
      for (const [row, open] of isOpen.entries()) if (open === 0) mask[row * items] = 1;
      const { value } = judge({ ...next, mask });
      const qTarget = reward.map((now, row) => now + discount * isOpen[row] * value[row]);
      // A reward that is no number is for the learner to refuse; the values stay as they were.
      if (qTarget.every(Number.isFinite)) values.trainStep(states, actions, () => ({ qTarget }), settings);
    },
  };
}
