import { IalpError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from './errors.js';
import { EmbeddingCacheError } from './models/embeddings/embedding-cache/errors.js';
import { BudgetExceededError } from './preferences/budget.js';
import { CollectionError } from './preferences/check-answers.js';
import { RunStoppedError } from './preferences/circuit-breaker.js';
import { ReplyStoreError } from './store/errors.js';

describe('errors', () => {
  const fault = { expected: 'a file', found: 'a folder' };
  const made = [
    new LanguageModelError('m', 'is away'),
    new CollectionError('too few'),
    new RunStoppedError('stopped'),
    new BudgetExceededError('calls', 5, 5),
    new ReplyStoreError('a.db', 'unusable', fault),
    new EmbeddingCacheError({ file: 'a.vectors', ...fault, remedy: 'Name another file.' }),
  ];

  test.each(made.map((error) => [error.name, error] as const))('%s has its class for a name', (name, error) => {
    expect(IalpError.isInstance(error)).toBe(true);
    expect(error.constructor.name).toBe(name);
    expect(String(error)).toMatch(new RegExp(`^${name}: `));
  });

  test('say what was found, what was expected and how to fix it', () => {
    expect(made.map(({ message }) => message)).toEqual([
      'm: is away',
      'too few',
      'stopped',
      'The budget is used up: calls may be 5, 5 are spent, and one more call would go over it.',
      'a.db: expected a file; found a folder.',
      'a.vectors: expected a file; found a folder. Name another file.',
    ]);
  });

  test('a failure of a model has the reply and the cause, and is final unless it says otherwise', () => {
    const cause = new TypeError('fetch failed');
    const error = new LanguageModelError('m', 'is away', { isRetryable: true, raw: '{', cause });
    expect(error).toMatchObject({ model: 'm', isRetryable: true, raw: '{', cause });
    expect(new LanguageModelError('m', 'is away').isRetryable).toBe(false);
  });
});
