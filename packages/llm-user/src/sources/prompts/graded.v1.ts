import type { PromptTemplate } from '../../prompt-template.js';
import { numbered, person, ROLE } from './sections.js';

/** How much would they like each, from 1 to 5? Answered by `{"ratings": [one integer a candidate, in order]}`. */
export const GRADED: PromptTemplate = {
  specificationVersion: 'v1',
  version: 'graded.v1',
  system:
    `${ROLE} Rate each item shown as this person would, from 1 (would pass it over) to 5 (would love it). ` +
    'Answer with JSON alone: {"ratings": [one whole number for each item, in order]}.',
  schema: (candidates) => ({
    type: 'object',
    properties: {
      ratings: {
        type: 'array',
        items: { type: 'integer', minimum: 1, maximum: 5 },
        minItems: candidates,
        maxItems: candidates,
      },
    },
    required: ['ratings'],
    additionalProperties: false,
  }),
  prompt: (input) =>
    [...person(input), numbered(input), 'How would they rate each of these, from 1 to 5?'].join('\n\n'),
  repair: (candidates) =>
    `\n\nAn earlier reply could not be used. Answer with JSON alone, {"ratings": [...]}, with ${candidates} whole numbers from 1 to 5.`,
};
