import type { PersonState } from './preference-source.js';

/** A prediction with its doubt. */
export interface LikelihoodEstimate {
  /** `P(like | s, a)`, from 0 to 1. */
  readonly mean: number;
  /** Standard deviation of the log-odds: how unsure the model is of `mean`, not how changeable people are. */
  readonly logitDeviation: number;
}

/** One person as a reward model follows them. */
export interface ModelledPerson {
  /** What they would make of an item now. */
  likelihood(item: number): LikelihoodEstimate;
  /** They met an item. `feedback` from 0 to 1. */
  observe(item: number, feedback: number): void;
}

/**
 * Predicts preferences that were never asked, from those that were.
 *
 * The rules, which `rewardModelChecks` of `@ialp/llm-user/testing` enforces: asking changes nothing, people are followed
 * each by themselves, what a person meets under way counts like what their state began with, and nothing is random.
 */
export interface RewardModel {
  readonly items: number;
  /** Begins to follow a person. */
  person(state: PersonState): ModelledPerson;
}
