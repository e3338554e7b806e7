import type { Random } from '@ialp/core';
import { backOff, wait } from '@ialp/core/retry';
import { AttemptError } from './attempt-error.js';
import type { DownloadAttempt } from './errors.js';
import { type ArchiveRequest, requestArchive } from './request-archive.js';

/** How often and how patiently an address is asked. */
export interface RetryOptions {
  /** Tries after the first. */
  readonly retries: number;
  /** Seconds before the second try; doubled for each further one. */
  readonly firstWait: number;
  readonly random: Random;
}

/** In seconds. A server that asks for more is left for the next address. */
const LONGEST_RETRY_AFTER = 120;
/** In seconds. */
const LONGEST_WAIT = 60;

/**
 * Asks one address until its archive is there, as often as it fails in a way that may pass.
 * @param onFailure Told of each try that failed.
 * @returns Whether the archive is there.
 * @throws What `requestArchive` throws, except for a `AttemptError`.
 */
export async function fetchArchive(
  request: ArchiveRequest,
  options: RetryOptions,
  onFailure: (attempt: DownloadAttempt) => void,
): Promise<boolean> {
  for (let failures = 1; ; failures++) {
    try {
      await requestArchive(request);
      return true;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      onFailure({ url: request.url, reason: error.message });
      const delays = { initialDelayMs: 1000 * options.firstWait, maxDelayMs: 1000 * LONGEST_WAIT };
      const seconds = error.wait ?? backOff(failures, delays, options.random) / 1000;
      if (!error.again || failures > options.retries || seconds > LONGEST_RETRY_AFTER) return false;
      await wait(1000 * seconds, request.signal);
    }
  }
}
