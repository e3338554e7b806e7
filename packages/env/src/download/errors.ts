import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { DatasetTerms } from './source.js';

/** One try at one address, and why it failed. */
export interface DownloadAttempt {
  /** The address; or the path, where an archive that lay in the cache was tried. */
  readonly url: string;
  readonly reason: string;
}

/** A data set could not be downloaded or unpacked. The message says what was tried, and how to do it by hand. */
export class DownloadError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<DownloadError> =
    /* @__PURE__ */ recognizerOf('ialp.env.error.download');
  override name = 'DownloadError';
  /** The data set's name. */
  readonly source: string;
  /** In the order in which they were made. Empty where the fault was not an address's. */
  readonly attempts: readonly DownloadAttempt[];
  /** What the user can do. */
  readonly remedy: string;

  /** @param fault What went wrong on this side; the attempts say it for the other. */
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

/** The publisher's terms were not accepted, so that nothing was fetched. */
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

/** Says each address and reason once, with how often it came. */
function listAttempts(attempts: readonly DownloadAttempt[]): string {
  const counts = new Map<string, number>();
  for (const { url, reason } of attempts) {
    const text = `${url}: ${reason}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`)).join('; ');
}
