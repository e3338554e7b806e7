import {
  checkMethods,
  checkNumber,
  checkObject,
  checkOptionNames,
  checkShare,
  counted,
  described,
  InvalidOptionError,
} from '@ialp/core';
import { checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import type { Network } from '@ialp/policy';
import type { Gate } from '../gate.js';
import { PolicyComparison, type PolicyDifference } from './policy-comparison.js';
import { affordableShare, checkRegretBudget, REGRET_BUDGET_NAMES, type RegretBudgetOptions } from './regret-budget.js';

/** Options of `createReturnAdaptiveGate`. */
export interface ReturnAdaptiveGateOptions extends RegretBudgetOptions {
  /**
   * Values of states, which reduce the variance of the estimates: the online learner's network, or any other critic. A constant
   * error of the critic has no effect; with `lambda` 1, other errors only increase the variance.
   */
  readonly critic: Pick<Network, 'values'>;
  /**
   * Discount `gamma`: pass the learner's, such as 0.8, the default of `createA2C` and of the other learners of `@ialp/policy`. Default
   * 0.9.
   */
  readonly discount?: number;
  /**
   * `lambda` of the advantages. At 1 the critic is only a baseline: its errors add no bias, except through its values of states in
   * which a session was truncated or has not ended yet. Lower values reduce the variance further but rely on the critic in all
   * states. Default 1.
   */
  readonly lambda?: number;
  /** Effective window of the estimates, in interactions; older ones are discounted. Default 6,400. */
  readonly windowInteractions?: number;
  /**
   * Prior for the gap: the share of the pre-trained policy's reward by which the online policy falls short. Default 1: a priori it
   * earns nothing.
   */
  readonly priorGap?: number;
  /** Pseudo-count of the prior, in interactions; 0 disables the prior. Default 2,000. */
  readonly priorStrength?: number;
}

/** Estimates of the gate. */
export type ReturnAdaptiveEstimates = {
  /** `w`: current weight of the pre-trained policy. */
  readonly weight: number;
  /**
   * Share of the pre-trained policy's reward by which the online policy falls short; negative if it earns more. 0 while it is not
   * known.
   */
  readonly gap: number;
  /**
   * Standard error of the gap. `Infinity` while it is not known: before the first interactions, and while the pre-trained policy's
   * reward is less than three of its standard errors above 0.
   */
  readonly standardError: number;
};

/** Interactions before the first estimate is used. */
const MIN_INTERACTIONS = 1000;
/** z-score above which a reward can be a divisor, and of the interval from which the ratio's standard error is computed. */
const DIVISOR_Z = 3;

/**
 * A gate that adapts to which of the two policies earns more, without a horizon. From the mixture's own interactions it estimates
 * the gap `D / R`: `D`, how much more reward an action of the pre-trained policy leads to than one of the online policy, and `R`,
 * the pre-trained policy's reward per step, both in the states that the mixture `mu` visits:
 *
 * `D = E_mu[sum_a (pi_pre(a|s) - pi_on(a|s)) Q_mu(s, a)]`, `R = E_mu[sum_a pi_pre(a|s) r(s, a)]`.
 *
 * By the performance difference lemma (Kakade and Langford 2002) `D` is the slope of the mixture's return in `w`, so
 * `(1 - w) D / R` is the share of its reward that the mixture loses, to first order. Each interaction informs about both policies,
 * whichever chose the item. Importance weights are self-normalised, and the critic is calibrated on the same data, so that a
 * constant error of the critic has no effect. Advantages extend to the end of the session, over any number of updates. With
 * `lambda` 1 the critic is only a baseline: its other errors add variance and no bias, except through its values of states in which
 * sessions were truncated or have not ended yet.
 *
 * The first estimates are biased in favour of the online policy: in the mixture's states the pre-trained policy keeps users from
 * leaving. So the gap is shrunk towards a prior, `(n gap + n_0 prior) / (n + n_0)` after `n` interactions, with `n_0` the option
 * `priorStrength`.
 *
 * The weight is then the smallest at which no more than the regret budget is lost, with a margin of `zScore` standard errors. So
 * traffic moves to the online policy soon if the language model was wrong. The budget is a share of a measured reward. While that
 * is not shown to be above 0 (rare rewards, or a pre-trained policy that earns nothing), the pre-trained policy has the largest
 * weight until the online policy is shown to earn more.
 *
 * Experience of other policies is weighted by its recorded propensities, which must be correct. While the critic's values are not
 * finite, the weight does not change.
 * @throws {InvalidOptionError} also from `observe`, if the critic does not return a value for each state.
 */
export function createReturnAdaptiveGate(options: ReturnAdaptiveGateOptions): Gate & {
  readonly estimates: ReturnAdaptiveEstimates;
} {
  checkObject('options', options, 'an object, such as { critic: network }');
  checkOptionNames(options, OPTION_NAMES);
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
    if (found === undefined || interactions < MIN_INTERACTIONS) return budget.maxPretrainedWeight;
    const share = priorStrength / (interactions + priorStrength);
    return affordableShare(found, interactions, budget, { gap: priorGap, share });
  }

  return {
    specificationVersion: 'v2',
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
    weigh({ observation }, weights) {
      checkCatalogue(critic, observation.items);
      weights.fill(weight);
    },
    observe({ trajectories, propensities }) {
      const { rows, count, states, last } = trajectories;
      checkCatalogue(critic, states.items);
      interactions += rows;
      const value = critic.values(states).slice();
      const lastValue = critic.values(last);
      for (const [found, expected] of [
        [value.length, rows],
        [lastValue.length, count],
      ]) {
        if (found === expected) continue;
        throw new InvalidOptionError(
          'critic',
          described(counted(found, 'value')),
          `a value for each of ${expected} states`,
        );
      }
      // The learner refuses values that are not finite; in the sums they would stay forever.
      if (comparison.add({ trajectories, propensities: propensities(), value, lastValue })) {
        weight = weightFor(comparison.estimate());
      }
    },
  };
}

const OPTION_NAMES: readonly (keyof ReturnAdaptiveGateOptions)[] = [
  ...REGRET_BUDGET_NAMES,
  'critic',
  'discount',
  'lambda',
  'windowInteractions',
  'priorGap',
  'priorStrength',
];

/** Throws for a network of another catalogue as the critic. @throws {InvalidOptionError} */
function checkCatalogue(critic: Pick<Network, 'values'> & { readonly items?: unknown }, items: number): void {
  if (typeof critic.items !== 'number' || critic.items === items) return;
  const found = described(`a network for ${critic.items} items`);
  throw new InvalidOptionError('critic', found, `a critic for the catalogue of ${items} items`);
}

/**
 * The gap as a ratio, and its standard error: a third of the distance to the farther end of Fieller's interval of three standard
 * errors (Fieller 1954). It equals the delta method's if the reward is well known, and is infinite if the interval is.
 */
function gapOf(found: PolicyDifference | undefined): Pick<ReturnAdaptiveEstimates, 'gap' | 'standardError'> {
  const unknown = { gap: 0, standardError: Number.POSITIVE_INFINITY };
  if (found === undefined) return unknown;
  const { difference, reward, differenceVariance, rewardVariance, covariance } = found;
  const z2 = DIVISOR_Z ** 2;
  const doubt = (z2 * rewardVariance) / reward ** 2;
  if (!(reward > 0 && doubt < 1)) return unknown;
  const gap = difference / reward;
  const variance = differenceVariance - 2 * gap * covariance + gap ** 2 * rewardVariance;
  const determinant = differenceVariance * rewardVariance - covariance ** 2;
  const spread = variance - (z2 * determinant) / reward ** 2;
  const half = (DIVISOR_Z * Math.sqrt(Math.max(0, spread))) / reward / (1 - doubt);
  const shift = Math.abs(gap * doubt - (z2 * covariance) / reward ** 2) / (1 - doubt);
  return { gap, standardError: (half + shift) / DIVISOR_Z };
}
