import type { UserState } from './preference-source.js';

/** A prediction with its doubt. */
export interface ProbabilityEstimate {
  /** `P(like | s, a)`, from 0 to 1. */
  readonly mean: number;
  /** Standard deviation of the log-odds: how unsure the model is of `mean`, not how changeable users are. */
  readonly logitDeviation: number;
}

/** One user as a reward model follows them. */
export interface ModelledUser {
  /** What they would make of an item now. */
  probability(item: number): ProbabilityEstimate;
  /** They met an item. `feedback` from 0 to 1. */
  observe(item: number, feedback: number): void;
}

/**
 * Predicts preferences that were never asked, from those that were.
 *
 * The rules, which `rewardModelChecks` of `@ialp/llm-user/testing` enforces: asking changes nothing, users are followed
 * each by themselves, what a user meets under way counts like what their state began with, and nothing is random.
 */
export interface RewardModel {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  readonly items: number;
  /** Begins to follow a user. */
  user(state: UserState): ModelledUser;
}
