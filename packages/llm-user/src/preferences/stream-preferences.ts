import { checkInteger, checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { pMapIterable } from 'p-map';
import { checkFunction, checkRandom, checkShares, checkSignal, checkSource, checkStore } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import { asModelError } from '../models/retries/model-errors.js';
import { type RetryOptions, RUN_RETRY_OPTIONS, retrying } from '../models/retries/retrying-model.js';
import type { PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import { withStore } from '../store/stored-model.js';
import { BudgetExceededError, checkBudget } from './budget.js';
import { CircuitBreaker, checkedModel, RunStoppedError } from './circuit-breaker.js';
import type { CollectOptions, FailedQuestion, Preference } from './collect-preferences.js';
import { Meter } from './metered-model.js';
import { type CollectionSummary, ProgressTracker } from './progress-tracker.js';

/** Answers that may wait for an earlier one, as a multiple of the concurrency. */
const AHEAD = 8;

/** Result of a question; undefined if the run stopped first. */
type Outcome = { readonly answer: Preference | FailedQuestion } | { readonly thrown: unknown } | undefined;

/** Options of `askAll`: those of `collectPreferences` except for the questions. */
export type AskOptions = Omit<CollectOptions, 'states' | 'candidates'>;

/**
 * Asks questions; see `streamPreferences`. An answer has the same `state` and `candidates` objects as its question.
 * @param total the number of questions, if known.
 * @throws {InvalidOptionError}
 */
export async function* askAll(
  asked: Iterable<PreferenceQuestion>,
  total: number | undefined,
  options: AskOptions,
): AsyncGenerator<Preference | FailedQuestion, CollectionSummary> {
  const { source: given, concurrency = 1, maxConsecutiveFailures = 20, budget = {}, price, signal } = options;
  const { retries, onProgress, onRetry } = options;
  checkSource(given);
  checkSignal(signal);
  if (retries !== undefined) {
    checkObject('retries', retries, 'an object such as { attempts: 3 }');
    checkOptionNames(retries, RUN_RETRY_OPTIONS, { option: 'retries' });
  }
  for (const [option, value] of Object.entries({ onProgress, onRetry })) {
    if (value !== undefined) checkFunction(option, value, 'a function');
  }
  checkInteger('concurrency', concurrency, 1);
  if (!(maxConsecutiveFailures >= 1))
    throw new InvalidOptionError('maxConsecutiveFailures', maxConsecutiveFailures, 'a number of at least 1');
  checkBudget(budget, price);
  checkRandom(options.random);
  if (options.store !== undefined) checkStore(options.store);
  signal?.throwIfAborted();
  const meter = new Meter(budget, price);
  const tracker = new ProgressTracker(meter, total);
  // One signal per question in flight rather than one for all: Node warns about many listeners on one signal. Signals of answered
  // questions are reused, because creating them is expensive.
  const running = new Set<AbortController>();
  const idle: AbortController[] = [];
  const endAll = (reason: unknown): void => {
    for (const controller of running) controller.abort(reason);
  };
  const onAbort = (): void => endAll(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const breaker = new CircuitBreaker();
  const source = equip(options, meter, tracker, breaker);
  let isOver = false;

  function* questions(): Generator<PreferenceQuestion> {
    for (const question of asked) {
      if (isOver) return;
      yield question;
    }
  }

  function noteFailure(error: LanguageModelError): void {
    tracker.failed(error);
    if (error.isFatal) tracker.stop('fatal error', error.message);
    else if (tracker.consecutiveFailures < maxConsecutiveFailures) return;
    else
      tracker.stop(
        'consecutive failures',
        `${tracker.consecutiveFailures} questions in a row failed. The last: ${error.message}`,
      );
    isOver = true;
    breaker.trip();
  }

  async function ask(question: PreferenceQuestion): Promise<Outcome> {
    if (isOver) return undefined;
    const controller = idle.pop() ?? new AbortController();
    running.add(controller);
    try {
      const answer = await askOnce(source, question, controller.signal);
      if ('error' in answer.answer) noteFailure(answer.answer.error);
      else tracker.answered(answer.repairs);
      onProgress?.(tracker.progress());
      return answer;
    } catch (error) {
      isOver = true;
      if (error instanceof RunStoppedError) return undefined;
      if (!BudgetExceededError.isInstance(error)) return { thrown: error };
      tracker.stop('budget', error.message);
      return undefined;
    } finally {
      running.delete(controller);
      if (!controller.signal.aborted) idle.push(controller);
    }
  }

  const outcomes = pMapIterable(questions(), ask, { concurrency, backpressure: concurrency * AHEAD });
  const iterator = outcomes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await nextOrAbort(iterator, signal);
      if (done === true) return tracker.summary();
      if (value === undefined) continue;
      if ('thrown' in value) throw value.thrown;
      yield value.answer;
    }
  } finally {
    isOver = true;
    signal?.removeEventListener('abort', onAbort);
    // The reader may have left the loop early.
    endAll(new DOMException('Nobody waits for the answer any more.', 'AbortError'));
  }
}

/** @throws {LanguageModelError} unless an answer has one probability per candidate: a source of your own may return anything. */
function checkProbabilities(model: string, probabilities: readonly number[], candidates: number): void {
  try {
    if (!Array.isArray(probabilities))
      throw new InvalidOptionError('probabilities', probabilities, `${candidates} numbers from 0 to 1`);
    checkShares(probabilities, candidates, 'probabilities');
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    throw new LanguageModelError(model, `gave no usable answer. ${error.message}`, { kind: 'unusable reply' });
  }
}

/** Wraps the source's model: store, then retries, then circuit breaker, then budget, then the model itself. */
function equip(options: AskOptions, meter: Meter, tracker: ProgressTracker, breaker: CircuitBreaker): PreferenceSource {
  const { source, store, storePrompts = false, random, retries = {}, onRetry } = options;
  if (source.withModel === undefined) return source;
  return source.withModel((model) => {
    const counted = breaker.guard(meter.over(checkedModel(model), () => breaker.throwIfTripped()));
    const retryOptions: RetryOptions = {
      ...retries,
      // A random stream of its own: questions use forks by a single number.
      random: random.fork(0, 1),
      onRetry(error, delayMs) {
        tracker.retries++;
        onRetry?.(error, delayMs);
      },
    };
    const retried = retrying(counted, retryOptions, breaker);
    if (store === undefined) return retried;
    return withStore(retried, { store, storePrompts, onReused: () => tracker.fromStore++ });
  });
}

async function askOnce(
  source: PreferenceSource,
  { state, candidates }: PreferenceQuestion,
  signal: AbortSignal,
): Promise<{ readonly answer: Preference | FailedQuestion; readonly repairs: number }> {
  try {
    const { model, promptVersion } = source;
    const answer = await source.ask({ state, candidates }, { signal });
    const { probabilities, raw, repairs = 0 } = answer ?? {};
    checkProbabilities(model, probabilities, candidates.length);
    return { answer: { state, candidates, probabilities, model, promptVersion, raw }, repairs };
  } catch (error) {
    // Whatever the source throws, an aborted question has not failed.
    signal.throwIfAborted();
    if (error instanceof RunStoppedError) throw error;
    // With a wrapped model, errors of store and template pass through here as well; they are not the model's. A source without one
    // is itself the model, so whatever it throws is a model error.
    const failure = source.withModel === undefined ? asModelError(source.model, error) : error;
    if (!LanguageModelError.isInstance(failure)) throw error;
    return { answer: { state, candidates, error: failure }, repairs: 0 };
  }
}

/** The next value, or the signal's reason as soon as it is aborted: a source may ignore the signal. */
function nextOrAbort<T>(iterator: AsyncIterator<T>, signal: AbortSignal | undefined): Promise<IteratorResult<T>> {
  if (signal === undefined) return iterator.next();
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    iterator
      .next()
      .finally(() => signal.removeEventListener('abort', onAbort))
      .then(resolve, reject);
  });
}
