import type { PromptTemplate } from '../../prompt-template.js';
import { person, quote, ROLE, section } from './sections.js';

/** Would they take this one? Answered by a bare `yes` or `no`, of which the probability is wanted. */
export const PROBABILITY: PromptTemplate = {
  specificationVersion: 'v1',
  version: 'probability.v1',
  system: `${ROLE} Answer with one word: yes if this person would take the item shown, no if not.`,
  schema: () => ({ type: 'string', enum: ['yes', 'no'] }),
  prompt: (input) =>
    [
      ...person(input),
      section('They are now shown:', input.candidates.map(quote)),
      'Would they take it? Answer yes or no.',
    ].join('\n\n'),
  repair: () => '\n\nAn earlier reply could not be used. Answer with one word, yes or no.',
};
