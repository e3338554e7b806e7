import type { Random } from '@ialp/env';
import { backOff, wait } from './back-off.js';
import { withinTime } from './deadline.js';
import { InvalidOptionError, LanguageModelError } from './errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from './language-model.js';

/** Options of `withRetries`. */
export interface RetryOptions {
  /** Tries at a call, the first among them. At least 1. Default 5. */
  readonly attempts?: number;
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
}

/** `setTimeout` counts milliseconds in 31 bits. */
const LONGEST_TIMEOUT = 2_147_483;

/**
 * A model that tries again where that can help: after a `LanguageModelError` that `isRetryable`, and where a try took too
 * long. A server's `Retry-After` is obeyed; without one the waits grow, with jitter. What cannot be helped is thrown at once,
 * and after the last try its own error.
 * @throws {InvalidOptionError}
 */
export function withRetries(model: LanguageModel, options: RetryOptions): LanguageModel {
  const { attempts = 5, timeout = 120, firstWait = 0.5, longestWait = 60, random, onRetry } = options;
  if (!Number.isSafeInteger(attempts) || attempts < 1) {
    throw new InvalidOptionError('attempts', attempts, 'an integer of at least 1');
  }
  if (!(timeout > 0 && timeout <= LONGEST_TIMEOUT)) {
    throw new InvalidOptionError('timeout', timeout, `seconds, above 0 and at most ${LONGEST_TIMEOUT}`);
  }
  for (const [option, value] of Object.entries({ firstWait, longestWait })) {
    if (!(value >= 0 && value <= LONGEST_TIMEOUT)) {
      throw new InvalidOptionError(option, value, `seconds, from 0 to ${LONGEST_TIMEOUT}`);
    }
  }
  const late = (): LanguageModelError =>
    new LanguageModelError(model.name, `did not answer in time (${timeout} s)`, { kind: 'timeout', isRetryable: true });

  async function patiently<T>(signal: AbortSignal | undefined, call: (ended: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withinTime(1000 * timeout, signal, late, call);
      } catch (error) {
        signal?.throwIfAborted();
        const seconds = waitAfter(error, backOff(attempt, { firstWait, longestWait }, random));
        if (seconds === undefined || attempt >= attempts || seconds > longestWait) throw error;
        onRetry?.(error as LanguageModelError, seconds);
        await wait(seconds, signal);
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

/** Seconds to wait after an error; nothing where trying again cannot help. */
function waitAfter(error: unknown, planned: number): number | undefined {
  if (!LanguageModelError.isInstance(error) || !error.isRetryable) return undefined;
  return error.retryAfter === undefined ? planned : Math.max(planned, error.retryAfter);
}
