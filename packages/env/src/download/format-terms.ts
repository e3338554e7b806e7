import type { DatasetTerms } from './source.js';

/** Formats terms as lines of text. */
export function formatTerms(terms: DatasetTerms): string {
  return [
    `${terms.title}, published by ${terms.publisher}`,
    `Terms, in short: ${terms.summary}`,
    `In full:         ${terms.link}`,
    `Please cite:     ${terms.citation}`,
  ].join('\n');
}
