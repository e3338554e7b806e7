import type { Random } from '@ialp/core';
import { backOff, wait } from '@ialp/core/retry';
import { AttemptError } from './attempt-error.js';
import type { DownloadAttempt } from './errors.js';
import { type ArchiveRequest, requestArchive } from './request-archive.js';

/** How often an address is tried, and how long to wait in between. */
export interface RetryOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly initialDelayMs: number;
  readonly random: Random;
}

/** Milliseconds. If a server asks for a longer delay, the next address is tried. */
const MAX_RETRY_AFTER_MS = 120_000;
/** The longest delay between two attempts, in milliseconds. */
const MAX_DELAY_MS = 60_000;

/**
 * Downloads an archive from one address, with retries after transient failures.
 * @param onFailure called after each failed attempt.
 * @returns whether the archive was downloaded.
 * @throws what `requestArchive` throws, except an `AttemptError`.
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
      const { initialDelayMs, random, retries } = options;
      const delayMs = error.delayMs ?? backOff(failures, { initialDelayMs, maxDelayMs: MAX_DELAY_MS }, random);
      if (!error.isTransient || failures > retries || delayMs > MAX_RETRY_AFTER_MS) return false;
      await wait(delayMs, request.signal);
    }
  }
}
