import { z } from 'zod';
import type { PreferenceSource } from '../preference-source.js';
import { LISTWISE } from '../prompts/listwise.v1.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { memoized, readJson } from './read-json.js';

/** The form of a reply about so many candidates. */
const formOf = memoized((candidates) => z.strictObject({ liked: z.array(z.int().min(1).max(candidates)) }));

/**
 * A generative model as the user: it is told what a person took and passed over, and says which of the candidates they
 * would take, in one call for all. Likelihood is 1 for those, 0 for the others. The reply is
 * `{"liked": [numbers of candidates, from 1]}`; one that is not, or names a candidate that there is not, is asked for once
 * more and then thrown as an error with its raw text.
 * @throws {InvalidOptionError} for an option, or an item asked about, that is out of range.
 */
export function createListwiseSource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: LISTWISE,
      isEach: false,
      read({ text }, candidates) {
        const reply = readJson(formOf(candidates), text);
        return reply && Array.from({ length: candidates }, (_, k) => (reply.liked.includes(k + 1) ? 1 : 0));
      },
    },
    options,
  );
}
