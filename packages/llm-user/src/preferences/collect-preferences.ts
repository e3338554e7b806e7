import { checkOptions } from '../check-inputs.js';
import type { LanguageModelError } from '../errors.js';
import type { RetryOptions } from '../models/retries/retrying-model.js';
import type { PreferenceSource, UserState } from '../preference-source.js';
import type { ReplyStore } from '../reply-store.js';
import type { Budget, TokenPrice } from './budget.js';
import type { CollectionProgress, CollectionSummary } from './progress-tracker.js';
import { type QuestionOptions, questionsOf } from './questions.js';
import { askAll } from './stream-preferences.js';

/** One answered question. */
export interface Preference {
  readonly state: UserState;
  /** In the order in which they were put to the model. */
  readonly candidates: readonly number[];
  /** For each candidate, how likely the user is to like it. */
  readonly probabilities: readonly number[];
  readonly model: string;
  readonly promptVersion: string;
  /** The model's reply as it came. */
  readonly raw: string;
}

/** A question to which there is no usable answer. */
export interface FailedQuestion {
  readonly state: UserState;
  readonly candidates: readonly number[];
  readonly error: LanguageModelError;
}

/** What a distillation brought. */
export interface PreferenceCollection {
  readonly preferences: readonly Preference[];
  /** Questions that failed. They are counted and kept; none becomes a preference. */
  readonly failures: readonly FailedQuestion[];
  readonly summary: CollectionSummary;
}

/** Options of `collectPreferences` and `streamPreferences`. */
export interface CollectOptions extends QuestionOptions {
  readonly source: PreferenceSource;
  /** Keeps the model's replies; what it has is not asked again. Sources that call no `LanguageModel` have no use for it. */
  readonly store?: ReplyStore;
  /** Whether the store keeps the words of requests as well. Default false. */
  readonly storePrompts?: boolean;
  /** Hard limits: no call is begun that may go over one. Default: none. */
  readonly budget?: Budget;
  /** What the model's tokens cost. Default: nothing. */
  readonly price?: TokenPrice;
  /** How calls that fail are tried again; `attempts: 1` for not at all. */
  readonly retries?: Omit<RetryOptions, 'random' | 'onRetry'>;
  /** Questions that are asked at a time. The answers, and their order, do not depend on it. At least 1. Default 1. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /**
   * After so many failed questions, one after the other, it gives up. At least 1; `Infinity` for never. Default 20. (After an error
   * that `isFatal` it stops at once.)
   */
  readonly maxConsecutiveFailures?: number;
  /** Called before a call is tried again, with its error and the milliseconds until the next attempt. */
  readonly onRetry?: (error: LanguageModelError, delayMs: number) => void;
  /** Called after each question. */
  readonly onProgress?: (progress: CollectionProgress) => void;
}

/**
 * Asks a language model what users would like: one question a state, many at a time, within a budget, nothing twice. What
 * cannot be answered is recorded as failed, with the reason: what the model (your own as well) throws, or a reply that cannot be used.
 * Where the budget is used up, where an error `isFatal` or after `maxConsecutiveFailures` failures it stops, gives what there is, and says so
 * in `summary.stopped` and `summary.stoppedBy`; `checkAnswers` tells whether it was a success. Answers are in the order of the states.
 * @throws {InvalidOptionError} for options out of range. What is no `LanguageModelError` (a store that is full) is thrown on,
 *   and so is the signal's reason where it is aborted; what the store has by then stays there.
 */
export async function collectPreferences(options: CollectOptions): Promise<PreferenceCollection> {
  const preferences: Preference[] = [];
  const failures: FailedQuestion[] = [];
  const stream = streamPreferences(options);
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) return { preferences, failures, summary: value };
    if ('error' in value) failures.push(value);
    else preferences.push(value);
  }
}

/**
 * The same, one at a time as they come, in the order of the states: for more answers than memory holds. It gives the summary
 * in the end. Whoever leaves it early ends the calls that are under way.
 * @throws as `collectPreferences` does.
 */
export async function* streamPreferences(
  options: CollectOptions,
): AsyncGenerator<Preference | FailedQuestion, CollectionSummary> {
  checkOptions(options, '{ states, candidates: [{ sampler, count: 8 }], source, random }');
  const { states } = options;
  return yield* askAll(questionsOf(options), Array.isArray(states) ? states.length : undefined, options);
}
