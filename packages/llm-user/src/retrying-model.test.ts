import { createRandom } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from './errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from './language-model.js';
import { type RetryOptions, withRetries } from './retrying-model.js';

const REQUEST: LanguageModelRequest = { promptVersion: 'v1', system: '', prompt: 'Which?', schema: {}, seed: 1 };
const ANSWER: LanguageModelReply = { text: 'yes' };
const busy = (retryAfter?: number) =>
  new LanguageModelError('m', 'is busy', { isRetryable: true, ...(retryAfter !== undefined && { retryAfter }) });

/** A model that does one thing after the other, and counts how often it was asked. */
function scripted(...acts: ((signal?: AbortSignal) => LanguageModelReply | Promise<LanguageModelReply>)[]) {
  const seen = { asked: 0 };
  const model: LanguageModel = {
    name: 'm',
    generate: async ({ signal }) => acts[Math.min(seen.asked++, acts.length - 1)](signal),
  };
  return { model, seen };
}

const fail = (error: unknown) => (): never => {
  throw error;
};
const never = () => new Promise<LanguageModelReply>(() => {});
const patient = (model: LanguageModel, options: Partial<RetryOptions> = {}) =>
  withRetries(model, { firstWait: 0.001, longestWait: 1, random: createRandom(1), ...options });

describe('withRetries', () => {
  test('asks again where that can help, and gives the answer as it came', async () => {
    const { model, seen } = scripted(fail(busy()), fail(busy()), () => ANSWER);
    expect(await patient(model).generate(REQUEST)).toBe(ANSWER);
    expect(seen.asked).toBe(3);
    expect(patient(model)).toMatchObject({ name: 'm' });
  });

  test('gives up after the last try, with its error', async () => {
    const { model, seen } = scripted(fail(busy()));
    await expect(patient(model, { attempts: 4 }).generate(REQUEST)).rejects.toThrow('m: is busy');
    expect(seen.asked).toBe(4);
  });

  test.each([
    ['a wrong request', new LanguageModelError('m', 'no such model')],
    ['an error of another kind', new TypeError('a fault of ours')],
  ])('does not ask again after %s', async (_, error) => {
    const { model, seen } = scripted(fail(error));
    await expect(patient(model).generate(REQUEST)).rejects.toBe(error);
    expect(seen.asked).toBe(1);
  });

  test('asks again after an error of another copy of the package', async () => {
    const marks = { name: 'LanguageModelError', [Symbol.for('ialp.llm-user.error')]: true, isRetryable: true };
    const foreign = Object.assign(new Error('busy'), marks);
    const { model, seen } = scripted(fail(foreign), () => ANSWER);
    await patient(model).generate(REQUEST);
    expect(seen.asked).toBe(2);
  });

  test('waits as long as the server asks for, and gives up where that is too long', async () => {
    const { model, seen } = scripted(fail(busy(0.2)), () => ANSWER);
    const begun = performance.now();
    await patient(model).generate(REQUEST);
    expect(performance.now() - begun).toBeGreaterThan(190);
    const long = scripted(fail(busy(3600)));
    await expect(patient(long.model).generate(REQUEST)).rejects.toThrow('is busy');
    expect([seen.asked, long.seen.asked]).toEqual([2, 1]);
  });

  test('gives up a try that hangs, though the model is deaf to its signal, and tries again', async () => {
    const { model, seen } = scripted(never, () => ANSWER);
    expect(await patient(model, { timeout: 0.02 }).generate(REQUEST)).toBe(ANSWER);
    expect(seen.asked).toBe(2);
    const hanging = scripted(never);
    await expect(patient(hanging.model, { timeout: 0.01, attempts: 2 }).generate(REQUEST)).rejects.toMatchObject({
      message: 'm: did not answer in time (0.01 s)',
      isRetryable: true,
    });
  });

  test('ends at once when it is aborted: in a try, and between two', async () => {
    for (const act of [never, fail(busy(0.9))]) {
      const { model } = scripted(act);
      const controller = new AbortController();
      const asking = patient(model).generate({ ...REQUEST, signal: controller.signal });
      setTimeout(() => controller.abort(new Error('stopped')), 10);
      await expect(asking).rejects.toThrow('stopped');
    }
  });

  test('refuses options that make no sense', () => {
    const { model } = scripted(never);
    expect(() => patient(model, { attempts: 0 })).toThrow(/attempts: expected an integer of at least 1; found 0/);
    expect(() => patient(model, { timeout: 0 })).toThrow(/timeout: expected seconds, above 0/);
    expect(() => patient(model, { firstWait: -1 })).toThrow(/firstWait/);
    expect(() => patient(model, { longestWait: Number.NaN })).toThrow(/longestWait/);
  });
});
