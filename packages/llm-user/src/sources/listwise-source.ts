import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { LISTWISE } from './prompts/listwise.v1.js';
import { readReply, wholeNumbers } from './read-reply.js';

/**
 * A generative model as the user, asked about all candidates in one call. The prompt says what the user took and passed over, and the model
 * names the candidates that they would take: probability 1, the others 0. The reply is `{"liked": [numbers of candidates, from 1]}`. After
 * an unusable reply (see `readReply`), or one with an unknown number, the model is asked once more; then `ask` throws a `LanguageModelError` with
 * the raw reply.
 * @throws {InvalidOptionError} for an option or an item out of range.
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
          // A bare number might be a count.
          readBare: (value) => (Array.isArray(value) ? numbers(value) : undefined),
        });
        if ('fault' in reply) return reply;
        return { value: Array.from({ length: candidates }, (_, k) => (reply.value.includes(k + 1) ? 1 : 0)) };
      },
    },
    options,
  );
}
