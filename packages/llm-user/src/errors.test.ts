import { describe, expect, test } from 'vitest';
import * as errors from './errors.js';

const { LanguageModelError, LlmUserError } = errors;

describe('errors', () => {
  const made = [
    new errors.InvalidOptionError('count', 0, 'at least 1'),
    new errors.LanguageModelError('m', 'is away'),
    new errors.MissingPackageError('ollama', 'An Ollama model'),
    new errors.InvalidActionError(1, 9, 4),
    new errors.EnvironmentStateError('too early'),
  ];

  test.each(made.map((error) => [error.name, error] as const))('%s has its class for a name', (name, error) => {
    expect(error).toBeInstanceOf(LlmUserError);
    expect(error.constructor.name).toBe(name);
    expect(String(error)).toMatch(new RegExp(`^${name}: `));
  });

  test('are known again across copies of the package, and nothing else is', () => {
    const ofAnotherCopy = { [Symbol.for('ialp.llm-user.error')]: true };
    for (const error of [...made, ofAnotherCopy]) expect(LlmUserError.isInstance(error)).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'LlmUserError', {}]) {
      expect(LlmUserError.isInstance(other)).toBe(false);
    }
  });

  test('say what was found and what is wanted', () => {
    expect(made.map(({ message }) => message)).toEqual([
      'count: expected at least 1; found 0.',
      'm: is away',
      'An Ollama model needs the package ollama, which is not installed. Run: npm install ollama',
      'actions[1]: expected an item from 0 to 3 that the mask allows; found 9.',
      'too early',
    ]);
  });

  test('a failure of a model keeps the reply and the cause, and is final unless it says otherwise', () => {
    const cause = new TypeError('fetch failed');
    const error = new LanguageModelError('m', 'is away', { isRetryable: true, raw: '{', cause });
    expect(error).toMatchObject({ model: 'm', isRetryable: true, raw: '{', cause });
    expect(new LanguageModelError('m', 'is away').isRetryable).toBe(false);
  });
});
