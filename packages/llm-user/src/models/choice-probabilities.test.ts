import { expect, test } from 'vitest';
import { choiceProbabilities } from './choice-probabilities.js';

const of = (choices: string[], tokens: Record<string, number>) =>
  choiceProbabilities(
    choices,
    Object.entries(tokens).map(([text, probability]) => ({ text, probability })),
  );

test('whatever the case and the spaces, a token that is a word counts for it', () => {
  expect(of(['yes', 'no'], { yes: 0.25, ' Yes': 0.25, 'NO\n': 0.125, maybe: 0.375 })).toEqual([0.5, 0.125]);
});

test('a token that begins one word counts for it, one that begins two for neither', () => {
  expect(of(['yes', 'no'], { y: 0.5, n: 0.25 })).toEqual([0.5, 0.25]);
  expect(of(['north', 'no'], { n: 0.5, nor: 0.25, no: 0.125 })).toEqual([0.25, 0.125]);
});

test('spaces alone say nothing, and no word has more than everything', () => {
  expect(of(['yes', 'no'], { ' ': 0.5, yes: 0.5 })).toEqual([0.5, 0]);
  expect(of(['yes', 'no'], { yes: 0.6, Yes: 0.6 })).toEqual([1, 0]);
});
