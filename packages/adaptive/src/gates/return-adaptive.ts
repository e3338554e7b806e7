import type { Network, Rollout } from '@ialp/policy';
import { InvalidOptionError } from '../errors.js';
import type { Gate, GateExperience } from '../gate.js';
import { keepState } from '../keepable.js';
import { advantagesOf } from './advantages.js';
import { affordableShare, type LossBudgetOptions, requireLossBudget } from './loss-budget.js';

/** Options of `returnAdaptiveGate`. */
export interface ReturnAdaptiveGateOptions extends LossBudgetOptions {
  /** Values of states, so that few interactions tell much: the network that learns online, or any other critic. */
  readonly critic: Pick<Network, 'values'>;
  /** Discount `gamma`; that of the learner. Default 0.9. */
  readonly discount?: number;
  /** `lambda` of the advantages: less trusts the critic sooner. Default 0.95. */
  readonly lambda?: number;
  /** Interactions over which the estimates run; what is older counts less and less. Default 6,400. */
  readonly memory?: number;
  /**
   * Share of the pre-trained policy's reward by which the online policy is presumed to fall short before anything was seen.
   * Default 1: it is presumed to earn nothing.
   */
  readonly presumedGap?: number;
  /** Interactions that the presumption is worth beside those that were seen; at 0 nothing is presumed. Default 2,000. */
  readonly presumedFor?: number;
}

/** What the gate has come to think. */
export interface ReturnAdaptiveEstimates {
  /** `w`, the share of the pre-trained policy from now on. */
  readonly weight: number;
  /**
   * Share of the pre-trained policy's reward by which the online policy falls short, negative where it earns more; 0 before
   * anything was seen.
   */
  readonly gap: number;
  /** Standard error of the gap. */
  readonly standardError: number;
}

/** Interactions before the first estimate counts. */
const FIRST_LOOK = 1000;
/** A single interaction counts no more than so many. */
const MOST_IMPORTANCE = 10;

/**
 * A gate that follows which of the two policies earns more, and needs no horizon. From what the mixture `mu` itself shows
 * it estimates how much more the pre-trained policy would earn, in each step, than the online one,
 *
 * `D = E_mu[(pi_pre(a|s) - pi_on(a|s)) / mu(a|s) * A(s, a)]`,
 *
 * the difference of their expected advantages (Kakade and Langford 2002, the performance difference lemma, taken in the
 * mixture's own states), which is also the slope of the mixture's return in `w` (Sutton et al. 2000). Each interaction
 * tells of both policies, whichever it came from; the critic in `A` takes off variance and does no harm where it is wrong,
 * as the two propensities' difference has mean 0 in every state (doubly robust, Dudik et al. 2011).
 *
 * Before much was seen, the estimate is of the mixture's own states, and in those the pre-trained policy sees to it that people stay:
 * an online policy that would drive them away looks better than it is. So the gap is drawn towards a presumed one,
 * `(n gap + n_0 presumed) / (n + n_0)` after `n` interactions.
 *
 * The share is then the least at which no more than a budget is lost: learning is paid for, at once where the language
 * model was wrong, and never for longer than it takes.
 * @throws {InvalidOptionError}
 */
export function returnAdaptiveGate(options: ReturnAdaptiveGateOptions): Gate & {
  readonly estimates: ReturnAdaptiveEstimates;
} {
  const { critic, discount = 0.9, lambda = 0.95, memory = 6400, presumedGap = 1, presumedFor = 2000 } = options;
  const budget = requireLossBudget(options);
  for (const [option, value] of Object.entries({ discount, lambda })) {
    if (!(value >= 0 && value <= 1)) throw new InvalidOptionError(option, value, 'a number from 0 to 1');
  }
  if (!(memory >= 1 && memory < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('memory', memory, 'a number of at least 1');
  }
  for (const [option, value] of Object.entries({ presumedGap, presumedFor })) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new InvalidOptionError(option, value, 'a number of at least 0');
    }
  }
  let interactions = 0;
  /** Running means: of the difference, of its square, and of the reward, a step. */
  let [difference, square, reward] = [0, 0, 0];
  let estimates: ReturnAdaptiveEstimates = { weight: budget.most, gap: 0, standardError: 0 };

  function follow(found: StepEstimates, rows: number): void {
    const seen = Math.max(rows, Math.min(interactions, memory));
    const rate = rows / seen;
    difference += rate * (found.difference - difference);
    square += rate * (found.square - square);
    reward += rate * (found.reward - reward);
    const standardError = Math.sqrt(Math.max(0, square - difference ** 2) / seen);
    // The mixture's reward is w parts of the one policy's and 1 - w of the other's.
    const pretrained = Math.max(reward + (1 - estimates.weight) * difference, Number.EPSILON);
    const gap = difference / pretrained;
    const doubtful = (difference + budget.certainty * standardError) / pretrained;
    const known = interactions / (interactions + presumedFor);
    const feared = known * doubtful + (1 - known) * presumedGap;
    const weight = interactions < FIRST_LOOK ? budget.most : affordableShare(feared, interactions, budget);
    estimates = { weight, gap, standardError: standardError / pretrained };
  }

  return {
    get estimates() {
      return estimates;
    },
    ...keepState(
      () => ({ interactions, difference, square, reward, ...estimates }),
      (state) => {
        ({ interactions, difference, square, reward } = state);
        const { weight, gap, standardError } = state;
        estimates = { weight, gap, standardError };
      },
    ),
    weigh: (_context, weights) => void weights.fill(estimates.weight),
    observe(experience) {
      interactions += experience.rollout.actions.length;
      const found = stepEstimates(experience, critic, discount, lambda);
      // What is not finite is for the learner to refuse; here it would stay for good.
      if (Number.isFinite(found.difference + found.square + found.reward))
        follow(found, experience.rollout.actions.length);
    },
  };
}

interface StepEstimates {
  /** Mean over the rollout of `(pi_pre - pi_on) / mu * A`. */
  readonly difference: number;
  /** Mean of its square. */
  readonly square: number;
  /** Mean reward of a step. */
  readonly reward: number;
}

function stepEstimates(
  { rollout, propensities }: GateExperience,
  critic: Pick<Network, 'values'>,
  discount: number,
  lambda: number,
): StepEstimates {
  const { pretrained, online } = propensities();
  const advantage = advantagesFrom(rollout, critic, discount, lambda);
  const rows = advantage.length;
  let [difference, square, reward] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const importance = (pretrained[row] - online[row]) / rollout.propensity[row];
    const term = Math.max(-MOST_IMPORTANCE, Math.min(MOST_IMPORTANCE, importance)) * advantage[row];
    difference += term / rows;
    square += term ** 2 / rows;
    reward += rollout.reward[row] / rows;
  }
  return { difference, square, reward };
}

function advantagesFrom(rollout: Rollout, critic: Pick<Network, 'values'>, discount: number, lambda: number) {
  const value = critic.values(rollout.states).slice();
  const nextValue = critic.values(rollout.next).slice();
  return advantagesOf({ rollout, value, nextValue, discount, lambda });
}
