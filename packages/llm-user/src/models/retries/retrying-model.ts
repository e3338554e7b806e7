import { checkInteger, InvalidOptionError, type Random } from '@ialp/core';
import { backOff, type Clock, SYSTEM_CLOCK, wait } from '@ialp/core/retry';
import { requireModel, requireOptions, requireRandom } from '../../check-inputs.js';
import { LanguageModelError } from '../../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../../language-model.js';
import { asSentence } from '../../text/clean-text.js';
import { isNobodyListening } from '../http/network-verdict.js';
import { withinTime } from './deadline.js';
import { asModelError } from './model-errors.js';

/** Options of `withRetries`. */
export interface RetryOptions {
  /** Tries at a call, the first among them. At least 1. Default 10; at a reply that cannot be used at most 3. */
  readonly attempts?: number;
  /**
   * Seconds for which a call is tried again after its first failure, or after that of an outage in which no call succeeded: long
   * enough for a server to start and load its model. At least 0. Default 60.
   */
  readonly retrySpan?: number;
  /** Seconds after which a try is given up; it may be tried again. Above 0. Default 120. */
  readonly timeout?: number;
  /** Seconds before the second try; doubled for each further one, and shortened at random. Default 0.5. */
  readonly firstWait?: number;
  /** The longest wait, in seconds. A server that asks for longer is given up. Default 60. */
  readonly longestWait?: number;
  /** For the random part of the waits; replies do not depend on it. */
  readonly random: Random;
  /** Called before each further try. */
  readonly onRetry?: (error: LanguageModelError, seconds: number) => void;
  /** Time. Default: the system's. */
  readonly clock?: Clock;
}

/** Replies that cannot be used are paid for, and those of a model at temperature 0 differ little. */
const UNUSABLE_ATTEMPTS = 3;

/** `setTimeout` counts milliseconds in 31 bits. */
const LONGEST_TIMEOUT = 2_147_483;

/**
 * A model that tries again where that can help: after a `LanguageModelError` that `isRetryable`, and where a try took too
 * long. A server's `Retry-After` is obeyed, up to `longestWait`; without one the waits grow, with jitter. What cannot be helped is
 * thrown at once, and after the last try its own error, which `isFatal` where nobody listened for all that time. What a model of
 * your own throws becomes a `LanguageModelError`.
 * @throws {InvalidOptionError}
 */
export function withRetries(model: LanguageModel, options: RetryOptions): LanguageModel {
  return retrying(model, options, undefined);
}

/** Says when nothing is to be tried again. Unlike an `AbortSignal` it may have as many listeners as calls wait. */
export interface StopSignal {
  readonly isStopped: boolean;
  /** Gives back what takes the callback back. */
  onStop(callback: () => void): () => void;
}

/** The same, until it is stopped: calls under way end, and nothing is tried again. */
export function retrying(model: LanguageModel, options: RetryOptions, stop: StopSignal | undefined): LanguageModel {
  requireModel(model);
  requireOptions(options, '{ random: createRandom(1) }');
  const { attempts = 10, retrySpan = 60, timeout = 120, firstWait = 0.5, longestWait = 60 } = options;
  const { random, onRetry, clock = SYSTEM_CLOCK } = options;
  requireRandom(random);
  checkInteger('attempts', attempts, 1);
  if (!(timeout > 0 && timeout <= LONGEST_TIMEOUT)) {
    throw new InvalidOptionError('timeout', timeout, `seconds, above 0 and at most ${LONGEST_TIMEOUT}`);
  }
  for (const [option, value] of Object.entries({ firstWait, longestWait, retrySpan })) {
    if (!(value >= 0 && value <= LONGEST_TIMEOUT)) {
      throw new InvalidOptionError(option, value, `seconds, from 0 to ${LONGEST_TIMEOUT}`);
    }
  }
  const late = (): LanguageModelError =>
    new LanguageModelError(
      model.name,
      `did not answer in time (${timeout} s). Raise timeout (--timeout of the commands) if the model takes longer`,
      { kind: 'timeout', isRetryable: true },
    );
  /** When the first call failed of those since the last one that succeeded. */
  let outageSince: number | undefined;

  async function patiently<T>(signal: AbortSignal | undefined, call: (ended: AbortSignal) => Promise<T>): Promise<T> {
    let failingSince: number | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await withinTime(1000 * timeout, signal, late, call, clock);
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
        const left = retrySpan - (now - Math.min(failingSince, outageSince ?? now)) / 1000;
        const most =
          error === thrown && error.kind !== 'unusable reply' ? attempts : Math.min(attempts, UNUSABLE_ATTEMPTS);
        if (!error.isRetryable || stop?.isStopped) throw error;
        if (error.retryAfter !== undefined && error.retryAfter > longestWait) throw tooLong(error, longestWait);
        if (attempt >= most || left <= 0) throw exhausted(error, attempt, (now - failingSince) / 1000);
        const planned = Math.min(left, backOff(attempt, { firstWait, longestWait }, random));
        const seconds = Math.max(planned, error.retryAfter ?? 0);
        onRetry?.(error, seconds);
        await waitUnlessStopped(seconds, signal, stop, clock);
        if (stop?.isStopped) throw error;
      }
    }
  }
  const fingerprint = model.fingerprint?.bind(model);
  return {
    name: model.name,
    ...(fingerprint && {
      fingerprint: ({ signal }: { readonly signal?: AbortSignal } = {}) =>
        patiently(signal, (ended) => fingerprint({ signal: ended })),
    }),
    generate: (request: LanguageModelRequest): Promise<LanguageModelReply> =>
      patiently(request.signal, (ended) => model.generate({ ...request, signal: ended })),
  };
}

/** Whether an error says that the server is away, or may be, rather than that it does not like the call. */
function isOutage({ kind, isRetryable }: LanguageModelError): boolean {
  return isRetryable && (kind === 'status' || kind === 'unreachable' || kind === 'timeout');
}

/** Waits until the time is over, or until nothing is tried again any more. */
async function waitUnlessStopped(
  seconds: number,
  signal: AbortSignal | undefined,
  stop: StopSignal | undefined,
  clock: Clock,
): Promise<void> {
  if (stop === undefined) return wait(seconds, signal, clock);
  const either = new AbortController();
  const onAbort = (): void => either.abort(signal?.reason);
  const forget = stop.onStop(() => either.abort());
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await wait(seconds, either.signal, clock);
  } catch (error) {
    signal?.throwIfAborted();
    if (!stop.isStopped) throw error;
  } finally {
    forget();
    signal?.removeEventListener('abort', onAbort);
  }
}

function tooLong(error: LanguageModelError, longestWait: number): LanguageModelError {
  const asked = `It asks to wait ${Math.ceil(error.retryAfter!)} s, longer than longestWait (${longestWait} s); run again later, or raise longestWait`;
  return amended(error, asked, true);
}

function exhausted(error: LanguageModelError, attempts: number, seconds: number): LanguageModelError {
  if (attempts === 1) return isNobodyListening(error.code) ? amended(error, undefined, true) : error;
  return amended(error, `Tried ${attempts} times in ${seconds.toFixed(1)} s`, isNobodyListening(error.code));
}

function amended(error: LanguageModelError, note: string | undefined, isFatal: boolean): LanguageModelError {
  const { model, kind, status, isRetryable, code, usage, retryAfter, raw } = error;
  const said = error.message.startsWith(`${model}: `) ? error.message.slice(model.length + 2) : error.message;
  return new LanguageModelError(model ?? 'model', note === undefined ? said : `${asSentence(said)} ${note}`, {
    ...(kind !== undefined && { kind }),
    isRetryable,
    isFatal,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(usage !== undefined && { usage }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(raw !== undefined && { raw }),
    ...(error.cause !== undefined && { cause: error.cause }),
  });
}
