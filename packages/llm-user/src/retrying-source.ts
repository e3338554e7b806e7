import type { Random } from '@ialp/env';
import { backOff, wait } from './back-off.js';
import { InvalidOptionError, LanguageModelError } from './errors.js';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from './preference-source.js';

/** Options of `withRetries`. */
export interface RetryOptions {
  /** Tries at a question, the first among them. At least 1. Default 5. */
  readonly attempts?: number;
  /** Seconds after which a try is given up; it may be tried again. Above 0. Default 120. */
  readonly timeout?: number;
  /** Seconds before the second try; doubled for each further one, and shortened at random. Default 0.5. */
  readonly firstWait?: number;
  /** The longest wait, in seconds. A server that asks for longer is given up. Default 60. */
  readonly longestWait?: number;
  /** For the random part of the waits; answers do not depend on it. */
  readonly random: Random;
}

/** `setTimeout` counts milliseconds in 31 bits. */
const LONGEST_TIMEOUT = 2_147_483;

/**
 * A source that tries again where that can help: after a `LanguageModelError` that `isRetryable`, and where a try took too
 * long. A server's `Retry-After` is obeyed; without one the waits grow, with jitter. What cannot be helped is thrown at once,
 * and after the last try its own error.
 * @throws {InvalidOptionError}
 */
export function withRetries(source: PreferenceSource, options: RetryOptions): PreferenceSource {
  const { attempts = 5, timeout = 120, firstWait = 0.5, longestWait = 60, random } = options;
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
  return {
    model: source.model,
    promptVersion: source.promptVersion,
    async ask(question, { signal } = {}): Promise<PreferenceAnswer> {
      for (let attempt = 1; ; attempt++) {
        try {
          return await askInTime(source, question, timeout, signal);
        } catch (error) {
          signal?.throwIfAborted();
          const seconds = waitAfter(error, backOff(attempt, { firstWait, longestWait }, random));
          if (seconds === undefined || attempt >= attempts || seconds > longestWait) throw error;
          await wait(seconds, signal);
        }
      }
    },
  };
}

/** Seconds to wait after an error; nothing where trying again cannot help. */
function waitAfter(error: unknown, planned: number): number | undefined {
  if (!LanguageModelError.isInstance(error) || !error.isRetryable) return undefined;
  return error.retryAfter === undefined ? planned : Math.max(planned, error.retryAfter);
}

async function askInTime(
  source: PreferenceSource,
  question: PreferenceQuestion,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<PreferenceAnswer> {
  const deadline = AbortSignal.timeout(1000 * timeout);
  const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    return await Promise.race([source.ask(question, { signal: ended }), whenAborted(ended)]);
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.aborted) throw error;
    const options = { isRetryable: true, cause: error };
    throw new LanguageModelError(source.model, `did not answer in time (${timeout} s)`, options);
  }
}

/** Never gives anything, but throws when the signal is aborted: a source may be deaf to it. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
