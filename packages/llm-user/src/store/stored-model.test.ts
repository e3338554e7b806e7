import { expect, test } from 'vitest';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import type { ReplyRecord } from '../reply-store.js';
import { createMemoryStore } from './memory-store.js';
import { withStore } from './stored-model.js';

const REQUEST: LanguageModelRequest = { promptVersion: 'v1', system: 's', prompt: 'p', schema: {}, seed: 1 };

/** Answers when it is told to. */
function waiting() {
  const calls: { request: LanguageModelRequest; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const model: LanguageModel = {
    specificationVersion: 'v1',
    name: 'm',
    generate: (request) =>
      new Promise<LanguageModelReply>((resolve, reject) => {
        calls.push({ request, answer: (text) => resolve({ text }), fail: reject });
        request.signal?.addEventListener('abort', () => reject(request.signal?.reason));
      }),
  };
  return { calls, model };
}

/** Lets everything happen that needs no answer. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test('equal requests at once make one call, whose reply is kept once', async () => {
  const { calls, model } = waiting();
  const store = createMemoryStore();
  const shared: ReplyRecord[] = [];
  const stored = withStore(model, { store, onReused: (record) => void shared.push(record) });
  const replies = Array.from({ length: 7 }, () => stored.generate({ ...REQUEST }));
  const other = stored.generate({ ...REQUEST, seed: 2 });
  await settle();
  const late = stored.generate(REQUEST);
  await settle();
  expect(calls).toHaveLength(2);
  for (const { request, answer } of calls) answer(`reply ${request.seed}`);
  expect(await Promise.all([...replies, late])).toEqual(new Array(8).fill({ text: 'reply 1' }));
  expect(await other).toEqual({ text: 'reply 2' });
  expect(shared).toHaveLength(7);
  expect([...store]).toHaveLength(2);
  expect(await stored.generate(REQUEST)).toEqual({ text: 'reply 1' });
  expect(calls).toHaveLength(2);
});

test('a failure goes to those who wait, and the next call asks again', async () => {
  const { calls, model } = waiting();
  const stored = withStore(model, { store: createMemoryStore() });
  const both = [stored.generate(REQUEST), stored.generate(REQUEST)];
  await settle();
  calls[0].fail(new Error('away'));
  for (const result of await Promise.allSettled(both))
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'away' } });
  const again = stored.generate(REQUEST);
  await settle();
  calls[1].answer('here');
  expect(await again).toEqual({ text: 'here' });
});

test('who aborts leaves the others their call; when all have, it is aborted', async () => {
  const { calls, model } = waiting();
  const stored = withStore(model, { store: createMemoryStore() });
  const interrupts = [new AbortController(), new AbortController(), new AbortController()];
  const replies = interrupts.slice(0, 2).map(({ signal }) => stored.generate({ ...REQUEST, signal }));
  await settle();
  interrupts[0].abort(new Error('first'));
  await expect(replies[0]).rejects.toThrow('first');
  expect(calls[0].request.signal?.aborted).toBe(false);
  calls[0].answer('for the second');
  expect(await replies[1]).toEqual({ text: 'for the second' });

  const all = interrupts.slice(1).map(({ signal }) => stored.generate({ ...REQUEST, seed: 3, signal }));
  await settle();
  for (const interrupt of interrupts.slice(1)) interrupt.abort(new Error('all'));
  for (const result of await Promise.allSettled(all)) expect(result.status).toBe('rejected');
  expect(calls[1].request.signal?.aborted).toBe(true);
  await expect(stored.generate({ ...REQUEST, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
    'before',
  );
  expect(calls).toHaveLength(2);
});

test('an abort while the fingerprint is asked for leaves the others theirs', async () => {
  const asked: ((fingerprint: string) => void)[] = [];
  const fingerprint = (): Promise<string> => new Promise((resolve) => void asked.push(resolve));
  const stored = withStore(
    {
      specificationVersion: 'v1',
      name: 'm',
      fingerprint,
      generate: async () => ({ text: 'x' }),
    },
    { store: createMemoryStore() },
  );
  const interrupt = new AbortController();
  const [first, second] = [stored.generate({ ...REQUEST, signal: interrupt.signal }), stored.generate(REQUEST)];
  interrupt.abort(new Error('away'));
  await expect(first).rejects.toThrow('away');
  asked[0]('weights');
  expect(await second).toEqual({ text: 'x' });
  expect(asked).toHaveLength(1);
});
