import type { PromptTemplate } from '../../prompt-template.js';
import { numbered, person, ROLE } from './sections.js';

/** Which of these would they take? Answered by `{"liked": [numbers from 1]}`. */
export const LISTWISE: PromptTemplate = {
  specificationVersion: 'v1',
  version: 'listwise.v1',
  system: `${ROLE} Answer with JSON alone: {"liked": [numbers of the items that this person would take]}. It may be empty.`,
  schema: (candidates) => ({
    type: 'object',
    properties: {
      liked: { type: 'array', items: { type: 'integer', minimum: 1, maximum: candidates }, maxItems: candidates },
    },
    required: ['liked'],
    additionalProperties: false,
  }),
  prompt: (input) => [...person(input), numbered(input), 'Which of these would they take?'].join('\n\n'),
  repair: (candidates) =>
    `\n\nAn earlier reply could not be used. Answer with JSON alone, {"liked": [...]}, with numbers from 1 to ${candidates}.`,
};
