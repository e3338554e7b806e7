import { checkNumber, checkShare, countAvailable, described, InvalidOptionError } from '@ialp/core';
import { checkNetwork } from '../../checks/arguments.js';
import { checkNamedOptions } from '../../checks/options.js';
import type { Transitions } from '../../experience/transitions.js';
import type { LearningReport } from '../../learner.js';
import type { Network, States } from '../../network.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { actableStates } from '../replay/next-states.js';
import {
  createReplayLearner,
  REPLAY_NAMES,
  type ReplayAlgorithm,
  type ReplayLearner,
  type ReplayOptions,
  type ReplaySettings,
} from '../replay/replay-learner.js';
import { type SampledSoftmaxOptions, type Sampling, sampledSoftmaxOf } from '../sampled-softmax.js';
import type { Schedule } from '../schedule.js';

/** Options of `createDiscreteSac`, beside those of every replay learner. */
export interface DiscreteSacOptions extends ReplayOptions, SampledSoftmaxOptions {
  /** With the heads `actor` and `q`; it is trained in place. */
  readonly network: Network;
  /** Second critic, with the head `q` and its own initial weights: the smaller of the two values is used. Default: none. */
  readonly twin?: Network;
  /** `alpha`: weight of the entropy, per nat; with `targetEntropyScale`, its initial value. Default 0.02. */
  readonly temperature?: number;
  /** Target entropy as a share of the logarithm of the number of available items, to which `temperature` is adjusted. Default: a constant temperature. */
  readonly targetEntropyScale?: number;
  /** The optimiser's step size, or a schedule. Default 0.001. */
  readonly learningRate?: Schedule;
}

const OPTION_NAMES: readonly (keyof DiscreteSacOptions)[] = [
  ...REPLAY_NAMES,
  'network',
  'twin',
  'sampledSoftmax',
  'temperature',
  'targetEntropyScale',
];

/**
 * Soft actor-critic for discrete actions (Haarnoja et al. 2018; Christodoulou 2019, arXiv 1910.07207), from a replay buffer.
 * With `a' ~ pi(.|s')` and target networks `Q'`, the critics regress on
 *
 * `r + gamma (min Q'(s', a') - alpha log pi(a'|s'))`, and the actor maximises `E_{a ~ pi}[min Q(s, a)] + alpha entropy(pi(.|s))`.
 *
 * Christodoulou sums over all actions; here one action is sampled, which is the same in expectation and needs no
 * `[batch, items]` table. The entropy is exact, without `sampledSoftmax`. The actor's baseline is the mean value over the batch.
 *
 * It is off-policy and learns from any policy's experience.
 *
 * `learn` throws an `InvalidOptionError` for what is not trajectories or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; the trajectories are then not stored.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createDiscreteSac(options: DiscreteSacOptions): ReplayLearner {
  checkNamedOptions(options, '{ network, random }', OPTION_NAMES);
  const { network, twin, temperature = 0.02, targetEntropyScale, learningRate = 0.001, sampledSoftmax } = options;
  checkNumber('temperature', temperature, 0);
  if (targetEntropyScale !== undefined) checkShare('targetEntropyScale', targetEntropyScale);
  checkNetwork(network, ['actor', 'q'], 'createDiscreteSac');
  if (twin !== undefined) checkNetwork(twin, ['q'], 'createDiscreteSac', 'twin');
  if (twin === network) {
    const expected = 'another network, with its own initial weights';
    throw new InvalidOptionError('twin', described('the same network'), expected);
  }
  const sampling = sampledSoftmaxOf(sampledSoftmax, options.random);
  const critics = twin === undefined ? [network] : [network, twin];
  return createReplayLearner({ ...options, learningRate }, critics, (settings) =>
    softActorCritic({ network, critics, temperature, targetEntropyScale, sampling }, settings),
  );
}

interface Parts {
  readonly network: Network;
  readonly critics: readonly Network[];
  readonly temperature: number;
  readonly targetEntropyScale: number | undefined;
  readonly sampling: Sampling;
}

function softActorCritic(
  { network, critics, temperature: first, targetEntropyScale, sampling }: Parts,
  { discount, random, training, targets }: ReplaySettings,
): ReplayAlgorithm {
  let temperature = first;

  /** `[rows]`: the smallest of the critics' values. */
  function smallestValue(of: readonly Network[], states: States, actions: Int32Array): Float32Array {
    const [one, other] = of.map((critic) => critic.actionValues(states).of(actions).slice());
    return other === undefined ? one : one.map((value, row) => Math.min(value, other[row]));
  }

  function trainCritics({ states, actions, reward, terminated, steps, next }: Transitions): number {
    const { states: opened, isOpen } = actableStates(next, terminated);
    const sampled = network.evaluate(opened).sample(random);
    const value = smallestValue(targets, next, sampled.items);
    const qTarget = reward.map(
      (now, row) =>
        now + discount ** steps[row] * isOpen[row] * (value[row] - temperature * Math.log(sampled.propensity[row])),
    );
    const settings = { ...training(), ...sampling };
    const reports = critics.map((critic) => critic.trainStep(states, actions, () => ({ qTarget }), settings));
    return reports[0].qLoss;
  }

  function trainActor(states: States): LearningReport {
    const { items } = network.evaluate(states).sample(random);
    const value = smallestValue(critics, states, items);
    const baseline = value.reduce((sum, q) => sum + q, 0) / value.length;
    const policyWeight = value.map((q) => q - baseline);
    const settings = { ...training(), ...sampling, entropyWeight: temperature };
    const { entropy, gradientNorm } = network.trainStep(states, items, () => ({ policyWeight }), settings);
    if (targetEntropyScale !== undefined) {
      const targetEntropy = targetEntropyScale * Math.log(countAvailable(states.available));
      // Gradient step on log alpha for the loss alpha (H - target).
      temperature *= Math.exp(settings.learningRate * (targetEntropy - entropy));
    }
    return { entropy, gradientNorm };
  }

  return {
    policy: createNetworkPolicy(network),
    policyNetworks: [network],
    train(batch) {
      const qLoss = trainCritics(batch);
      return { qLoss, ...trainActor(batch.states) };
    },
    report: () => ({ temperature }),
    state: {
      read: () => ({ temperature }),
      write(state) {
        temperature = state['temperature'];
      },
    },
  };
}
