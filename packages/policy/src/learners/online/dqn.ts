import { checkNumber } from '@ialp/core';
import { checkNetwork } from '../../checks/arguments.js';
import { checkNamedOptions } from '../../checks/options.js';
import type { Transitions } from '../../experience/transitions.js';
import type { LearningReport } from '../../learner.js';
import type { ActionEvaluation, Network, Targets } from '../../network.js';
import { createActionValuePolicy } from '../../policies/action-value-policy.js';
import { decayingEpsilon, EPSILON_NAMES, type EpsilonOptions } from '../epsilon.js';
import {
  createReplayLearner,
  REPLAY_NAMES,
  type ReplayAlgorithm,
  type ReplayLearner,
  type ReplayOptions,
  type ReplaySettings,
} from '../replay/replay-learner.js';
import type { Schedule } from '../schedule.js';

/** Options of `createDqn`, beside those of every replay learner. */
export interface DqnOptions extends ReplayOptions, EpsilonOptions {
  /** With the head `q`, and with `value` for `dueling`; it is trained in place. */
  readonly network: Network;
  /** Whether the online network chooses the next action and the target network values it. Default true. */
  readonly double?: boolean;
  /** Whether action values are a state's value plus an action's advantage. Default false. */
  readonly dueling?: boolean;
  /** `delta` of the Huber loss, which is linear beyond it; `Infinity` gives the squared error. Default 1. */
  readonly huberDelta?: number;
  /** The optimiser's step size, or a schedule. Default 0.0005. */
  readonly learningRate?: Schedule;
}

const OPTION_NAMES: readonly (keyof DqnOptions)[] = [
  ...REPLAY_NAMES,
  ...EPSILON_NAMES,
  'network',
  'double',
  'dueling',
  'huberDelta',
];

/**
 * Deep Q learning (Mnih et al. 2015) from a replay buffer:
 *
 * `loss = mean(huber(r + gamma Q'(s', a*) - Q(s, a)))`, with the target network `Q'` and `a* = argmax Q(s', .)` over the items
 * allowed next, by the network itself (double Q learning, van Hasselt et al. 2016) or by `Q'`.
 *
 * Dueling (Wang et al. 2016): `Q(s, a) = V(s) + A(s, a)`, where the network's head `q` is the advantage `A`. The mean advantage
 * is not subtracted: a step changes one action's advantage, and so the mean over a catalogue of `N` items by a share of `1 / N`.
 *
 * It is off-policy and learns from any policy's experience.
 *
 * `learn` throws an `InvalidOptionError` for what is not trajectories or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; the trajectories are then not stored.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createDqn(options: DqnOptions): ReplayLearner {
  checkNamedOptions(options, '{ network, random }', OPTION_NAMES);
  const { network, double = true, dueling = false, huberDelta = 1, learningRate = 0.0005 } = options;
  const epsilonAt = decayingEpsilon(options);
  if (huberDelta !== Number.POSITIVE_INFINITY) checkNumber('huberDelta', huberDelta, 0);
  checkNetwork(network, dueling ? ['q', 'value'] : ['q'], 'createDqn');
  return createReplayLearner({ ...options, learningRate }, [network], (settings) => {
    const epsilon = (): number => epsilonAt(settings.interactions());
    return {
      ...deepQLearning({ network, double, dueling, huberDelta }, settings),
      policy: createActionValuePolicy(network, { epsilon }),
      policyNetworks: [network],
      report: () => ({ epsilon: epsilon() }),
    };
  });
}

function deepQLearning(
  { network, double, dueling, huberDelta }: Required<Pick<DqnOptions, 'network' | 'double' | 'dueling' | 'huberDelta'>>,
  { discount, training, targets: [target] }: ReplaySettings,
): Pick<ReplayAlgorithm, 'train'> {
  /** `[rows]`: `r + gamma max Q'(s', .)`. */
  function targetsOf({ reward, terminated, steps, next }: Transitions): Float32Array {
    const best = (double ? network : target).actionValues(next).top(1).items.slice();
    // Without an allowed item there is no next action.
    const isOpen = best.map((item, row) => (item >= 0 && terminated[row] === 0 ? 1 : 0));
    const nextValue = target
      .actionValues(next)
      .of(best.map((item) => Math.max(0, item)))
      .slice();
    if (dueling) for (const [row, value] of target.values(next).entries()) nextValue[row] += value;
    return reward.map((value, row) => value + discount ** steps[row] * isOpen[row] * nextValue[row]);
  }

  return {
    train(batch: Transitions): LearningReport {
      const target = targetsOf(batch);
      const report = network.trainStep(
        batch.states,
        batch.actions,
        ({ q, value }: ActionEvaluation): Targets => {
          const error = target.map((goal, row) => {
            const difference = goal - q[row] - (dueling ? value[row] : 0);
            return Math.max(-huberDelta, Math.min(huberDelta, difference));
          });
          return {
            qTarget: error.map((difference, row) => q[row] + difference),
            ...(dueling && { valueTarget: error.map((difference, row) => value[row] + difference) }),
          };
        },
        { ...training(), valueWeight: 1 },
      );
      return { ...report };
    },
  };
}
