import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { POINTWISE } from './prompts/pointwise.v1.js';
import { readReply } from './read-reply.js';

/** 1 for yes, 0 for no, in any case and with a full stop; `undefined` for anything else. */
function yesOrNo(value: unknown): number | undefined {
  const word = /^\s*["'*]*(yes|no)["'*.!]*\s*$/i.exec(typeof value === 'string' ? value : '')?.[1].toLowerCase();
  return word === undefined ? undefined : Number(word === 'yes');
}

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
      isPointwise: true,
      read({ text }) {
        const reply = readReply(text, { field: 'answer', expected: 'yes or no', read: yesOrNo, readBare: yesOrNo });
        return 'fault' in reply ? reply : { value: [reply.value] };
      },
    },
    options,
  );
}
