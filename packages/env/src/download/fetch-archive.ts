import type { Random } from '@ialp/core';
import { backOff, wait } from '@ialp/core/retry';
import type { DownloadAttempt } from './errors.js';
import { FailedTry } from './failed-try.js';
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
 * @throws What `requestArchive` throws, except for a `FailedTry`.
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
      if (!(error instanceof FailedTry)) throw error;
      onFailure({ url: request.url, reason: error.message });
      const seconds = error.wait ?? backOff(failures, { ...options, longestWait: LONGEST_WAIT }, options.random);
      if (!error.again || failures > options.retries || seconds > LONGEST_RETRY_AFTER) return false;
      await wait(seconds, request.signal);
    }
  }
}
