import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { GRADED } from './prompts/graded.v1.js';
import { readReply, wholeNumbers } from './read-reply.js';

/**
 * A generative model as the user: it rates all candidates from 1 to 5 in one call. The reply is
 * `{"ratings": [an integer for each candidate, in order]}`; the probability is `(rating - 1) / 4`.
 * @throws {InvalidOptionError} for an option or an item out of range.
 */
export function createGradedSource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: GRADED,
      isPointwise: false,
      read({ text }, candidates) {
        const ratings = (value: unknown): number[] | undefined => {
          const numbers = wholeNumbers(value, 1, 5);
          return numbers?.length === candidates ? numbers : undefined;
        };
        const reply = readReply(text, {
          field: 'ratings',
          expected: `${candidates} whole numbers from 1 to 5`,
          read: ratings,
          readBare: (value) => (Array.isArray(value) ? ratings(value) : undefined),
        });
        return 'fault' in reply ? reply : { value: reply.value.map((rating) => (rating - 1) / 4) };
      },
    },
    options,
  );
}
