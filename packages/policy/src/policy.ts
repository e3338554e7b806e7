import type { Observation, Random } from '@ialp/core';

/** What a policy shows, and how likely it was to show it. The arrays belong to the policy until its next call. */
export interface Action {
  /** `[sessions]` item indices, each allowed by the mask. */
  readonly items: Int32Array;
  /** `[sessions]`: the probability with which the policy chose that item in that state (the propensity), in (0, 1]. */
  readonly propensity: Float32Array;
}

/**
 * A policy's probabilities over the items, for each state of one observation. It holds until the policy's next call, and
 * as long as the observation's arrays are not overwritten: draw before the environment's next step.
 */
export interface ActionDistribution {
  /** Draws an item for each state. Randomness comes from `random` alone. */
  sample(random: Random): Action;
  /**
   * `[sessions]`: the probability of one given item in each state; exactly what `sample` would report for it, and 0
   * for an item that the mask forbids.
   */
  propensity(items: Int32Array): Float32Array;
}

/**
 * What acts: it looks at the states of a batch of sessions once and says what it would show, and how likely.
 *
 * ```ts
 * const { items, propensity } = policy.distribution(observation).sample(random);
 * ```
 *
 * The rules, which `policyChecks` of `@ialp/policy/testing` enforces: probabilities of the allowed items sum to 1 in
 * every state, forbidden items have none, what is reported is what is drawn from, a state's distribution does not
 * depend on the states beside it, the observation is left as it was, and an observation of another catalogue is refused,
 * as is drawing in a state in which nothing is allowed.
 */
export interface Policy {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** Items it can show; the observation's `items`. */
  readonly items: number;
  /** The probabilities for each state. Deterministic: randomness enters when an action is drawn. */
  distribution(observation: Observation): ActionDistribution;
}
