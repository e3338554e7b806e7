import { z } from 'zod';
import type { PreferenceSource } from '../preference-source.js';
import { POINTWISE } from '../prompts/pointwise.v1.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { readJson } from './read-json.js';

const form = z.strictObject({ answer: z.enum(['yes', 'no']) });

/**
 * A generative model as the user, asked about each candidate by itself, in a call of its own: no candidate stands before
 * another. Likelihood is 1 for yes and 0 for no; the reply is `{"answer": "yes"}` or `{"answer": "no"}`. A question has
 * failed where one of its calls has.
 * @throws {InvalidOptionError} for an option, or an item asked about, that is out of range.
 */
export function createPointwiseSource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: POINTWISE,
      isEach: true,
      read({ text }) {
        const reply = readJson(form, text);
        return reply && [reply.answer === 'yes' ? 1 : 0];
      },
    },
    options,
  );
}
