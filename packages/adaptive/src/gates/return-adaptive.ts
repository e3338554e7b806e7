import {
  checkMethods,
  checkNumber,
  checkpointState,
  checkShare,
  combineCheckpointables,
  InvalidOptionError,
} from '@ialp/core';
import type { Network } from '@ialp/policy';
import type { Gate } from '../gate.js';
import { PolicyComparison, type PolicyDifference } from './policy-comparison.js';
import { affordableShare, checkRegretBudget, type RegretBudgetOptions } from './regret-budget.js';

/** Options of `createReturnAdaptiveGate`. */
export interface ReturnAdaptiveGateOptions extends RegretBudgetOptions {
  /**
   * Values of states, so that few interactions tell much: the network that learns online, or any other critic. A constant that
   * it is off by changes nothing, and with `lambda` 1 neither does any other error, but for the variance.
   */
  readonly critic: Pick<Network, 'values'>;
  /** Discount `gamma`; that of the learner. Default 0.9. */
  readonly discount?: number;
  /**
   * `lambda` of the advantages. At 1 the critic only reduces the variance: its errors add no bias, but for what follows a session
   * that was truncated or still goes on. Less reduces the variance further and trusts the critic with all states. Default 1.
   */
  readonly lambda?: number;
  /** Interactions over which the estimates run; what is older counts less and less. Default 6,400. */
  readonly windowInteractions?: number;
  /**
   * Share of the pre-trained policy's reward by which the online policy is presumed to fall short before anything was seen.
   * Default 1: it is presumed to earn nothing.
   */
  readonly priorGap?: number;
  /** Interactions that the presumption is worth beside those that were seen; at 0 nothing is presumed. Default 2,000. */
  readonly priorStrength?: number;
}

/** What the gate estimates. */
export type ReturnAdaptiveEstimates = {
  /** `w`, the share of the pre-trained policy from now on. */
  readonly weight: number;
  /**
   * Share of the pre-trained policy's reward by which the online policy falls short, negative where it earns more. 0 while it is
   * not known.
   */
  readonly gap: number;
  /**
   * Standard error of the gap. `Infinity` while it is not known: before anything was seen, and as long as the pre-trained policy's
   * reward is not three of its own standard errors above 0.
   */
  readonly standardError: number;
};

/** Interactions before the first estimate counts. */
const FIRST_LOOK = 1000;
/** Standard errors from 0 at which a reward can be a divisor, and at which the error of the ratio is measured. */
const DIVISOR_ERRORS = 3;

/**
 * A gate that follows which of the two policies earns more, and needs no horizon. From what the mixture `mu` itself shows
 * it estimates the gap `D / R`: `D`, by how much more reward a step of the pre-trained policy leads to than one of the online
 * policy, and `R`, the pre-trained policy's reward of a step, both in the states that the mixture leads to:
 *
 * `D = E_mu[sum_a (pi_pre(a|s) - pi_on(a|s)) Q_mu(s, a)]`, `R = E_mu[sum_a pi_pre(a|s) r(s, a)]`.
 *
 * By the performance difference lemma (Kakade and Langford 2002) `D` is the slope of the mixture's return in `w`, so
 * `(1 - w) D / R` is the share of its reward that the mixture loses, to first order. Each interaction tells of both
 * policies, whichever it came from. Importance weights are self-normalised and the critic is calibrated by the
 * same data, so that the estimates are the same for a critic that is off by any constant. Advantages reach to the end of the
 * session, however short rollouts are, and with `lambda` 1 the critic is a baseline alone: its other errors add variance, no bias, but for
 * the values of the states in which sessions were truncated or have not ended yet.
 *
 * Before much was seen, the estimate is of the mixture's own states, and in those the pre-trained policy sees to it that users stay:
 * an online policy that would drive them away looks better than it is. So the gap is drawn towards a presumed one,
 * `(n gap + n_0 presumed) / (n + n_0)` after `n` interactions.
 *
 * The share is then the least at which no more than a budget is lost, by as many standard errors as `zScore` says: learning is
 * paid for, soon where the language model was wrong, and never for longer than it takes. The budget is a share of a reward that was
 * measured. As long as that is not shown to be above 0 (rewards that are rare, or a pre-trained policy that earns nothing
 * or less) there is nothing to give up: the pre-trained policy has the greatest share until the online policy is shown to earn more.
 *
 * Experience that another policy gathered counts by the propensities that were recorded with it; they have to be right.
 * While the critic's values are not finite, the share stays as it is.
 * @throws {InvalidOptionError} also from `observe`, if the critic does not give a value for each state.
 */
export function createReturnAdaptiveGate(options: ReturnAdaptiveGateOptions): Gate & {
  readonly estimates: ReturnAdaptiveEstimates;
} {
  const { critic, discount = 0.9, lambda = 1, windowInteractions = 6400, priorGap = 1, priorStrength = 2000 } = options;
  const budget = checkRegretBudget(options);
  checkMethods('critic', critic, ['values'], 'a network, or another object with the method values(states)');
  for (const [option, value] of Object.entries({ discount, lambda })) checkShare(option, value);
  checkNumber('windowInteractions', windowInteractions, 1);
  for (const [option, value] of Object.entries({ priorGap, priorStrength })) checkNumber(option, value, 0);
  const comparison = new PolicyComparison({ discount, lambda, windowInteractions });
  let interactions = 0;
  let weight = budget.maxPretrainedWeight;

  function weightFor(found: PolicyDifference | undefined): number {
    if (found === undefined || interactions < FIRST_LOOK) return budget.maxPretrainedWeight;
    const share = priorStrength / (interactions + priorStrength);
    return affordableShare(found, interactions, budget, { gap: priorGap, share });
  }

  return {
    specificationVersion: 'v1',
    get estimates() {
      return { weight, ...gapOf(comparison.estimate()) };
    },
    ...combineCheckpointables({
      comparison: comparison.state,
      gate: checkpointState(
        () => ({ interactions, weight }),
        (state) => {
          ({ interactions, weight } = state);
        },
      ),
    }),
    weigh: (_context, weights) => void weights.fill(weight),
    observe({ rollout, propensities }) {
      interactions += rollout.actions.length;
      const value = critic.values(rollout.states).slice();
      const nextValue = critic.values(rollout.next);
      for (const { length } of [value, nextValue]) {
        if (length === rollout.actions.length) continue;
        const expected = `a value for each of ${rollout.actions.length} states`;
        throw new InvalidOptionError('critic', `${length} values`, expected);
      }
      // What is not finite is for the learner to refuse; here it would stay for good.
      if (comparison.add({ rollout, propensities: propensities(), value, nextValue })) {
        weight = weightFor(comparison.estimate());
      }
    },
  };
}

/**
 * The gap as a ratio, and its standard error: a third of the distance to the farther end of Fieller's interval of three
 * standard errors (Fieller 1954), which is that of the delta method where the reward is well known, and infinite where
 * that interval is.
 */
function gapOf(found: PolicyDifference | undefined): Pick<ReturnAdaptiveEstimates, 'gap' | 'standardError'> {
  const unknown = { gap: 0, standardError: Number.POSITIVE_INFINITY };
  if (found === undefined) return unknown;
  const { difference, reward, differenceVariance, rewardVariance, covariance } = found;
  const z2 = DIVISOR_ERRORS ** 2;
  const doubt = (z2 * rewardVariance) / reward ** 2;
  if (!(reward > 0 && doubt < 1)) return unknown;
  const gap = difference / reward;
  const variance = differenceVariance - 2 * gap * covariance + gap ** 2 * rewardVariance;
  const determinant = differenceVariance * rewardVariance - covariance ** 2;
  const spread = variance - (z2 * determinant) / reward ** 2;
  const half = (DIVISOR_ERRORS * Math.sqrt(Math.max(0, spread))) / reward / (1 - doubt);
  const shift = Math.abs(gap * doubt - (z2 * covariance) / reward ** 2) / (1 - doubt);
  return { gap, standardError: (half + shift) / DIVISOR_ERRORS };
}
