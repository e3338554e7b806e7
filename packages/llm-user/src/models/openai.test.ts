import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { createRandom, InvalidOptionError } from '@ialp/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { embeddingModelChecks, languageModelChecks } from '../conformance/index.js';
import { createRandomSampler } from '../preferences/candidate-samplers.js';
import { checkAnswers } from '../preferences/check-answers.js';
import { collectPreferences } from '../preferences/collect-preferences.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { createProbabilitySource } from '../sources/probability-source.js';
import { CATALOGUE } from '../test-support/catalogue.js';
import {
  answer,
  type Behaviour,
  completion,
  start,
  status,
  stop,
  stopAll,
  type TestServer,
} from '../test-support/openai-server.js';
import { createModelFromSpec } from './model-spec.js';
import { createOpenAiEmbeddings, createOpenAiModel, type OpenAiOptions } from './openai.js';

const REQUEST = {
  promptVersion: 'v1',
  system: 'You are terse.',
  prompt: 'Which?',
  schema: { type: 'object' },
  seed: 7,
};

let here: TestServer;

beforeEach(async () => {
  here = await start();
});

afterEach(stopAll);

const make = (options: Partial<OpenAiOptions> = {}) =>
  createOpenAiModel({ model: 'm', baseUrls: here.url, ...options });

describe('against a server that speaks the protocol, it keeps the rules', () => {
  const checks = languageModelChecks(() => make(), {
    request: REQUEST,
    makeUnreachable: async () => {
      await stop(here);
      return make();
    },
  });
  for (const check of checks) test(check.name, check.run);

  test('it sends the messages, the schema, the seed and the key, and gives the usage', async () => {
    let received: Record<string, unknown> = {};
    let key: string | undefined;
    here.behave = (response, content, request) => {
      received = content;
      key = request.headers.authorization;
      answer(response, content, request);
    };
    const reply = await make({ apiKey: 'sk-secret', temperature: 0.5 }).generate(REQUEST);
    expect(reply).toEqual({ text: '{"liked": [1]}', usage: { input: 12, output: 3 } });
    expect(key).toBe('Bearer sk-secret');
    expect(received).toMatchObject({
      path: '/v1/chat/completions',
      model: 'm',
      messages: [
        { role: 'system', content: 'You are terse.' },
        { role: 'user', content: 'Which?' },
      ],
      temperature: 0.5,
      seed: 7,
      max_tokens: 1024,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
      },
    });
    await make({ structuredOutput: 'json_object' }).generate(REQUEST);
    expect(received['response_format']).toEqual({ type: 'json_object' });
    await make({ structuredOutput: 'none' }).generate(REQUEST);
    expect(received).not.toHaveProperty('response_format');
  });

  test('its fingerprint tells the options that decide replies, not the address', async () => {
    const of = (options: Partial<OpenAiOptions>) => make(options).fingerprint?.();
    expect(await of({})).toBe(await of({ baseUrls: 'http://other:1/v1', apiKey: 'k' }));
    expect(await of({})).not.toBe(await of({ temperature: 1 }));
    expect(await of({})).not.toBe(await of({ maxTokens: 7 }));
  });
});

describe("OpenAI's own server", () => {
  const KEY = 'sk-from-the-environment';
  interface Sent {
    readonly url: string;
    readonly key: string | null;
    readonly body: Record<string, unknown>;
  }
  /** Calls in place of the network. */
  let sent: Sent[];

  beforeEach(() => {
    sent = [];
    vi.stubEnv('OPENAI_API_KEY', KEY);
    vi.stubGlobal('fetch', async (url: URL, { headers, body }: RequestInit) => {
      sent.push({ url: String(url), key: new Headers(headers).get('authorization'), body: JSON.parse(String(body)) });
      return new Response(completion({ content: '{"liked": [1]}' }));
    });
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  test('needs the name of a model and the key of the environment', async () => {
    const model = createOpenAiModel({ model: 'gpt-4.1-mini' });
    expect(await model.generate(REQUEST)).toEqual({ text: '{"liked": [1]}', usage: { input: 12, output: 3 } });
    await (await createModelFromSpec('openai:gpt-4.1-mini')).generate(REQUEST);
    for (const { url, key, body } of sent) {
      expect([url, key]).toEqual(['https://api.openai.com/v1/chat/completions', `Bearer ${KEY}`]);
      expect(body).toMatchObject({ model: 'gpt-4.1-mini', max_completion_tokens: 1024, temperature: 0, seed: 7 });
      expect(body).not.toHaveProperty('max_tokens');
    }
    expect(sent).toHaveLength(2);
    expect(await model.fingerprint?.()).toBe(await make({ model: 'gpt-4.1-mini' }).fingerprint?.());
  });

  test('gets a key that is given, or other headers, rather than that of the environment', async () => {
    await createOpenAiModel({ model: 'm', apiKey: 'sk-given' }).generate(REQUEST);
    await createOpenAiModel({ model: 'm', headers: { Authorization: 'Bearer mine' } }).generate(REQUEST);
    vi.stubEnv('OPENAI_API_KEY', undefined);
    await createOpenAiModel({ model: 'm', apiKey: 'sk-given' }).generate(REQUEST);
    expect(sent.map(({ key }) => key)).toEqual(['Bearer sk-given', 'Bearer mine', 'Bearer sk-given']);
  });

  test.each([undefined, ''])('without a key (%j) is refused with what to do', async (key) => {
    vi.stubEnv('OPENAI_API_KEY', key);
    const message =
      /^apiKey: expected a key for https:\/\/api\.openai\.com: set the environment variable OPENAI_API_KEY/;
    for (const options of [{}, { baseUrls: 'https://api.openai.com/v1' }]) {
      expect(() => createOpenAiModel({ model: 'm', ...options })).toThrow(InvalidOptionError);
      expect(() => createOpenAiModel({ model: 'm', ...options })).toThrow(message);
    }
    await expect(createModelFromSpec('openai:m')).rejects.toThrow(message);
    await expect(createOpenAiEmbeddings({ model: 'm' })).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });

  test.each([
    'http://127.0.0.1:1/v1',
    // Not encrypted, another port, similar names.
    'http://api.openai.com/v1',
    'https://api.openai.com:8443/v1',
    'https://api.openai.com.example.org/v1',
    'https://example.org/api.openai.com/v1',
    'https://api.openai.com@example.org/v1',
  ])('is alone in getting the key of the environment: %s does not', async (url) => {
    await createOpenAiModel({ model: 'm', baseUrls: url }).generate(REQUEST);
    await (await createModelFromSpec(`openai:m@${url}`)).generate(REQUEST);
    await createOpenAiModel({ model: 'm', baseUrls: [url, 'https://api.openai.com/v1'] }).generate(REQUEST);
    expect(sent).toHaveLength(3);
    expect(JSON.stringify(sent)).not.toContain(KEY);
    expect(sent[0].body).toMatchObject({ max_tokens: 1024 });
  });

  test('another gets the key in the variable that a short name names', async () => {
    vi.stubEnv('MY_KEY', 'sk-mine');
    const spec = 'openai:m@http://127.0.0.1:1/v1#api-key-env=MY_KEY&think=false';
    await (await createModelFromSpec(spec)).generate(REQUEST);
    expect(sent).toMatchObject([{ key: 'Bearer sk-mine', body: { think: false } }]);
    expect(sent[0].body).not.toHaveProperty('api-key-env');
    await expect(createModelFromSpec('openai:m@http://h/v1#api-key-env=NO_KEY')).rejects.toThrow(
      /expected the name of an environment variable that is set; found "#api-key-env=NO_KEY"/,
    );
    await expect(createModelFromSpec('ollama:m#api-key-env=MY_KEY')).rejects.toThrow(/no api-key-env for ollama/);
  });
});

describe('the probability of a word', () => {
  const logprobs = (tokens: Record<string, number>) => ({
    logprobs: {
      content: [
        {
          token: 'yes',
          logprob: -0.1,
          top_logprobs: Object.entries(tokens).map(([token, p]) => ({ token, logprob: Math.log(p) })),
        },
      ],
    },
    finish_reason: 'length',
  });

  test('is the sum over the tokens that are it or begin it', async () => {
    here.behave = (response, content) => {
      expect(content).toMatchObject({ max_tokens: 1, logprobs: true, top_logprobs: 20 });
      response.end(completion({ content: 'yes' }, logprobs({ yes: 0.4, ' Yes': 0.1, y: 0.05, No: 0.25, '\n': 0.1 })));
    };
    const { probabilities } = await make().generate({ ...REQUEST, choices: ['yes', 'no'] });
    expect(probabilities?.[0]).toBeCloseTo(0.55, 12);
    expect(probabilities?.[1]).toBeCloseTo(0.25, 12);
    const source = createProbabilitySource({ model: make(), catalogue: CATALOGUE });
    const answer = await source.ask({ state: { items: [], feedback: [] }, candidates: [1, 2] });
    expect(answer.probabilities).toEqual([expect.closeTo(0.6875, 12), expect.closeTo(0.6875, 12)]);
  });

  test('is absent where the server gives none, and then the source says so', async () => {
    here.behave = (response) => void response.end(completion({ content: 'yes' }));
    expect(await make().generate({ ...REQUEST, choices: ['yes', 'no'] })).not.toHaveProperty('probabilities');
    const source = createProbabilitySource({ model: make(), catalogue: CATALOGUE });
    const call = source.ask({ state: { items: [], feedback: [] }, candidates: [1] });
    await expect(call).rejects.toThrow(/gives no probabilities; ask it with createPointwiseSource/);
  });

  test('on neither word is no answer', async () => {
    here.behave = (response) => void response.end(completion({ content: 'maybe' }, logprobs({ maybe: 0.99 })));
    const source = createProbabilitySource({ model: make(), catalogue: CATALOGUE });
    const call = source.ask({ state: { items: [], feedback: [] }, candidates: [1] });
    await expect(call).rejects.toMatchObject({ kind: 'unusable reply', raw: 'maybe' });
  });
});

describe('a fault is a LanguageModelError that says whether to try again', () => {
  test.each<[string, Behaviour, object, RegExp]>([
    [
      'busy',
      status(429, '{"error":{"message":"slow down"}}', { 'retry-after': '7' }),
      { isRetryable: true, retryAfterMs: 7000, status: 429 },
      /status 429 \(slow down\)/,
    ],
    ['broken', status(500, '<html>Oops</html>'), { isRetryable: true, status: 500 }, /status 500$/],
    ['a wrong request', status(400, '{"error":"no such option"}'), { isRetryable: false }, /no such option/],
    ['a wrong key', status(401, '{"error":{"message":"bad key"}}'), { isRetryable: false }, /Is apiKey right\?/],
    ['a wrong path', status(404, '{}'), { isRetryable: false }, /where the API begins\? It often ends in \/v1/],
    [
      'half a JSON',
      (response) => void response.end('{"choices": [{'),
      { isRetryable: true, kind: 'unusable reply' },
      /no JSON/,
    ],
    ['nothing', (response) => void response.end(), { isRetryable: true }, /no JSON/],
    ['something else', (response) => void response.end('{"ok": true}'), { isRetryable: true }, /no chat completion/],
    [
      'no content',
      (response) => void response.end(completion({ content: null })),
      { isRetryable: true },
      /answered with nothing/,
    ],
    [
      'a refusal',
      (response) => void response.end(completion({ content: null, refusal: 'I must not' })),
      { isRetryable: false },
      /refused: I must not/,
    ],
    [
      'a cut reply',
      (response) => void response.end(completion({ content: '{"l' }, { finish_reason: 'length' })),
      { isRetryable: false },
      /cut short, after 1024 tokens/,
    ],
    [
      'a reset',
      (response) => void response.destroy(),
      { isRetryable: true, kind: 'unreachable' },
      /could not be reached/,
    ],
    [
      'a body that is cut',
      (response) => {
        // Cut once the first part has left this process.
        response.writeHead(200, { 'content-length': '1000' }).write('{"choices"', () => response.destroy());
      },
      { isRetryable: true, kind: 'unreachable', status: 200 },
      /the connection to http:\/\/127\.0\.0\.1:\d+ broke before the reply had come to its end/,
    ],
    [
      'a body that is not the gzip it says it is',
      status(200, 'no gzip', { 'content-encoding': 'gzip' }),
      { isRetryable: true, kind: 'unusable reply' },
      /sent a compressed reply that cannot be unpacked \(Z_DATA_ERROR\)/,
    ],
    [
      'headers without end',
      status(200, '{}', { 'x-long': 'x'.repeat(100_000) }),
      { isRetryable: false, kind: 'unusable reply' },
      /answered with headers that are too large/,
    ],
  ])('%s', async (_, behave, fields, message) => {
    here.behave = behave;
    const call = make().generate(REQUEST);
    await expect(call).rejects.toMatchObject({ name: 'LanguageModelError', ...fields });
    await expect(call).rejects.toThrow(message);
  });

  test('no answer in time', async () => {
    here.behave = () => {};
    await expect(make({ timeoutMs: 30 }).generate(REQUEST)).rejects.toMatchObject({
      kind: 'timeout',
      isRetryable: true,
    });
  });

  test('no error tells the key or the password', async () => {
    const url = here.url.replace('://', '://me:pass%20word@');
    for (const behave of [
      status(401, 'sk-secret was refused, me:pass word too'),
      status(500, 'sk-secret'),
      (response: ServerResponse) => void response.destroy(),
    ]) {
      here.behave = behave;
      const error = await make({ apiKey: 'sk-secret', baseUrls: url })
        .generate(REQUEST)
        .catch((thrown: unknown) => thrown);
      expect(inspect(error, { depth: 9 })).not.toMatch(/sk-secret|pass word/);
    }
  });
});

describe('what a server counted', () => {
  const USAGE = { prompt_tokens: 1000, completion_tokens: 200 };
  const body = (message: object, rest: object = {}, usage: unknown = USAGE): Behaviour => {
    const text = JSON.stringify({ choices: [{ message, finish_reason: 'stop', ...rest }], usage });
    return (response) => void response.end(text);
  };

  test.each<[string, Behaviour, RegExp, boolean]>([
    ['no text, cut short', body({ content: null }, { finish_reason: 'length' }), /cut short.*raise maxTokens/, false],
    ['a text that was cut', body({ content: '{"liked":[1]}' }, { finish_reason: 'length' }), /cut short/, false],
    ['nothing', body({ content: '' }), /answered with nothing/, true],
    ['a refusal', body({ content: null, refusal: 'no \u001b[31mway' }), /refused: no way$/, false],
    ['a filter', body({ content: '' }, { finish_reason: 'content_filter' }), /content filter/, false],
    [
      'no choice',
      (response) => void response.end(JSON.stringify({ choices: [], usage: USAGE })),
      /no chat completion/,
      true,
    ],
    ['an error with a bill', status(500, JSON.stringify({ error: 'boom', usage: USAGE })), /boom/, true],
  ])('stands in the error: %s', async (_, behave, message, isRetryable) => {
    here.behave = behave;
    const call = make().generate(REQUEST);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toMatchObject({ usage: { input: 1000, output: 200 }, isRetryable });
  });

  test.each([{}, null, { prompt_tokens: null, completion_tokens: null }, 'many'])(
    '%j does not cost the answer',
    async (usage) => {
      here.behave = body({ content: '{"liked": [1]}' }, {}, usage);
      expect(await make().generate(REQUEST)).toEqual({ text: '{"liked": [1]}' });
    },
  );

  const distilled = (budget: object, concurrency = 1) =>
    collectPreferences({
      states: Array.from({ length: 100 }, (_, k) => ({ items: [k % 12], feedback: [1], persona: `number ${k}` })),
      candidates: [{ sampler: createRandomSampler(12), count: 3 }],
      source: createListwiseSource({ model: make(), catalogue: CATALOGUE }),
      ...{ budget, concurrency, maxConsecutiveFailures: Number.POSITIVE_INFINITY },
      random: createRandom(1),
    });

  test.each([1, 8])('is held against the budget, though no reply can be used (%i at once)', async (concurrency) => {
    here.behave = body({ content: null }, { finish_reason: 'length' });
    const { summary } = await distilled({ tokens: 6000 }, concurrency);
    // Prompts differ a little in length, so that the last call may not be risked.
    expect([4, 5]).toContain(here.calls);
    const usage = { input: 1000 * here.calls, output: 200 * here.calls };
    expect(summary).toMatchObject({ calls: here.calls, usage, stoppedBy: 'budget', answered: 0, estimatedCalls: 0 });
    expect(() => checkAnswers(summary)).toThrow(
      /None of [45] questions was answered\. The first failure: .*raise maxTokens/,
    );
  });

  test.each([401, 403, 404, 402])('status %i ends a run after one call, eight at once', async (code) => {
    here.behave = status(code, '{"error":{"message":"go away"}}');
    const { summary, failures } = await distilled({}, 8);
    expect([here.calls, failures.length, summary.calls, summary.stoppedBy]).toEqual([1, 1, 1, 'fatal error']);
    expect(() => checkAnswers(summary)).toThrow(new RegExp(`status ${code} \\(go away\\)`));
  });

  test('a key that is refused later ends a run there, and what was answered stays', async () => {
    here.behave = (response, content, request) =>
      here.calls <= 3 ? answer(response, content, request) : status(401, '{}')(response, content, request);
    const { summary, preferences } = await distilled({}, 2);
    expect(preferences).toHaveLength(3);
    expect(here.calls).toBeLessThanOrEqual(5);
    expect(summary.stoppedBy).toBe('fatal error');
  });

  test('a dead server is asked once; 20 failures in a row are enough', async () => {
    await stop(here);
    expect((await distilled({}, 8)).summary).toMatchObject({ calls: 1, failed: 1, stoppedBy: 'fatal error' });
    here = await start(status(400, '{"error":"no such thing"}'));
    const { summary } = await collectPreferences({
      states: Array.from({ length: 100 }, (_, k) => ({ items: [k % 12], feedback: [1], persona: `number ${k}` })),
      candidates: [{ sampler: createRandomSampler(12), count: 3 }],
      source: createListwiseSource({ model: make(), catalogue: CATALOGUE }),
      random: createRandom(1),
    });
    expect(summary).toMatchObject({ calls: 20, failed: 20, stoppedBy: 'consecutive failures' });
  });
});

describe('parameters', () => {
  test('can be left out, renamed and added; the fingerprint tells', async () => {
    let received: Record<string, unknown> = {};
    here.behave = (response, content, request) => {
      received = content;
      answer(response, content, request);
    };
    const model = await createModelFromSpec(
      `openai:@cf/meta/x@${here.url}?api-version=1#omit=seed,temperature&rename=max_tokens:max_completion_tokens&think=false&effort=low`,
    );
    await model.generate(REQUEST);
    expect(received).toMatchObject({
      path: '/v1/chat/completions?api-version=1',
      ...{ model: '@cf/meta/x', max_completion_tokens: 1024, think: false, effort: 'low' },
    });
    for (const name of ['seed', 'temperature', 'max_tokens']) expect(received).not.toHaveProperty(name);
    const prints = [
      {},
      { omitParameters: ['seed'] },
      { extraBody: { think: false } },
      { renameParameters: { seed: 's' } },
    ];
    const made = await Promise.all(prints.map((options) => make(options).fingerprint?.()));
    expect(new Set(made).size).toBe(4);
    expect(() => make({ omitParameters: ['messages'] })).toThrow(/omitParameters/);
    expect(() => make({ extraBody: { stream: true } })).toThrow(/extraBody/);
    await expect(createModelFromSpec(`openai:m@${here.url}#omit`)).rejects.toThrow(/#omit=<name>/);
  });

  test('one that the server does not take is named, with what to do', async () => {
    here.behave = status(422, '{"detail":"seed is not permitted"}');
    await expect(make().generate(REQUEST)).rejects.toMatchObject({
      isFatal: true,
      message: expect.stringMatching(
        /status 422 \(seed is not permitted\)\. Leave the parameter out: omitParameters: \['seed'\]/,
      ),
    });
  });
});

describe('options that no request can be made of', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  test.each<[string, object, RegExp]>([
    [
      'a parameter renamed to model',
      { renameParameters: { max_tokens: 'model' } },
      /^renameParameters\.max_tokens: .*"model"/,
    ],
    ['one renamed to messages', { renameParameters: { seed: 'messages' } }, /^renameParameters\.seed: .*"messages"/],
    ['one renamed to stream', { renameParameters: { seed: 'stream' } }, /^renameParameters\.seed: /],
    ['one renamed to nothing', { renameParameters: { seed: '' } }, /^renameParameters\.seed: /],
    ['one renamed to a number', { renameParameters: { seed: 5 } }, /^renameParameters\.seed: .*found 5/],
    ['two renamed the same', { renameParameters: { seed: 'x', max_tokens: 'x' } }, /^renameParameters\.max_tokens: /],
    ['new names of null', { renameParameters: null }, /^renameParameters: expected an object/],
    ['a model of null', { model: null }, /^model: expected the name of a model; found null/],
    ['no addresses', { baseUrls: null }, /^baseUrls: expected an address .*found null/],
    ['an address of null', { baseUrls: [null] }, /^baseUrls: expected an address/],
    ['a key that is a number', { apiKey: 5 }, /^apiKey: expected a key .*not shown/],
    ['headers of null', { headers: null }, /^headers: expected an object/],
    ['a text of parameters', { omitParameters: 'seed' }, /^omitParameters: expected a list of names/],
    ['no body', { extraBody: null }, /^extraBody: expected an object/],
    ['a body with a bigint', { extraBody: { a: 1n } }, /^extraBody: expected values that JSON has: .*a: 1 \(bigint\)/],
    ['a body with NaN', { extraBody: { a: { b: Number.NaN } } }, /^extraBody: .*b: NaN \(number\)/],
    ['a body within itself', { extraBody: cyclic }, /^extraBody: .*circular/],
  ])('%s', (_, options, message) => {
    expect(() => make(options)).toThrow(InvalidOptionError);
    expect(() => make(options)).toThrow(message);
  });
});

describe('what is secret or without end', () => {
  test.each(['sk-SECRET-01\n23456789', 'sk-SECRET 01', 'sk-SECRET\r', 'sk-SECRET\u00e9', ''])(
    'a key that no header can hold: %j',
    (apiKey) => {
      let error: unknown;
      try {
        make({ apiKey });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(inspect(error, { depth: 9 })).not.toMatch(/SECRET/);
      expect(() => make({ headers: { 'x-key': `SECRET\n${apiKey}` } })).toThrow(/headers\.x-key: .*\(not shown\)/);
    },
  );

  test('no redirect to another origin is followed; one within the server is', async () => {
    const other = await start();
    here.behave = status(307, '', { location: `${other.url}/chat/completions` });
    const headers = { 'x-secret': 'hush-hush' };
    await expect(make({ headers }).generate(REQUEST)).rejects.toMatchObject({
      isFatal: true,
      message: expect.stringMatching(/redirects to http:\/\/127\.0\.0\.1:\d+ \(status 307\), which is not followed/),
    });
    expect(other.calls).toBe(0);
    here.behave = (response, content, request) =>
      content['path'] === '/v1/moved'
        ? answer(response, content, request)
        : status(308, '', { location: '/v1/moved' })(response, content, request);
    expect((await make({ headers }).generate(REQUEST)).text).toBe('{"liked": [1]}');
  });

  test('a reply is read up to a limit', async () => {
    let sent = 0;
    here.behave = (response) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    };
    await expect(make({ maxReplyBytes: 1e6 }).generate(REQUEST)).rejects.toMatchObject({
      ...{ kind: 'unusable reply', isRetryable: false },
      message: expect.stringMatching(/more than 1000000 bytes.*maxReplyBytes/),
    });
    expect(sent).toBeLessThan(5e7);
  });

  test('a short key is a word of replies, and in no error', async () => {
    here.behave = (response) => void response.end(completion({ content: '{"liked": [1]}' }));
    expect((await make({ apiKey: 'liked', headers: { 'x-a': 'message' } }).generate(REQUEST)).text).toBe(
      '{"liked": [1]}',
    );
    here.behave = status(500, '{"error":"liked \\u001b[2J\\u009b31m is wrong"}');
    await expect(make({ apiKey: 'liked' }).generate(REQUEST)).rejects.toThrow(/\(\*\*\* {1,2}is wrong\)/);
  });
});

describe('several servers', () => {
  const generate = (model: ReturnType<typeof make>, count: number) =>
    Promise.all(Array.from({ length: count }, () => model.generate(REQUEST)));

  test('share the calls evenly', async () => {
    const others = [await start(), await start()];
    await generate(make({ baseUrls: [here.url, ...others.map(({ url }) => url)] }), 30);
    expect([here, ...others].map(({ calls }) => calls)).toEqual([10, 10, 10]);
  });

  test.each<[string, Behaviour | undefined]>([
    ['is gone', undefined],
    ['answers 503', status(503, '')],
    ['resets', (response) => void response.destroy()],
  ])('of which one %s: the others take its calls, and it is left alone', async (_, behave) => {
    const other = await start();
    if (behave === undefined) await stop(other);
    else other.behave = behave;
    const model = make({ baseUrls: [other.url, here.url] });
    for (let k = 0; k < 10; k++) expect((await model.generate(REQUEST)).text).toBe('{"liked": [1]}');
    expect(here.calls).toBe(10);
    expect(other.calls).toBe(behave === undefined ? 0 : 1);
  });

  test('of which one comes back: it is tried again after its time', async () => {
    const other = await start(status(503, ''));
    const model = make({ baseUrls: [other.url, here.url], retryDeadAfterMs: 50 });
    await generate(model, 4);
    other.behave = answer;
    const whileDead = other.calls;
    while (other.calls === whileDead) await model.generate(REQUEST);
    const before = other.calls;
    await generate(model, 10);
    expect(other.calls - before).toBe(5);
  });

  test('that are all gone: the error says so, and a later call finds one that came back', async () => {
    const other = await start(status(502, ''));
    here.behave = status(503, '');
    const model = make({ baseUrls: [here.url, other.url] });
    await expect(model.generate(REQUEST)).rejects.toMatchObject({ isRetryable: true });
    expect([here.calls, other.calls]).toEqual([1, 1]);
    here.behave = answer;
    expect((await model.generate(REQUEST)).text).toBe('{"liked": [1]}');
  });

  test('a wrong request is not passed on to the next', async () => {
    const other = await start();
    here.behave = status(400, '{"error":"no"}');
    await expect(make({ baseUrls: [here.url, other.url] }).generate(REQUEST)).rejects.toThrow(/status 400/);
    expect(other.calls).toBe(0);
  });
});

test('options that make no sense are refused', () => {
  expect(() => make({ model: '' })).toThrow(InvalidOptionError);
  expect(() => make({ baseUrls: [] })).toThrow(/baseUrls: expected at least one address/);
  expect(() => make({ baseUrls: 'nonsense://x' })).toThrow(/baseUrls: expected an address/);
  expect(() => make({ temperature: -1 })).toThrow(/temperature/);
  expect(() => make({ maxTokens: 0 })).toThrow(/maxTokens/);
  expect(() => make({ timeoutMs: 0 })).toThrow(/timeoutMs/);
});

describe('a reply that broke off', () => {
  const cut =
    (text: string): Behaviour =>
    (response) =>
      void response.writeHead(200, { 'content-length': '1000' }).write(text, () => response.destroy());
  const reported = '{"usage":{"prompt_tokens":900,"completion_tokens":80,"details":{"cached":0}},"choices":[{"mess';

  test('counts as the server counted it', async () => {
    here.behave = cut(reported);
    await expect(make().generate(REQUEST)).rejects.toMatchObject({
      ...{ kind: 'unreachable', usage: { input: 900, output: 80 } },
    });
    // The same where the connection ends as if nothing were missing.
    here.behave = (response) => void response.end(reported);
    await expect(make().generate(REQUEST)).rejects.toMatchObject({
      ...{ kind: 'unusable reply', usage: { input: 900, output: 80 } },
    });
  });

  test.each([
    ['before it was counted', '{"choices":[{"mess'],
    ['within the counts', '{"usage":{"prompt_tokens":900'],
    ['after a text that reads like counts', '{"choices":[{"message":{"content":"\\"usage\\":{\\"prompt_tokens\\":5}'],
  ])('%s is estimated, and counts towards a budget', async (_, text) => {
    here.behave = cut(text);
    await expect(make().generate(REQUEST)).rejects.toMatchObject({ kind: 'unreachable', usage: undefined });
    const { summary } = await collectPreferences({
      states: [{ items: [0], feedback: [1] }],
      candidates: [{ sampler: createRandomSampler(CATALOGUE.items.length), count: 2 }],
      source: createListwiseSource({ model: make(), catalogue: CATALOGUE }),
      random: createRandom(1),
      retries: { attempts: 1 },
    });
    expect(summary).toMatchObject({ calls: 1, estimatedCalls: 1 });
    expect(summary.usage.input).toBeGreaterThan(0);
  });
});

describe('embeddings', () => {
  /** The length of a text and its first letter; the vectors come in another order than the texts. */
  const vectors: Behaviour = (response, content) => {
    expect(content['path']).toBe('/v1/embeddings');
    const data = (content['input'] as string[]).map((text, index) => ({
      index,
      embedding: [text.length, text.charCodeAt(0)],
    }));
    response.end(JSON.stringify({ data: data.reverse() }));
  };

  for (const check of embeddingModelChecks(() => {
    here.behave = vectors;
    return createOpenAiEmbeddings({ model: 'e', baseUrls: here.url, batch: 2 });
  })) {
    test(check.name, check.run);
  }

  test('come in the order of the texts, some at a time', async () => {
    here.behave = vectors;
    const model = await createOpenAiEmbeddings({ model: 'e', baseUrls: here.url, batch: 2 });
    const done: number[] = [];
    expect(model.dimension).toBe(2);
    const found = await model.embed(['a', 'bb', 'ccc'], { onProgress: (count) => done.push(count) });
    expect(Array.from(found)).toEqual([1, 97, 2, 98, 3, 99]);
    expect(done).toEqual([2, 3]);
    expect(here.calls).toBe(3);
  });

  test.each<[string, string, RegExp]>([
    ['too few', '{"data": []}', /found (0 vectors|one of 0 numbers)/],
    ['of two lengths', '{"data": [{"index": 0, "embedding": [1]}]}', /expected 1 vectors of 2 numbers; found one of 1/],
    ['that are not numbers', '{"data": [{"index": 0, "embedding": ["x"]}]}', /no list of embeddings/],
    ['in half a JSON', '{"data": [', /no list of embeddings/],
    [
      'of which two are for one text',
      '{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 0, "embedding": [3, 4]}]}',
      /expected 1 vectors with the indices 0 to 0, one for each text; found two with the index 0/,
    ],
    ['for another text', '{"data": [{"index": 1, "embedding": [1, 2]}]}', /found one with the index 1/],
  ])('%s are an error', async (_, body, message) => {
    here.behave = vectors;
    const model = await createOpenAiEmbeddings({ model: 'e', baseUrls: here.url });
    here.behave = (response) => void response.end(body);
    await expect(model.embed(['a'])).rejects.toThrow(message);
    await expect(model.embed(['a'])).rejects.toMatchObject({ name: 'LanguageModelError' });
  });
});
