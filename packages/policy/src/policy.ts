import type { Observation, Random } from '@ialp/core';

/** What a policy shows, and with which probability it chose it. The arrays belong to the policy until its next call. */
export interface Action {
  /** `[rows, count]`: the items of each slate, distinct and allowed, in the order in which they are shown. One item without slates. */
  readonly items: Int32Array;
  /**
   * `[rows, count]`: the propensity of each item, the probability with which the policy chose it at its position, given the items at the
   * positions above, in (0, 1]. The probability of a slate is the product of its row.
   */
  readonly propensity: Float32Array;
  /** Which policy chose the items. Absent if the policy does not combine others. */
  readonly attribution?: Attribution;
}

/** Which of two policies chose, in a policy that combines a pre-trained and an online one. */
export interface Attribution {
  /** `[rows]`: a value of `CHOSEN_BY` of `@ialp/core`. */
  readonly chosenBy: Uint8Array;
  /** `[rows, count]`: propensities of the items under the pre-trained policy alone; NaN where it was not evaluated. */
  readonly pretrained: Float32Array;
  /** `[rows, count]`: propensities of the items under the online policy alone; NaN where it was not evaluated. */
  readonly online: Float32Array;
}

/** The best items of each state, best first. */
export interface Ranking {
  /** `[rows, count]`: item indices; -1 where fewer items are allowed. */
  readonly items: Int32Array;
  /** `[rows, count]`: probabilities or action values, in descending order; 0 where there is no item. */
  readonly scores: Float32Array;
}

/** Options of `ActionDistribution.sample`. */
export interface SampleOptions {
  /** Items to show in each row (`K`). Default 1. */
  readonly count?: number;
}

/**
 * A policy's probabilities over the items in each state of one observation. It is valid until the policy's next call, and as
 * long as the observation's arrays are not overwritten: sample before the environment's next step.
 *
 * Slates are sampled without replacement, position by position: each item is drawn from the policy's distribution over the items that are
 * allowed and not yet in the slate. For a softmax this is the Plackett-Luce distribution (Plackett 1975; Kool et al. 2019, arXiv
 * 1903.06059).
 */
export interface ActionDistribution {
  /**
   * Samples an item, or a slate of `count` distinct items, for each state. All randomness comes from `random`.
   * @throws {NothingAllowedError} for a state that allows fewer items.
   */
  sample(random: Random, options?: SampleOptions): Action;
  /**
   * `[rows, count]`: the propensities of the given items or slates (`[rows, count]`): exactly what `sample` would report for them. 0 for
   * an item that is not allowed, or already in the slate, and for the positions below it.
   */
  propensity(items: Int32Array): Float32Array;
  /**
   * The `count` items that the policy is most likely to recommend alone in each state, with these probabilities, best first. Equally likely
   * items are in the order of the policy's own ranking, if it has one, else of the catalogue. `count` is from 1 to the number of items, or to 1,000 for a smaller
   * catalogue; places without an item hold -1.
   */
  top(count: number): Ranking;
}

/**
 * Chooses items. For a batch of states it returns a probability distribution over the items, from which actions are sampled:
 *
 * ```ts
 * const { items, propensity } = policy.distribution(observation).sample(random);
 * const slates = policy.distribution(observation).sample(random, { count: 5 });
 * const best = policy.distribution(observation).top(5);
 * ```
 *
 * `policyChecks` of `@ialp/policy/testing` checks the rules:
 * - the probabilities of the allowed items sum to 1 in every state and at every position of a slate; other items have probability 0;
 * - the reported propensity is the probability with which the item was sampled;
 * - a state's distribution does not depend on the other states of the batch;
 * - the observation is not modified;
 * - an observation of another catalogue is refused, and so is sampling in a state that allows no item;
 * - what it remembers of sessions, if it does, another instance can take over (`PolicySessions`).
 */
export interface Policy {
  /** Version of this interface. */
  readonly specificationVersion: 'v2';
  /** Number of items in the catalogue: the observation's `items`. */
  readonly items: number;
  /** The distribution over the items in each state. Deterministic: randomness enters only in `sample`. */
  distribution(observation: Observation): ActionDistribution;
  /** What it remembers of each session. Absent if its distributions depend on nothing but the observation. */
  readonly sessions?: PolicySessions;
}

/** Plain data, as JSON holds it: every number is finite. */
export type PlainMemory =
  | number
  | string
  | boolean
  | null
  | readonly PlainMemory[]
  | { readonly [name: string]: PlainMemory };

/**
 * What a policy remembers of each session, such as which of two policies serves it: for deployments in which several processes decide, or
 * that begin anew. Store `memoryOf(session)` with each decision; before another process decides for the session, or learns from it, pass the
 * last memory to `remember`.
 *
 * `policyChecks` of `@ialp/policy/testing` checks the rules:
 * - a memory is plain data, and the same after it was written as JSON;
 * - a second policy that remembers the sessions has the same distributions in their later turns;
 * - to remember a session that is known changes nothing.
 */
export interface PolicySessions {
  /** What is remembered of a session, by its key; undefined if nothing is. */
  memoryOf(session: number): PlainMemory | undefined;
  /**
   * Remembers a session that another instance served: it counts as one that began here. Of a session that is known, nothing changes.
   * @throws {CheckpointError} for a memory of something else; nothing is then remembered.
   */
  remember(session: number, memory: PlainMemory): void;
  /** Forgets a session that has ended. Nothing happens if it is not known. */
  forget(session: number): void;
}
