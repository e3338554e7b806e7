import { expect, test } from 'vitest';
import { cleanText, quoteText } from '../../text/clean-text.js';
import { readServerMessage } from './server-message.js';
import { statusVerdict } from './status-verdict.js';
import { readUsage } from './usage.js';

const SENT = ['model', 'messages', 'temperature', 'seed', 'max_tokens', 'response_format'];

test.each<[number, string, 'fatal' | 'again' | 'question', string?]>([
  [401, '', 'fatal', 'key'],
  [402, '{"error":{"message":"Insufficient Balance"}}', 'fatal', 'quota'],
  [403, '{"error":"no access"}', 'fatal', 'forbidden'],
  [403, '{"error":{"message":"your input was flagged"}}', 'question'],
  [404, '{"error":{"code":"model_not_found"}}', 'fatal', 'not found'],
  [405, '', 'fatal'],
  [408, '', 'again'],
  [409, '', 'again'],
  [413, '', 'question'],
  [425, '', 'again'],
  [429, '{"error":{"message":"slow down"}}', 'again'],
  [429, '{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}', 'fatal', 'quota'],
  [
    429,
    '{"error":{"message":"You exceeded your current quota, please check your plan","status":"RESOURCE_EXHAUSTED"}}',
    'again',
  ],
  [400, '{"error":{"message":"Your credit balance is too low"}}', 'fatal', 'quota'],
  [400, '[{"error":{"message":"API key not valid. Please pass a valid API key."}}]', 'fatal', 'key'],
  [400, '{"error":{"message":"The model `x` has been decommissioned"}}', 'fatal', 'not found'],
  [400, '{"error":{"message":"maximum context length is 4096 tokens"}}', 'question'],
  [400, '{"error":{"code":"content_filter","message":"filtered"}}', 'question'],
  [
    400,
    '{"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported","param":"max_tokens"}}',
    'fatal',
    'parameter',
  ],
  [
    400,
    '{"error":{"message":"\'temperature\' does not support 0. Only the default (1) value is supported."}}',
    'fatal',
    'parameter',
  ],
  [422, '{"detail":"seed is not permitted"}', 'fatal', 'parameter'],
  [
    422,
    '{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}',
    'fatal',
    'parameter',
  ],
  [422, '{"detail":"something about the text"}', 'question'],
  [500, '', 'again'],
  [500, '{"error":"model requires more system memory (5 GiB) than is available"}', 'fatal'],
  [501, '', 'fatal'],
  [503, '{"error":{"message":"Loading model"}}', 'again'],
  [529, '', 'again'],
  [303, '', 'fatal', 'redirect'],
])('%i %s', (status, body, expected, cause) => {
  const verdict = statusVerdict(status, readServerMessage(body), SENT);
  expect(verdict.isFatal ? 'fatal' : verdict.isRetryable ? 'again' : 'question').toBe(expected);
  if (cause !== undefined) expect(verdict.cause).toBe(cause);
});

test.each<[unknown, object | undefined]>([
  [
    { prompt_tokens: 12, completion_tokens: 3 },
    { input: 12, output: 3 },
  ],
  [
    { input_tokens: 12, output_tokens: 3 },
    { input: 12, output: 3 },
  ],
  [
    { prompt_tokens: 12, completion_tokens: null, total_tokens: 15 },
    { input: 12, output: 3 },
  ],
  [
    { prompt_tokens: '12', completion_tokens: '3' },
    { input: 12, output: 3 },
  ],
  [
    { completion_tokens: 3, total_tokens: 15 },
    { input: 12, output: 3 },
  ],
  [{ prompt_tokens: 12 }, { input: 12, output: 7 }],
  [{ completion_tokens: 3 }, { input: 90, output: 3 }],
  [{ total_tokens: 15 }, { input: 8, output: 7 }],
  [{ prompt_tokens: -1, completion_tokens: Number.NaN }, undefined],
  [{}, undefined],
  [null, undefined],
  ['12', undefined],
])('usage %j is %j', (json, usage) => {
  expect(readUsage(json, { input: () => 90, output: () => 7 })).toEqual(usage);
});

test('nothing that a terminal obeys is left of a text', () => {
  const title = '\u001b]0;owned\u0007';
  const link = '\u001b]8;;http://x\u001b\\click\u001b]8;;\u001b\\';
  expect(cleanText(`\u001b[31mred\u001b[0m ${title}${link}\r\u0008\u009b2J\u202Eabc\u0000\n\tend`)).toBe(
    'red clickabc\n\tend',
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(cleanText('\u001b]'.repeat(1e5) + '\u001b['.repeat(1e5))).not.toMatch(/[\u0000-\u0008\u001b]/);
  expect(quoteText(`a\n\tb ${'\u{1F600}'.repeat(300)}`, 9)).toBe('a b \u{1F600}\u{1F600}...');
});
