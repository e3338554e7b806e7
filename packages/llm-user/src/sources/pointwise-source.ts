import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { POINTWISE } from './prompts/pointwise.v1.js';
import { readReply } from './read-reply.js';

/** 1 for yes, 0 for no, ignoring case, quotes and punctuation; `undefined` for anything else. */
function yesOrNo(value: unknown): number | undefined {
  const word = /^\s*["'*]*(yes|no)["'*.!]*\s*$/i.exec(typeof value === 'string' ? value : '')?.[1].toLowerCase();
  return word === undefined ? undefined : Number(word === 'yes');
}

/**
 * A generative model as the user, asked about each candidate in a call of its own, so that there is no position bias. The reply is
 * `{"answer": "yes"}`, probability 1, or `{"answer": "no"}`, probability 0. A question fails if one of its calls does.
 * @throws {InvalidOptionError} for an option or an item out of range.
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
