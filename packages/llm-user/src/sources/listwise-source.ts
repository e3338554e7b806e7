import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { LISTWISE } from './prompts/listwise.v1.js';
import { readReply, wholeNumbers } from './read-reply.js';

/**
 * A generative model as the user: it is told what a user took and passed over, and says which of the candidates they
 * would take, in one call for all. Likelihood is 1 for those, 0 for the others. The reply is
 * `{"liked": [numbers of candidates, from 1]}`; one that cannot be read so (see `readReply`), or names a candidate that there is not, is asked for once
 * more and then thrown as an error with its raw text.
 * @throws {InvalidOptionError} for an option, or an item asked about, that is out of range.
 */
export function createListwiseSource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: LISTWISE,
      isPointwise: false,
      read({ text }, candidates) {
        const numbers = (value: unknown) => wholeNumbers(value, 1, candidates);
        const reply = readReply(text, {
          field: 'liked',
          expected: `numbers from 1 to ${candidates}`,
          read: numbers,
          // A bare number may be how many they are.
          readBare: (value) => (Array.isArray(value) ? numbers(value) : undefined),
        });
        if ('fault' in reply) return reply;
        return { value: Array.from({ length: candidates }, (_, k) => (reply.value.includes(k + 1) ? 1 : 0)) };
      },
    },
    options,
  );
}
