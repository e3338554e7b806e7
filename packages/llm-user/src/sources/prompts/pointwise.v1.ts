import type { PromptTemplate } from '../../prompt-template.js';
import { person, quote, ROLE, section } from './sections.js';

/** Would they take this one? Answered by `{"answer": "yes"}` or `{"answer": "no"}`. What is common to a person's questions stands first. */
export const POINTWISE: PromptTemplate = {
  specificationVersion: 'v1',
  version: 'pointwise.v1',
  system: `${ROLE} Answer with JSON alone: {"answer": "yes"} if this person would take the item shown, {"answer": "no"} if not.`,
  schema: () => ({
    type: 'object',
    properties: { answer: { type: 'string', enum: ['yes', 'no'] } },
    required: ['answer'],
    additionalProperties: false,
  }),
  prompt: (input) =>
    [...person(input), section('They are now shown:', input.candidates.map(quote)), 'Would they take it?'].join('\n\n'),
  repair: () =>
    '\n\nAn earlier reply could not be used. Answer with JSON alone, {"answer": "yes"} or {"answer": "no"}.',
};
