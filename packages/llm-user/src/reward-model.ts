import type { UserState } from './preference-source.js';

/** A predicted probability with its uncertainty. */
export interface ProbabilityEstimate {
  /** `P(like | s, a)`, from 0 to 1. */
  readonly mean: number;
  /** Standard deviation of the log-odds: uncertainty of the model about `mean`, not variation between users. */
  readonly logitDeviation: number;
}

/** A user with the history that the reward model has seen. */
export interface ModeledUser {
  /** Predicts the probability that the user likes an item now. Changes nothing. */
  probability(item: number): ProbabilityEstimate;
  /** Adds an item to the user's history. `feedback` from 0 to 1. */
  observe(item: number, feedback: number): void;
}

/**
 * Predicts preferences for user states and items that were never asked about.
 *
 * The rules, enforced by `rewardModelChecks` of `@ialp/llm-user/testing`: predicting changes nothing; users are independent of one
 * another; observed items count like those of the initial state; predictions are deterministic.
 */
export interface RewardModel {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** Number of items. */
  readonly items: number;
  /** Creates a user from a state. */
  user(state: UserState): ModeledUser;
}
