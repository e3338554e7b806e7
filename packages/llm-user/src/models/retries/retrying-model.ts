import { checkInteger, InvalidOptionError, type Random } from '@ialp/core';
import { backOff, type Clock, SYSTEM_CLOCK, wait } from '@ialp/core/retry';
import { checkModel, checkOptions, checkRandom } from '../../check-inputs.js';
import { LanguageModelError } from '../../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../../language-model.js';
import { asSentence } from '../../text/clean-text.js';
import { isNobodyListening } from '../http/network-verdict.js';
import { withinTime } from './deadline.js';
import { asModelError } from './model-errors.js';

/** Options of `withRetries`. */
export interface RetryOptions {
  /** Attempts at a call, the first included. At least 1. Default 10; at most 3 after replies that cannot be used. */
  readonly attempts?: number;
  /**
   * For how long a call is retried after its first failure, in milliseconds: long enough for a server to start and load its model. In
   * an outage, in which no call succeeds, the time counts from the first failed call. At least 0. Default 60,000.
   */
  readonly retrySpanMs?: number;
  /** Milliseconds after which an attempt fails; it may be retried. Above 0. Default 120,000. */
  readonly timeoutMs?: number;
  /** Milliseconds before the second attempt; doubled for each further one, with jitter. Default 500. */
  readonly initialDelayMs?: number;
  /** Upper limit of a delay, in milliseconds. If a server's `Retry-After` exceeds it, the call fails. Default 60,000. */
  readonly maxDelayMs?: number;
  /** Draws the jitter; replies do not depend on it. */
  readonly random: Random;
  /** Called before each further attempt, with the error of the last one and the delay until the next. */
  readonly onRetry?: (error: LanguageModelError, delayMs: number) => void;
  /** Measures time. Default: the system's clock. */
  readonly clock?: Clock;
}

/** Names of the `RetryOptions` that a run takes as its `retries`. */
export const RUN_RETRY_OPTIONS = [
  'attempts',
  'retrySpanMs',
  'timeoutMs',
  'initialDelayMs',
  'maxDelayMs',
  'clock',
] as const;

const RETRY_OPTIONS = [...RUN_RETRY_OPTIONS, 'random', 'onRetry'] as const;

/** Unusable replies are paid for, and at temperature 0 the next one is likely to be the same. */
const UNUSABLE_ATTEMPTS = 3;

/** `setTimeout` counts milliseconds in 31 bits. */
const MAX_TIMER_MS = 2_147_483_000;

/**
 * Retries a model's failed calls: after a `LanguageModelError` with `isRetryable`, and after `timeoutMs` without a reply. A server's
 * `Retry-After` is obeyed up to `maxDelayMs`; otherwise delays follow exponential back-off with jitter. Other errors are thrown at once.
 * After the last attempt its error is thrown, with `isFatal` if no server was listening at the address all that time. Whatever else
 * the model throws becomes a `LanguageModelError`.
 * @throws {InvalidOptionError}
 */
export function withRetries(model: LanguageModel, options: RetryOptions): LanguageModel {
  return retrying(model, options, undefined);
}

/** Says when retrying is over. Unlike an `AbortSignal` it may have a listener for every waiting call. */
export interface StopSignal {
  readonly isStopped: boolean;
  /** Registers a callback; returns a function that removes it. */
  onStop(callback: () => void): () => void;
}

/** `withRetries` with a signal: once it stops, no call is retried. */
export function retrying(model: LanguageModel, options: RetryOptions, stop: StopSignal | undefined): LanguageModel {
  checkModel(model);
  checkOptions(options, '{ random: createRandom(1) }', RETRY_OPTIONS);
  const {
    attempts = 10,
    retrySpanMs = 60_000,
    timeoutMs = 120_000,
    initialDelayMs = 500,
    maxDelayMs = 60_000,
  } = options;
  const { random, onRetry, clock = SYSTEM_CLOCK } = options;
  checkRandom(random);
  checkInteger('attempts', attempts, 1);
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS)) {
    throw new InvalidOptionError('timeoutMs', timeoutMs, `milliseconds, above 0 and at most ${MAX_TIMER_MS}`);
  }
  for (const [option, value] of Object.entries({ initialDelayMs, maxDelayMs, retrySpanMs })) {
    if (!(value >= 0 && value <= MAX_TIMER_MS)) {
      throw new InvalidOptionError(option, value, `milliseconds, from 0 to ${MAX_TIMER_MS}`);
    }
  }
  const late = (): LanguageModelError =>
    new LanguageModelError(
      model.name,
      `did not answer in time (${timeoutMs / 1000} s). Raise timeoutMs (--timeout of the commands) if the model takes longer`,
      { kind: 'timeout', isRetryable: true },
    );
  /** When the first call failed of those since the last one that succeeded. */
  let outageSince: number | undefined;

  async function callWithRetries<T>(
    signal: AbortSignal | undefined,
    call: (ended: AbortSignal) => Promise<T>,
  ): Promise<T> {
    let failingSince: number | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await withinTime(timeoutMs, signal, late, call, clock);
        outageSince = undefined;
        return result;
      } catch (thrown) {
        signal?.throwIfAborted();
        const error = asModelError(model.name, thrown);
        if (!LanguageModelError.isInstance(error)) throw error;
        const now = clock.now();
        failingSince ??= now;
        if (isOutage(error)) outageSince ??= now;
        else outageSince = undefined;
        const leftMs = retrySpanMs - (now - Math.min(failingSince, outageSince ?? now));
        const maxAttempts =
          error === thrown && error.kind !== 'unusable reply' ? attempts : Math.min(attempts, UNUSABLE_ATTEMPTS);
        if (!error.isRetryable || stop?.isStopped) throw error;
        if (error.retryAfterMs !== undefined && error.retryAfterMs > maxDelayMs) throw tooLong(error, maxDelayMs);
        if (attempt >= maxAttempts || leftMs <= 0) throw exhausted(error, attempt, now - failingSince);
        const planned = Math.min(leftMs, backOff(attempt, { initialDelayMs, maxDelayMs }, random));
        const delayMs = Math.max(planned, error.retryAfterMs ?? 0);
        onRetry?.(error, delayMs);
        await waitUnlessStopped(delayMs, signal, stop, clock);
        if (stop?.isStopped) throw error;
      }
    }
  }
  const fingerprint = model.fingerprint?.bind(model);
  return {
    specificationVersion: 'v1',
    name: model.name,
    ...(fingerprint && {
      specificationVersion: 'v1',
      fingerprint: ({ signal }: { readonly signal?: AbortSignal } = {}) =>
        callWithRetries(signal, (ended) => fingerprint({ signal: ended })),
    }),
    generate: (request: LanguageModelRequest): Promise<LanguageModelReply> =>
      callWithRetries(request.signal, (ended) => model.generate({ ...request, signal: ended })),
  };
}

/** Whether an error says that the server is away, or may be, rather than that it does not like the call. */
function isOutage({ kind, isRetryable }: LanguageModelError): boolean {
  return isRetryable && (kind === 'status' || kind === 'unreachable' || kind === 'timeout');
}

/** Waits until the time is over, or until nothing is tried again any more. */
async function waitUnlessStopped(
  delayMs: number,
  signal: AbortSignal | undefined,
  stop: StopSignal | undefined,
  clock: Clock,
): Promise<void> {
  if (stop === undefined) return wait(delayMs, signal, clock);
  const either = new AbortController();
  const onAbort = (): void => either.abort(signal?.reason);
  const forget = stop.onStop(() => either.abort());
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await wait(delayMs, either.signal, clock);
  } catch (error) {
    signal?.throwIfAborted();
    if (!stop.isStopped) throw error;
  } finally {
    forget();
    signal?.removeEventListener('abort', onAbort);
  }
}

function tooLong(error: LanguageModelError, maxDelayMs: number): LanguageModelError {
  const asked = `It asks to wait ${Math.ceil(error.retryAfterMs! / 1000)} s, longer than maxDelayMs (${maxDelayMs / 1000} s); run again later, or raise maxDelayMs`;
  return amended(error, asked, true);
}

function exhausted(error: LanguageModelError, attempts: number, elapsedMs: number): LanguageModelError {
  if (attempts === 1) return isNobodyListening(error.code) ? amended(error, undefined, true) : error;
  return amended(error, `Tried ${attempts} times in ${(elapsedMs / 1000).toFixed(1)} s`, isNobodyListening(error.code));
}

function amended(error: LanguageModelError, note: string | undefined, isFatal: boolean): LanguageModelError {
  const { model, kind, status, isRetryable, code, usage, retryAfterMs, raw } = error;
  const said = error.message.startsWith(`${model}: `) ? error.message.slice(model.length + 2) : error.message;
  return new LanguageModelError(model ?? 'model', note === undefined ? said : `${asSentence(said)} ${note}`, {
    ...(kind !== undefined && { kind }),
    isRetryable,
    isFatal,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(usage !== undefined && { usage }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(raw !== undefined && { raw }),
    ...(error.cause !== undefined && { cause: error.cause }),
  });
}
