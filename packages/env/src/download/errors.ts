import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { DatasetTerms } from './source.js';

/** A failed attempt at an address. */
export interface DownloadAttempt {
  /** The address, or the path of an archive in the cache. */
  readonly url: string;
  readonly reason: string;
}

/** A data set could not be downloaded or unpacked. The message lists the attempts, and says how to download it by hand. */
export class DownloadError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<DownloadError> =
    /* @__PURE__ */ recognizerOf('ialp.env.error.download');
  override name = 'DownloadError';
  /** The data set's name. */
  readonly source: string;
  /** The failed attempts, in order. Empty if the cause is local. */
  readonly attempts: readonly DownloadAttempt[];
  /** What the user can do. */
  readonly remedy: string;

  /** @param details `fault` is a local cause; otherwise the attempts are the cause. */
  constructor(
    source: string,
    details: { readonly fault?: string; readonly attempts?: readonly DownloadAttempt[]; readonly remedy: string },
    options?: ErrorOptions,
  ) {
    const { fault, attempts = [], remedy } = details;
    const why = fault ?? listAttempts(attempts);
    super(`${source} could not be downloaded: ${why}. ${remedy}`, options);
    this.source = source;
    this.attempts = attempts;
    this.remedy = remedy;
  }
}

/** The publisher's terms were not accepted, so nothing was downloaded. */
export class TermsNotAcceptedError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<TermsNotAcceptedError> = /* @__PURE__ */ recognizerOf(
    'ialp.env.error.terms-not-accepted',
  );
  override name = 'TermsNotAcceptedError';
  /** The data set's name. */
  readonly source: string;
  readonly terms: DatasetTerms;
  readonly remedy: string;

  constructor(source: string, terms: DatasetTerms, remedy: string) {
    super(`${source}: the terms of ${terms.publisher} were not accepted. ${terms.summary} (${terms.link}) ${remedy}`);
    this.source = source;
    this.terms = terms;
    this.remedy = remedy;
  }
}

/** Lists each address and reason once, with its count. */
function listAttempts(attempts: readonly DownloadAttempt[]): string {
  const counts = new Map<string, number>();
  for (const { url, reason } of attempts) {
    const text = `${url}: ${reason}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`)).join('; ');
}
