import type { LanguageModel, LanguageModelRequest } from './language-model.js';

/** What is known of a user: what they met, oldest first, and what they made of it. */
export interface UserState {
  /** Item indices. */
  readonly items: readonly number[];
  /** Feedback to each of them, from 0 (passed over) to 1 (liked). */
  readonly feedback: readonly number[];
  /** Who they are, in words, where that is known: `a 24-year-old technician`. */
  readonly persona?: string;
}

/** Which of these would this user like? */
export interface PreferenceQuestion {
  readonly state: UserState;
  /** Item indices, in the order in which they are put to the model. At least one, no two the same. */
  readonly candidates: readonly number[];
}

/** What the model said. */
export interface PreferenceAnswer {
  /** For each candidate, in the question's order, how likely the user is to like it, from 0 to 1. */
  readonly probabilities: readonly number[];
  /** The model's reply as it came, for the record; where there were several, on a line each. */
  readonly raw: string;
  /** Replies that could not be used and were asked for once more. Absent means none. */
  readonly repairs?: number;
}

/**
 * Says what a user would like: a language model in the part of the user.
 *
 * The rules, which `preferenceSourceChecks` of `@ialp/llm-user/testing` enforces: one probability from 0 to 1 for each
 * candidate, in order; nothing random but what a seed of the source decides; the question is left as it was. A source
 * that cannot answer throws a `LanguageModelError`. It never makes an answer up. (Order, and what happens where there is
 * no answer, are checked where the suite's options say how.)
 */
export interface PreferenceSource {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The model and its version, for the record. */
  readonly model: string;
  /** The version of the prompt or rule by which it is asked; answers of two versions are not the same data. */
  readonly promptVersion: string;
  /**
   * Asks one question.
   * @throws {LanguageModelError} where the model did not answer, or not usably.
   */
  ask(question: PreferenceQuestion, options?: { readonly signal?: AbortSignal }): Promise<PreferenceAnswer>;
  /**
   * The calls that a question takes where every reply can be used, in their order; nothing is called. What a distillation will
   * cost is told from them. Absent where no `LanguageModel` is called.
   */
  requests?(question: PreferenceQuestion): readonly LanguageModelRequest[];
  /**
   * The same source, with its model replaced by what `wrap` makes of it: so a distillation puts a store, a budget and
   * retries between the two. Absent where no `LanguageModel` is called.
   */
  withModel?(wrap: (model: LanguageModel) => LanguageModel): PreferenceSource;
}
