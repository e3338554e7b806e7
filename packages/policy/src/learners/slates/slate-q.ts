import { checkInteger, checkNumber, countAllowed, described, InvalidOptionError } from '@ialp/core';
import { checkNetwork } from '../../checks/arguments.js';
import { checkNamedOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import { selectStates } from '../../experience/states.js';
import type { Transitions } from '../../experience/transitions.js';
import type { LearningReport } from '../../learner.js';
import type { Network } from '../../network.js';
import { withOthers } from '../../policies/allowed-items.js';
import { epsilonGreedyDistribution } from '../../policies/ranked-distribution.js';
import type { Policy } from '../../policy.js';
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
import { bestSlates, MAX_UTILITY } from './best-slates.js';

/** Options of `createSlateQ`, beside those of every replay learner. */
export interface SlateQOptions extends ReplayOptions, EpsilonOptions {
  /** With the heads `q` (the value of an item that is chosen) and `value` (of choosing nothing); it is trained in place. */
  readonly network: Network;
  /** With the head `q`: utilities of the items in a multinomial logit, where choosing nothing has 0. It is trained in place. */
  readonly choice: Network;
  /** Items of a slate (`K`). */
  readonly slateSize: number;
  /** Items with the greatest utilities, and as many with the greatest values, that are considered in a state. Default 50. */
  readonly candidates?: number;
  /** `delta` of the Huber loss, which is linear beyond it; `Infinity` gives the squared error. Default 1. */
  readonly huberDelta?: number;
  /** The optimiser's step size, or a schedule. Default 0.001. */
  readonly learningRate?: Schedule;
}

const OPTION_NAMES: readonly (keyof SlateQOptions)[] = [
  ...REPLAY_NAMES,
  ...EPSILON_NAMES,
  'network',
  'choice',
  'slateSize',
  'candidates',
  'huberDelta',
];

/**
 * SlateQ (Ie et al. 2019, arXiv 1905.12767): deep Q learning for slates. If users choose at most one item of a slate, and what follows
 * depends on the slate only through their choice, its value decomposes into those of its items,
 *
 * `Q(s, A) = sum over i in A and none of P(i | s, A) Q(s, i)`,
 *
 * and only the value of what was chosen is learned from a transition: `Q(s, i) -> r + gamma max over A' of Q(s', A')`. Users choose by a
 * multinomial logit, `P(i | s, A) = exp(u(s, i)) / (1 + sum over j in A of exp(u(s, j)))`, whose utilities `u` are fitted to the choices by
 * maximum likelihood in the same steps. The best slate is found exactly among the candidates.
 *
 * It is off-policy and learns from any policy's experience with slates. `learn` throws an `InvalidOptionError` for other slates, or without
 * choices, and a `DivergenceError` if a reward, the loss or the gradient is not finite; the trajectories are then not stored.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createSlateQ(options: SlateQOptions): ReplayLearner {
  checkNamedOptions(options, '{ network, choice, slateSize: 5, random }', OPTION_NAMES);
  const { network, choice, slateSize, candidates = 50, huberDelta = 1, learningRate = 0.001 } = options;
  checkNetwork(network, ['q', 'value'], 'createSlateQ');
  checkNetwork(choice, ['q'], 'createSlateQ', 'choice');
  if (choice === network) {
    throw new InvalidOptionError('choice', described('the same network'), 'another network, for the utilities');
  }
  checkInteger('slateSize', slateSize, 1, network.items);
  checkInteger('candidates', candidates, slateSize);
  if (huberDelta !== Number.POSITIVE_INFINITY) checkNumber('huberDelta', huberDelta, 0);
  const epsilonAt = decayingEpsilon(options);
  const replay = { ...options, learningRate, slateSize };
  return createReplayLearner(replay, [network, choice], (settings) => {
    const epsilon = (): number => epsilonAt(settings.interactions());
    const parts = { network, choice, slateSize, candidates, huberDelta };
    return {
      ...slateQ(parts, settings),
      policy: slatePolicy(parts, epsilon),
      policyNetworks: [network, choice],
      report: () => ({ epsilon: epsilon() }),
    };
  });
}

type Parts = Required<Pick<SlateQOptions, 'network' | 'choice' | 'slateSize' | 'candidates' | 'huberDelta'>>;

function slatePolicy({ network, choice, slateSize, candidates }: Parts, epsilon: () => number): Policy {
  return {
    specificationVersion: 'v2',
    items: network.items,
    distribution(observation) {
      checkStates(observation, network, 'observation');
      const model = { choice, values: network, candidates: Math.max(candidates, slateSize) };
      const slates = bestSlates(observation, network.values(observation).slice(), slateSize, model);
      const rank = (row: number, count: number): readonly number[] => {
        const { ranking } = slates[row];
        return ranking.length >= count ? ranking : withOthers(ranking, observation, row, count);
      };
      return epsilonGreedyDistribution(observation, rank, epsilon());
    },
  };
}

function slateQ(
  { network, choice, slateSize, candidates, huberDelta }: Parts,
  { discount, training, targets: [target] }: ReplaySettings,
): Pick<ReplayAlgorithm, 'train'> {
  /** `[rows]`: `r + gamma max Q(s', A')`: slates are chosen by the networks, and valued by the target network. */
  function targetsOf({ reward, terminated, steps, next }: Transitions): Float32Array {
    const isOpen = Uint8Array.from(terminated, (left, row) =>
      left === 0 && countAllowed(next, row) >= slateSize ? 1 : 0,
    );
    const open = Int32Array.from(isOpen.keys()).filter((row) => isOpen[row] === 1);
    const goal = reward.slice();
    if (open.length === 0) return goal;
    const states = selectStates(next, open);
    const none = target.values(states).slice();
    const slates = bestSlates(states, none, slateSize, { choice, values: network, candidates }, target);
    for (const [k, row] of open.entries()) goal[row] += discount ** steps[row] * slates[k].value;
    return goal;
  }

  /** Fits the utilities: one step on the negative log likelihood of the choices. */
  function trainChoice({ states, actions, choice: chosen }: Transitions): number {
    const rows = states.rows;
    const expanded = selectStates(
      states,
      Int32Array.from(actions, (_, place) => Math.floor(place / slateSize)),
    );
    let loss = 0;
    const step = ({ q }: { readonly q: Float32Array }): { readonly qTarget: Float32Array } => {
      const qTarget = q.slice();
      for (let row = 0; row < rows; row++) {
        const own = q.subarray(row * slateSize, (row + 1) * slateSize);
        const total = own.reduce((sum, u) => sum + Math.exp(Math.min(MAX_UTILITY, u)), 1);
        loss += Math.log(total) - (chosen[row] >= 0 ? own[chosen[row]] : 0);
        for (let position = 0; position < slateSize; position++) {
          const probability = Math.exp(Math.min(MAX_UTILITY, own[position])) / total;
          // The slope as a regression target: that of the mean squared error over rows * slateSize rows is 2 (q - target).
          const slope = probability - (position === chosen[row] ? 1 : 0);
          qTarget[row * slateSize + position] -= (slateSize * slope) / 2;
        }
      }
      return { qTarget };
    };
    choice.trainStep(expanded, actions, step, training());
    return loss / rows;
  }

  return {
    train(batch): LearningReport {
      const goal = targetsOf(batch);
      const { states, actions, choice: chosen } = batch;
      const shown = chosen.map((position, row) => actions[row * slateSize + Math.max(0, position)]);
      const towards = (from: number, to: number): number =>
        from + Math.max(-huberDelta, Math.min(huberDelta, to - from));
      const report = network.trainStep(
        states,
        shown,
        ({ q, value }) => ({
          qTarget: q.map((own, row) => (chosen[row] >= 0 ? towards(own, goal[row]) : own)),
          valueTarget: value.map((own, row) => (chosen[row] >= 0 ? own : towards(own, goal[row]))),
        }),
        { ...training(), valueWeight: 1 },
      );
      return { ...report, choiceLoss: trainChoice(batch) };
    },
  };
}
