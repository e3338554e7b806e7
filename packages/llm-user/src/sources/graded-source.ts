import { z } from 'zod';
import type { PreferenceSource } from '../preference-source.js';
import { GRADED } from '../prompts/graded.v1.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { memoized, readJson } from './read-json.js';

/** The form of a reply about so many candidates. */
const formOf = memoized((candidates) => z.strictObject({ ratings: z.array(z.int().min(1).max(5)).length(candidates) }));

/**
 * A generative model as the user: it rates every candidate from 1 to 5, in one call for all. The reply is
 * `{"ratings": [a whole number for each candidate, in order]}`. Likelihood is `(rating - 1) / 4`.
 * @throws {InvalidOptionError} for an option, or an item asked about, that is out of range.
 */
export function createGradedSource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: GRADED,
      isEach: false,
      read({ text }, candidates) {
        const reply = readJson(formOf(candidates), text);
        return reply?.ratings.map((rating) => (rating - 1) / 4);
      },
    },
    options,
  );
}
