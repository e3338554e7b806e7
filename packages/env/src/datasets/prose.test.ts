import { expect, it } from 'vitest';
import { enumerate, withArticle } from './prose.js';

it('puts the article that goes with the first letter', () => {
  expect(withArticle('action film')).toBe('an action film');
  expect(withArticle('Western')).toBe('a Western');
});

it.each([
  [[], ''],
  [['drama'], 'drama'],
  [['drama', 'war'], 'drama and war'],
  [['drama', 'romance', 'war'], 'drama, romance and war'],
])('lists %j', (words, sentence) => {
  expect(enumerate(words)).toBe(sentence);
});
