import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { requestKey } from './request-key.js';

const REQUEST = { promptVersion: 'v1', system: 's', prompt: 'Which “é”?', schema: { type: 'object' }, seed: 3 };

afterEach(() => vi.unstubAllGlobals());

test('is the start of the SHA-256 of the content', async () => {
  const content = JSON.stringify(['v1', 's', 'Which “é”?', { type: 'object' }, null, 3]);
  const expected = createHash('sha256').update(content).digest().subarray(0, 16).toString('base64url');
  expect(await requestKey(REQUEST)).toBe(expected);
});

test('is the same where there is no Node', async () => {
  const here = await requestKey(REQUEST);
  vi.stubGlobal('process', { ...process, nextTick: process.nextTick, getBuiltinModule: undefined });
  expect(await requestKey(REQUEST)).toBe(here);
});

test('tells apart whatever is different, and nothing else', async () => {
  const others = [
    { ...REQUEST, promptVersion: 'v2' },
    { ...REQUEST, system: 't' },
    { ...REQUEST, prompt: 'Who?' },
    { ...REQUEST, schema: {} },
    { ...REQUEST, choices: ['yes'] },
    { ...REQUEST, seed: 4 },
  ];
  const keys = await Promise.all([REQUEST, ...others].map(requestKey));
  expect(new Set(keys).size).toBe(keys.length);
  expect(await requestKey({ ...REQUEST, signal: new AbortController().signal })).toBe(keys[0]);
});
