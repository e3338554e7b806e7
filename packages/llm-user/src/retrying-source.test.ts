import { createRandom } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from './errors.js';
import type { PreferenceAnswer, PreferenceSource } from './preference-source.js';
import { type RetryOptions, withRetries } from './retrying-source.js';

const QUESTION = { state: { items: [1], feedback: [1] }, candidates: [2, 3] };
const ANSWER: PreferenceAnswer = { likelihood: [0, 1], raw: 'yes' };
const busy = (retryAfter?: number) =>
  new LanguageModelError('m', 'is busy', { isRetryable: true, ...(retryAfter !== undefined && { retryAfter }) });

/** A source that does one thing after the other, and counts how often it was asked. */
function scripted(...acts: ((signal?: AbortSignal) => PreferenceAnswer | Promise<PreferenceAnswer>)[]) {
  const seen = { asked: 0 };
  const source: PreferenceSource = {
    model: 'm',
    promptVersion: 'v1',
    ask: async (_question, { signal } = {}) => acts[Math.min(seen.asked++, acts.length - 1)](signal),
  };
  return { source, seen };
}

const fail = (error: unknown) => (): never => {
  throw error;
};
const never = () => new Promise<PreferenceAnswer>(() => {});
const patient = (source: PreferenceSource, options: Partial<RetryOptions> = {}) =>
  withRetries(source, { firstWait: 0.001, longestWait: 1, random: createRandom(1), ...options });

describe('withRetries', () => {
  test('asks again where that can help, and gives the answer as it came', async () => {
    const { source, seen } = scripted(fail(busy()), fail(busy()), () => ANSWER);
    expect(await patient(source).ask(QUESTION)).toBe(ANSWER);
    expect(seen.asked).toBe(3);
    expect(patient(source)).toMatchObject({ model: 'm', promptVersion: 'v1' });
  });

  test('gives up after the last try, with its error', async () => {
    const { source, seen } = scripted(fail(busy()));
    await expect(patient(source, { attempts: 4 }).ask(QUESTION)).rejects.toThrow('m: is busy');
    expect(seen.asked).toBe(4);
  });

  test.each([
    ['a wrong request', new LanguageModelError('m', 'no such model')],
    ['an error of another kind', new TypeError('a fault of ours')],
  ])('does not ask again after %s', async (_, error) => {
    const { source, seen } = scripted(fail(error));
    await expect(patient(source).ask(QUESTION)).rejects.toBe(error);
    expect(seen.asked).toBe(1);
  });

  test('asks again after an error of another copy of the package', async () => {
    const marks = { name: 'LanguageModelError', [Symbol.for('ialp.llm-user.error')]: true, isRetryable: true };
    const foreign = Object.assign(new Error('busy'), marks);
    const { source, seen } = scripted(fail(foreign), () => ANSWER);
    await patient(source).ask(QUESTION);
    expect(seen.asked).toBe(2);
  });

  test('waits as long as the server asks for, and gives up where that is too long', async () => {
    const { source, seen } = scripted(fail(busy(0.2)), () => ANSWER);
    const begun = performance.now();
    await patient(source).ask(QUESTION);
    expect(performance.now() - begun).toBeGreaterThan(190);
    const long = scripted(fail(busy(3600)));
    await expect(patient(long.source).ask(QUESTION)).rejects.toThrow('is busy');
    expect([seen.asked, long.seen.asked]).toEqual([2, 1]);
  });

  test('gives up a try that hangs, though the source is deaf to its signal, and tries again', async () => {
    const { source, seen } = scripted(never, () => ANSWER);
    expect(await patient(source, { timeout: 0.02 }).ask(QUESTION)).toBe(ANSWER);
    expect(seen.asked).toBe(2);
    const hanging = scripted(never);
    await expect(patient(hanging.source, { timeout: 0.01, attempts: 2 }).ask(QUESTION)).rejects.toMatchObject({
      message: 'm: did not answer in time (0.01 s)',
      isRetryable: true,
    });
  });

  test('ends at once when it is aborted: in a try, and between two', async () => {
    for (const act of [never, fail(busy(0.9))]) {
      const { source } = scripted(act);
      const controller = new AbortController();
      const asking = patient(source).ask(QUESTION, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('stopped')), 10);
      await expect(asking).rejects.toThrow('stopped');
    }
  });

  test('refuses options that make no sense', () => {
    const { source } = scripted(never);
    expect(() => patient(source, { attempts: 0 })).toThrow(/attempts: expected an integer of at least 1; found 0/);
    expect(() => patient(source, { timeout: 0 })).toThrow(/timeout: expected seconds, above 0/);
    expect(() => patient(source, { firstWait: -1 })).toThrow(/firstWait/);
    expect(() => patient(source, { longestWait: Number.NaN })).toThrow(/longestWait/);
  });
});
