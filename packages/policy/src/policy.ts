import type { Observation, Random } from '@ialp/core';

/** What a policy shows, and with which probability it chose it. The arrays belong to the policy until its next call. */
export interface Action {
  /** `[sessions]`: item indices, each allowed by the mask. */
  readonly items: Int32Array;
  /** `[sessions]`: the propensity, the probability with which the policy chose that item in that state, in (0, 1]. */
  readonly propensity: Float32Array;
}

/**
 * A policy's probabilities over the items in each state of one observation. It is valid until the policy's next call, and as
 * long as the observation's arrays are not overwritten: sample before the environment's next step.
 */
export interface ActionDistribution {
  /** Samples an item for each state. All randomness comes from `random`. */
  sample(random: Random): Action;
  /**
   * `[sessions]`: the probability of the given item in each state: exactly what `sample` would report for it, and 0 for an item
   * that the mask forbids.
   */
  propensity(items: Int32Array): Float32Array;
}

/**
 * Chooses items. For a batch of states it returns a probability distribution over the items, from which actions are sampled:
 *
 * ```ts
 * const { items, propensity } = policy.distribution(observation).sample(random);
 * ```
 *
 * `policyChecks` of `@ialp/policy/testing` checks the rules:
 * - the probabilities of the allowed items sum to 1 in every state, and forbidden items have probability 0;
 * - the reported propensity is the probability with which the item was sampled;
 * - a state's distribution does not depend on the other states of the batch;
 * - the observation is not modified;
 * - an observation of another catalogue is refused, and so is sampling in a state that allows no item.
 */
export interface Policy {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** Number of items in the catalogue: the observation's `items`. */
  readonly items: number;
  /** The distribution over the items in each state. Deterministic: randomness enters only in `sample`. */
  distribution(observation: Observation): ActionDistribution;
}
