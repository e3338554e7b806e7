import type { LanguageModel, LanguageModelRequest } from './language-model.js';

/** What is known of a user: the items they saw, oldest first, and their feedback. */
export interface UserState {
  /** Item indices. */
  readonly items: readonly number[];
  /** Feedback on each item, from 0 (skipped) to 1 (liked). */
  readonly feedback: readonly number[];
  /** A description of the user, if known: `a 24-year-old technician`. */
  readonly persona?: string;
}

/** Asks which of the candidates a user would like. */
export interface PreferenceQuestion {
  readonly state: UserState;
  /** Item indices, in the order in which they are presented to the model. At least one, no duplicates. */
  readonly candidates: readonly number[];
}

/** A source's answer to a question. */
export interface PreferenceAnswer {
  /** For each candidate, in the question's order, the probability that the user likes it. */
  readonly probabilities: readonly number[];
  /** The model's raw reply, for the record; several replies are separated by line breaks. */
  readonly raw: string;
  /** Number of unusable replies that were asked for once more. Default 0. */
  readonly repairs?: number;
}

/**
 * Estimates what a user would like: a language model in the role of the user.
 *
 * The rules, enforced by `preferenceSourceChecks` of `@ialp/llm-user/testing`: one probability for each candidate, in order; the same
 * question gets the same answer; the question is not changed. A source that cannot answer throws a `LanguageModelError` and never
 * makes up an answer. (The suite checks order and failures if its options say how.)
 */
export interface PreferenceSource {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** The model and its version, for the record. */
  readonly model: string;
  /** Version of the prompt or rule. Answers to different versions are different data. */
  readonly promptVersion: string;
  /**
   * Answers one question.
   * @throws {LanguageModelError} if the model gave no usable reply.
   */
  ask(question: PreferenceQuestion, options?: { readonly signal?: AbortSignal }): Promise<PreferenceAnswer>;
  /**
   * The requests that a question leads to if every reply is usable, in order; makes no call. `planCollection` estimates costs from them.
   * Absent if the source uses no `LanguageModel`.
   */
  requests?(question: PreferenceQuestion): readonly LanguageModelRequest[];
  /**
   * The same source with its model wrapped. `collectPreferences` uses it to add a store, a budget and retries. Absent if the
   * source uses no `LanguageModel`.
   */
  withModel?(wrap: (model: LanguageModel) => LanguageModel): PreferenceSource;
}
