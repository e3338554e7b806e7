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
  /** Item indices, in the order in which they were presented to the model. */
  readonly candidates: readonly number[];
  /** For each candidate, the probability that the user likes it. */
  readonly probabilities: readonly number[];
  readonly model: string;
  readonly promptVersion: string;
  /** The model's raw reply. */
  readonly raw: string;
}

/** A question without a usable answer. */
export interface FailedQuestion {
  readonly state: UserState;
  readonly candidates: readonly number[];
  readonly error: LanguageModelError;
}

/** The result of `collectPreferences`. */
export interface PreferenceCollection {
  readonly preferences: readonly Preference[];
  /** Questions that failed. None of them becomes a preference. */
  readonly failures: readonly FailedQuestion[];
  readonly summary: CollectionSummary;
}

/** Options of `collectPreferences` and `streamPreferences`. */
export interface CollectOptions extends QuestionOptions {
  /** Answers the questions. */
  readonly source: PreferenceSource;
  /** Stores the model's replies; stored requests are not made again. Not used by sources without a `LanguageModel`. */
  readonly store?: ReplyStore;
  /** Whether to store prompts as well. Default false. */
  readonly storePrompts?: boolean;
  /** Hard limits: no call starts that may exceed one. Default: none. */
  readonly budget?: Budget;
  /** Price of the model's tokens. Default: free. */
  readonly price?: TokenPrice;
  /** How failed calls are retried; `attempts: 1` turns retries off. */
  readonly retries?: Omit<RetryOptions, 'random' | 'onRetry'>;
  /** Questions that are asked at once. Answers and their order do not depend on it. At least 1. Default 1. */
  readonly concurrency?: number;
  /** Aborts the run. */
  readonly signal?: AbortSignal;
  /**
   * The run stops after this many failed questions in a row. At least 1; `Infinity` for never. Default 20. (It stops at once after an
   * error that `isFatal`.)
   */
  readonly maxConsecutiveFailures?: number;
  /** Called before a call is retried, with its error and the delay until the next attempt. */
  readonly onRetry?: (error: LanguageModelError, delayMs: number) => void;
  /** Called after each question. */
  readonly onProgress?: (progress: CollectionProgress) => void;
}

/** Names of the `CollectOptions`. */
export const COLLECT_OPTIONS = [
  'states',
  'candidates',
  'source',
  'random',
  'store',
  'storePrompts',
  'budget',
  'price',
  'retries',
  'concurrency',
  'maxConsecutiveFailures',
  'signal',
  'onRetry',
  'onProgress',
] as const;

/**
 * Asks a language model what users would like: one question per state, concurrently, within a budget, no request twice (iALP, Wang et
 * al. 2025, arXiv 2501.13816, step 1). Answers are in the order of the states. Questions whose call throws or whose reply cannot be used
 * become `failures`, with the reason. The run stops early when the budget is used up, after an error that `isFatal`, or after
 * `maxConsecutiveFailures`; `summary.stopped` and `summary.stoppedBy` then say why, and the answers so far are returned. `checkAnswers`
 * decides whether the run succeeded.
 * @throws {InvalidOptionError} for options out of range.
 * @throws the signal's reason if it is aborted, and errors other than `LanguageModelError`, such as that of a full store. Stored
 *   replies stay stored.
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
 * `collectPreferences` as a stream: yields answers and failures in the order of the states, for more answers than fit in memory, and returns
 * the summary. Leaving the loop early aborts the calls in flight.
 * @throws as `collectPreferences` does.
 */
export async function* streamPreferences(
  options: CollectOptions,
): AsyncGenerator<Preference | FailedQuestion, CollectionSummary> {
  checkOptions(options, '{ states, candidates: [{ sampler, count: 8 }], source, random }', COLLECT_OPTIONS);
  const { states } = options;
  return yield* askAll(questionsOf(options), Array.isArray(states) ? states.length : undefined, options);
}
