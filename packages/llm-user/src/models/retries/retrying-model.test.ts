import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from '../../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../../language-model.js';
import { createTestClock } from '../../test-support/clock.js';
import { type RetryOptions, withRetries } from './retrying-model.js';

const REQUEST: LanguageModelRequest = { promptVersion: 'v1', system: '', prompt: 'Which?', schema: {}, seed: 1 };
const ANSWER: LanguageModelReply = { text: 'yes' };
const busy = (retryAfterMs?: number) =>
  new LanguageModelError('m', 'is busy', { isRetryable: true, ...(retryAfterMs !== undefined && { retryAfterMs }) });

/** A model that does one thing after the other, and counts how often it was asked. */
function scripted(...acts: ((signal?: AbortSignal) => LanguageModelReply | Promise<LanguageModelReply>)[]) {
  const seen = { asked: 0 };
  const model: LanguageModel = {
    specificationVersion: 'v1',
    name: 'm',
    generate: async ({ signal }) => acts[Math.min(seen.asked++, acts.length - 1)](signal),
  };
  return { model, seen };
}

const fail = (error: unknown) => (): never => {
  throw error;
};
const never = () => new Promise<LanguageModelReply>(() => {});
/** With a clock on which back-off takes no time; what is longer, such as the timeout of a try, is never over by itself. */
const patient = (model: LanguageModel, options: Partial<RetryOptions> = {}) => {
  const clock = createTestClock();
  clock.skipUpTo(60_000);
  return withRetries(model, { clock, random: createRandom(1), ...options });
};
const refused = () =>
  new LanguageModelError('m', 'is away', { kind: 'unreachable', code: 'ECONNREFUSED', isRetryable: true });

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

  test('does not ask again after a wrong request', async () => {
    const error = new LanguageModelError('m', 'no such model');
    const { model, seen } = scripted(fail(error));
    await expect(patient(model).generate(REQUEST)).rejects.toBe(error);
    expect(seen.asked).toBe(1);
  });

  test.each<[string, unknown, number, object]>([
    [
      'a bare error',
      new Error('HTTP 503'),
      3,
      { message: expect.stringMatching(/^m: Error: HTTP 503\. Tried 3 times/) },
    ],
    ['a mistake of the program', new TypeError('x is undefined'), 1, { message: 'm: TypeError: x is undefined' }],
    ['a question', new Error('Is a server there?'), 3, { message: expect.stringMatching(/ there\? Tried 3 times/) }],
    ['a text', 'gone', 3, { message: expect.stringMatching(/^m: gone\. Tried 3 times/) }],
    ['a status that may pass', Object.assign(new Error('busy'), { status: 503 }), 3, { status: 503, isFatal: false }],
    [
      'a status that does not',
      Object.assign(new Error('bad key'), { statusCode: 401 }),
      1,
      { status: 401, isFatal: true },
    ],
    ['a response', Object.assign(new Error('no'), { response: { status: 403 } }), 1, { status: 403, isFatal: true }],
    [
      'a network',
      new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
      3,
      { kind: 'unreachable', code: 'ECONNRESET' },
    ],
  ])('makes a LanguageModelError of what a model of one’s own throws: %s', async (_, thrown, calls, fields) => {
    const { model, seen } = scripted(fail(thrown));
    const call = patient(model).generate(REQUEST);
    await expect(call).rejects.toBeInstanceOf(LanguageModelError);
    await expect(call).rejects.toMatchObject({ cause: thrown, ...fields });
    expect(seen.asked).toBe(calls);
  });

  test('asks at most three times for a reply that can be used', async () => {
    const { model, seen } = scripted(
      fail(new LanguageModelError('m', 'x', { kind: 'unusable reply', isRetryable: true })),
    );
    await expect(patient(model).generate(REQUEST)).rejects.toThrow(/Tried 3 times/);
    expect(seen.asked).toBe(3);
  });

  test('goes on for a minute, so that a server can start and load its model', async () => {
    const clock = createTestClock();
    let asked = 0;
    const model: LanguageModel = {
      specificationVersion: 'v1',
      name: 'm',
      async generate() {
        asked++;
        if (clock.now() < 59_000) throw refused();
        return ANSWER;
      },
    };
    const answer = withRetries(model, { clock, random: createRandom(1) }).generate(REQUEST);
    await clock.pass(61_000);
    expect(await answer).toBe(ANSWER);
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThanOrEqual(10);
  });

  test('a minute in which nobody listens is enough for all calls, and is fatal', async () => {
    const clock = createTestClock();
    clock.skipUpTo(60_000);
    const { model, seen } = scripted(fail(refused()));
    const retrying = withRetries(model, { clock, random: createRandom(1) });
    await expect(retrying.generate(REQUEST)).rejects.toMatchObject({
      isFatal: true,
      message: expect.stringMatching(/^m: is away\. Tried \d+ times in 60\.0 s$/),
    });
    const before = seen.asked;
    await expect(retrying.generate(REQUEST)).rejects.toMatchObject({ isFatal: true });
    expect(seen.asked).toBe(before + 1);
  });

  test('asks again after an error of another copy of the package', async () => {
    const marks = {
      name: 'LanguageModelError',
      [Symbol.for('ialp.llm-user.error')]: true,
      [Symbol.for('ialp.llm-user.error.LanguageModelError')]: true,
      isRetryable: true,
    };
    const foreign = Object.assign(new Error('busy'), marks);
    const { model, seen } = scripted(fail(foreign), () => ANSWER);
    await patient(model).generate(REQUEST);
    expect(seen.asked).toBe(2);
  });

  test('waits as long as the server asks for, and gives up where that is too long', async () => {
    const clock = createTestClock();
    const { model, seen } = scripted(fail(busy(45_000)), () => ANSWER);
    const answer = withRetries(model, { clock, random: createRandom(1) }).generate(REQUEST);
    await clock.pass(44_900);
    expect(seen.asked).toBe(1);
    await clock.pass(200);
    expect(await answer).toBe(ANSWER);
    for (const seconds of [61, 1e14]) {
      const long = scripted(fail(busy(1000 * seconds)));
      await expect(patient(long.model).generate(REQUEST)).rejects.toMatchObject({
        message: `m: is busy. It asks to wait ${seconds} s, longer than maxDelayMs (60 s); run again later, or raise maxDelayMs`,
        isFatal: true,
      });
      expect(long.seen.asked).toBe(1);
    }
  });

  test('gives up a try that hangs, though the model is deaf to its signal, and tries again', async () => {
    const clock = createTestClock();
    const { model, seen } = scripted(never, () => ANSWER);
    const answer = withRetries(model, { clock, random: createRandom(1), timeoutMs: 100_000 }).generate(REQUEST);
    await clock.pass(102_000);
    expect(await answer).toBe(ANSWER);
    expect(seen.asked).toBe(2);
    const hanging = scripted(never);
    const call = withRetries(hanging.model, { clock, random: createRandom(1), timeoutMs: 9000, attempts: 2 }).generate(
      REQUEST,
    );
    const failed = expect(call).rejects.toMatchObject({
      message: expect.stringMatching(/^m: did not answer in time \(9 s\)\. Raise timeoutMs/),
      kind: 'timeout',
      isRetryable: true,
    });
    await clock.pass(30_000);
    await failed;
  });

  test('ends at once when it is aborted: in a try, and between two', async () => {
    for (const act of [never, fail(busy(900))]) {
      const { model } = scripted(act);
      const controller = new AbortController();
      const retrying = withRetries(model, { clock: createTestClock(), random: createRandom(1) });
      const asking = retrying.generate({ ...REQUEST, signal: controller.signal });
      setImmediate(() => controller.abort(new Error('stopped')));
      await expect(asking).rejects.toThrow('stopped');
    }
  });

  test('refuses options that make no sense', () => {
    const { model } = scripted(never);
    expect(() => patient(model, { attempts: 0 })).toThrow(/attempts: expected an integer of at least 1; found 0/);
    expect(() => patient(model, { timeoutMs: 0 })).toThrow(/timeoutMs: expected milliseconds, above 0/);
    expect(() => patient(model, { initialDelayMs: -1 })).toThrow(/initialDelayMs/);
    expect(() => patient(model, { maxDelayMs: Number.NaN })).toThrow(/maxDelayMs/);
  });
});
