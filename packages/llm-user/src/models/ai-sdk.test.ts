import { inspect } from 'node:util';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createOpenAICompatible as createV2 } from '@ai-sdk/openai-compatible-v2';
import { createOpenAICompatible as createV4 } from '@ai-sdk/openai-compatible-v4';
import { createRandom, InvalidOptionError } from '@ialp/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { languageModelChecks } from '../conformance/index.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
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
import { type AiSdkModel, type AiSdkOptions, createAiSdkModel } from './ai-sdk.js';

const SCHEMA = { type: 'object', properties: { liked: { type: 'array' } } };
const REQUEST = { promptVersion: 'v1', system: 'You are terse.', prompt: 'Which?', schema: SCHEMA, seed: 7 };

let here: TestServer;

beforeEach(async () => {
  here = await start();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await stopAll();
});

const settings = () => ({
  name: 'local',
  baseURL: here.url,
  apiKey: 'sk-secret-of-the-provider',
  supportsStructuredOutputs: true,
});
const make = (options: AiSdkOptions = {}): LanguageModel =>
  createAiSdkModel(createOpenAICompatible(settings())('m'), options);

/** The versions of the specification, each by a provider of it. */
const VERSIONS: [version: string, provide: () => AiSdkModel][] = [
  ['v2', () => createV2(settings())('m')],
  ['v3', () => createOpenAICompatible(settings())('m')],
  ['v4', () => createV4(settings())('m')],
];

describe.each(VERSIONS)('a provider of specification %s, against a server', (version, provide) => {
  const checks = languageModelChecks(() => createAiSdkModel(provide()), {
    request: REQUEST,
    makeUnreachable: async () => {
      await stop(here);
      return createAiSdkModel(provide());
    },
  });
  for (const check of checks) test(check.name, check.run);

  test('sends the messages, the schema and the settings, and gives the usage', async () => {
    let received: Record<string, unknown> = {};
    here.behave = (response, content, request) => {
      received = content;
      answer(response, content, request);
    };
    const model = provide();
    expect(model.specificationVersion).toBe(version);
    const options = { temperature: 0.5, maxTokens: 99, providerOptions: { local: { think: false } } };
    const reply = await createAiSdkModel(model, options).generate({ ...REQUEST, seed: 2 ** 31 + 7 });
    expect(reply).toEqual({ text: '{"liked": [1]}', usage: { input: 12, output: 3 } });
    expect(received).toMatchObject({
      path: '/v1/chat/completions',
      ...{ model: 'm', temperature: 0.5, seed: 7, max_tokens: 99, think: false },
      messages: [
        { role: 'system', content: 'You are terse.' },
        { role: 'user', content: 'Which?' },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: SCHEMA } },
    });
  });

  test.each<[string, Behaviour, object, RegExp]>([
    [
      'a busy server',
      status(429, '{"error":{"message":"slow down"}}', { 'retry-after': '7' }),
      { status: 429, kind: 'status', isRetryable: true, isFatal: false, retryAfterMs: 7000 },
      /^ai-sdk local\.chat m: the server at http:\/\/127\.0\.0\.1:\d+ answered with status 429 \(slow down\)$/,
    ],
    [
      'a broken server',
      status(503, '<html>Oops</html>'),
      { status: 503, isRetryable: true, isFatal: false },
      /status 503$/,
    ],
    [
      'a refused key',
      status(401, '{"error":{"message":"bad key"}}'),
      { status: 401, isRetryable: false, isFatal: true },
      /status 401 \(bad key\)\. Is the key right that the provider was given/,
    ],
    ['no access', status(403, '{"error":"no access"}'), { status: 403, isFatal: true }, /status 403 \(no access\)/],
    [
      'an unknown model',
      status(404, '{"error":{"code":"model_not_found","message":"no such model"}}'),
      { status: 404, isFatal: true },
      /status 404 \(no such model\)\. Has the provider a model of that name/,
    ],
    [
      'a quota that is used up',
      status(429, '{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}'),
      { status: 429, isRetryable: false, isFatal: true },
      /status 429 \(You exceeded your current quota\)\. The quota/,
    ],
    [
      'a parameter that the server does not take',
      status(
        400,
        '{"error":{"message":"Unsupported parameter: \'max_tokens\' is not supported","param":"max_tokens"}}',
      ),
      { status: 400, isFatal: true },
      /omitParameters: \['maxOutputTokens'\]/,
    ],
    [
      'a question that is refused',
      status(400, '{"error":{"message":"your input was flagged"}}'),
      { status: 400, isRetryable: false, isFatal: false },
      /flagged/,
    ],
    ['a failure with no words', status(500, ''), { status: 500, isRetryable: true }, /status 500/],
    [
      'an error with status 200',
      status(200, '{"error":{"code":429,"message":"slow down"}}'),
      { status: 429, isRetryable: true },
      /status 429 \(slow down\)/,
    ],
    [
      'half a JSON',
      status(200, '{"choices": [{'),
      { kind: 'unusable reply', isRetryable: true, raw: '{"choices": [{' },
      /cannot read \(Invalid JSON response/,
    ],
    [
      'half a JSON behind the bill',
      status(200, '{"usage": {"prompt_tokens": 12, "completion_tokens": 3}, "choices": [{'),
      { isRetryable: true, usage: { input: 12, output: 3 } },
      /cannot read/,
    ],
    ['nothing', status(200, ''), { isRetryable: true }, /./],
    [
      'a reset',
      (response) => void response.destroy(),
      { kind: 'unreachable', isRetryable: true },
      /could not be reached at http:\/\/127\.0\.0\.1/,
    ],
    [
      'a body that is cut',
      (response) => {
        // Cut once the first part has left this process.
        response.writeHead(200, { 'content-length': '1000' }).write('{"choices"', () => response.destroy());
      },
      { kind: 'unreachable', isRetryable: true, status: 200 },
      /broke before the reply had come to its end/,
    ],
  ])('%s is a LanguageModelError that says whether to try again', async (_, behave, fields, message) => {
    here.behave = behave;
    const call = createAiSdkModel(provide()).generate(REQUEST);
    await expect(call).rejects.toMatchObject({ name: 'LanguageModelError', ...fields });
    await expect(call).rejects.toThrow(message);
    expect(here.calls).toBe(1);
  });

  const USAGE = { prompt_tokens: 1000, completion_tokens: 200 };
  const body = (message: object, rest: object = {}): Behaviour => {
    const choices = [{ message: { role: 'assistant', ...message }, finish_reason: 'stop', ...rest }];
    return status(200, JSON.stringify({ choices, usage: USAGE }));
  };

  test.each<[string, Behaviour, RegExp, boolean]>([
    ['no text, cut short', body({ content: null }, { finish_reason: 'length' }), /after 1024 tokens/, false],
    ['a text that was cut', body({ content: '{"liked":[1]}' }, { finish_reason: 'length' }), /cut short/, false],
    ['nothing', body({ content: '' }), /answered with nothing/, true],
    ['reasoning alone', body({ content: '', reasoning_content: 'Well,' }), /answered with nothing/, true],
    ['a filter', body({ content: '' }, { finish_reason: 'content_filter' }), /content filter/, false],
    ['no choice', status(200, JSON.stringify({ choices: [], usage: USAGE })), /cannot read/, true],
    ['another form', status(200, JSON.stringify({ ok: true, usage: USAGE })), /cannot read/, true],
    ['an error with a bill', status(500, JSON.stringify({ error: 'boom', usage: USAGE })), /boom/, true],
  ])('the tokens of a reply that cannot be used stand in the error: %s', async (_, behave, message, isRetryable) => {
    here.behave = behave;
    const call = createAiSdkModel(provide()).generate(REQUEST);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toMatchObject({ usage: { input: 1000, output: 200 }, isRetryable });
  });

  test('a usage that the server does not tell is absent, and not 0', async () => {
    for (const usage of [undefined, null, {}, { prompt_tokens: null, completion_tokens: null }]) {
      here.behave = status(200, JSON.stringify({ ...JSON.parse(completion({ content: '{}' })), usage }));
      expect(await createAiSdkModel(provide()).generate(REQUEST)).toEqual({ text: '{}' });
    }
    here.behave = status(
      200,
      JSON.stringify({ ...JSON.parse(completion({ content: '{}' })), usage: { prompt_tokens: 9 } }),
    );
    expect((await createAiSdkModel(provide()).generate(REQUEST)).usage).toEqual({ input: 9, output: 1 });
  });
});

describe('a call', () => {
  test('ends with its time, whether or not the provider hears the signal', async () => {
    here.behave = () => {};
    const late = { kind: 'timeout', isRetryable: true, message: expect.stringMatching(/in time \(30 ms\)/) };
    await expect(make({ timeoutMs: 30 }).generate(REQUEST)).rejects.toMatchObject(late);
    const deaf = stub(() => new Promise(() => {}));
    await expect(createAiSdkModel(deaf, { timeoutMs: 30 }).generate(REQUEST)).rejects.toMatchObject(late);
  });

  test('that is aborted throws the reason, and the server is not waited for', async () => {
    const interrupt = new AbortController();
    here.behave = () => interrupt.abort(new Error('enough'));
    await expect(make().generate({ ...REQUEST, signal: interrupt.signal })).rejects.toThrow('enough');
    await expect(make().generate({ ...REQUEST, signal: interrupt.signal })).rejects.toThrow('enough');
    expect(here.calls).toBe(1);
  });

  test('may be held to any JSON or to none, and settings may be left out', async () => {
    let received: Record<string, unknown> = {};
    here.behave = (response, content, request) => {
      received = content;
      answer(response, content, request);
    };
    await make({ structuredOutput: 'json_object' }).generate(REQUEST);
    expect(received['response_format']).toEqual({ type: 'json_object' });
    const omitParameters = ['seed', 'temperature', 'maxOutputTokens'] as const;
    await make({ structuredOutput: 'none', omitParameters }).generate(REQUEST);
    for (const name of ['response_format', 'seed', 'temperature', 'max_tokens'])
      expect(received).not.toHaveProperty(name);
  });

  test('has no probabilities, and the source that needs them says so', async () => {
    here.behave = status(200, completion({ content: '{"answer": "yes"}' }));
    expect(await make().generate({ ...REQUEST, choices: ['yes', 'no'] })).not.toHaveProperty('probabilities');
    const source = createProbabilitySource({ model: make(), catalogue: CATALOGUE });
    const call = source.ask({ state: { items: [], feedback: [] }, candidates: [1] });
    await expect(call).rejects.toThrow(/gives no probabilities; ask it with createPointwiseSource/);
  });

  test('shows no key: of the environment, of `secrets`, or in a header', async () => {
    vi.stubEnv('SOME_PROVIDER_API_KEY', 'sk-of-the-environment');
    const given = 'sk-secret-of-the-provider';
    const refusals = [
      status(401, JSON.stringify({ error: { message: `sk-of-the-environment and ${given} are wrong` } })),
      status(200, `sk-of-the-environment ${given}`),
    ];
    for (const behave of refusals) {
      here.behave = behave;
      const error = await make({ secrets: [given] })
        .generate(REQUEST)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LanguageModelError);
      expect(inspect(error, { depth: 9 })).not.toMatch(/sk-/);
    }
    // Node quotes a header that it cannot send.
    const provider = createOpenAICompatible({ ...settings(), apiKey: 'sk-with-a-line-end\n-in-it' });
    const error = await createAiSdkModel(provider('m'))
      .generate(REQUEST)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'LanguageModelError', isRetryable: false });
    expect(inspect(error, { depth: 9 })).not.toMatch(/sk-with-a-line-end/);
  });
});

describe('a run', () => {
  const distilled = (model: LanguageModel, concurrency: number) =>
    collectPreferences({
      states: Array.from({ length: 40 }, (_, k) => ({ items: [k % 12], feedback: [1], persona: `number ${k}` })),
      candidates: [{ sampler: createRandomSampler(12), count: 3 }],
      source: createListwiseSource({ model, catalogue: CATALOGUE }),
      ...{ concurrency, retries: { initialDelayMs: 1 } },
      random: createRandom(1),
    });

  test.each([401, 403, 404, 402])('is ended by status %i after one call, eight at once', async (code) => {
    here.behave = status(code, '{"error":{"message":"go away"}}');
    const { summary } = await distilled(make(), 8);
    expect([here.calls, summary.calls, summary.stoppedBy]).toEqual([1, 1, 'fatal error']);
    expect(() => checkAnswers(summary)).toThrow(new RegExp(`status ${code} \\(go away\\)`));
  });

  test('tries again what may pass, each try one call', async () => {
    here.behave = (response, content, request) =>
      (here.calls % 2 ? status(503, '') : answer)(response, content, request);
    const { summary } = await distilled(make(), 1);
    expect(summary).toMatchObject({ answered: 40, failed: 0, calls: 80 });
    expect(here.calls).toBe(80);
  });

  test('is ended by a missing key, with the words of the provider', async () => {
    vi.stubEnv('OPENAI_API_KEY', undefined);
    const { summary } = await distilled(createAiSdkModel(createOpenAI({ baseURL: here.url })('gpt-4.1-mini')), 8);
    expect([here.calls, summary.calls, summary.stoppedBy]).toEqual([0, 1, 'fatal error']);
    expect(() => checkAnswers(summary)).toThrow(/OPENAI_API_KEY environment variable/);
  });
});

describe('what a provider does not support', () => {
  /** Without `supportsStructuredOutputs` it sends no schema. */
  const without = () => createOpenAICompatible({ name: 'local', baseURL: here.url })('m');

  test('is a warning, told once', async () => {
    const told: string[] = [];
    const model = createAiSdkModel(without(), { onWarning: (message) => told.push(message) });
    await model.generate(REQUEST);
    await model.generate(REQUEST);
    expect(told).toEqual([
      expect.stringMatching(
        /^ai-sdk local\.chat m: the provider does not support responseFormat \(.*held to their form by the prompt alone/,
      ),
    ]);
  });

  test('is told on stderr where nobody else listens', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await createAiSdkModel(without()).generate(REQUEST);
    expect(emitWarning).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/does not support responseFormat/));
    emitWarning.mockRestore();
  });

  test('is an error that ends a run, if it is to be, and the tokens count', async () => {
    await expect(createAiSdkModel(without(), { unsupported: 'refuse' }).generate(REQUEST)).rejects.toMatchObject({
      ...{ isFatal: true, isRetryable: false, usage: { input: 12, output: 3 } },
      message: expect.stringMatching(/the provider does not support responseFormat/),
    });
    const settled = createAiSdkModel(without(), { unsupported: 'refuse', structuredOutput: 'json_object' });
    expect((await settled.generate(REQUEST)).text).toBe('{"liked": [1]}');
  });

  test('is named as each version of the specification names it', async () => {
    const warnings = [
      { type: 'unsupported-setting', setting: 'seed', details: 'no seeds here' },
      { type: 'unsupported', feature: 'temperature' },
      { type: 'compatibility', feature: 'responseFormat', details: 'by a tool' },
      { type: 'deprecated', setting: 'old', message: 'use new' },
      { type: 'other', message: 'take \u001b[31mcare' },
      { type: 'unsupported' },
      null,
    ];
    const told: string[] = [];
    const onWarning = (message: string) => void told.push(message.replace('ai-sdk stub s: ', ''));
    await createAiSdkModel(
      stub(async () => ({ ...GOOD, warnings })),
      { onWarning },
    ).generate(REQUEST);
    expect(told).toEqual([
      "the provider does not support seed (no seeds here): leave it out with omitParameters: ['seed']",
      "the provider does not support temperature: leave it out with omitParameters: ['temperature']",
      'responseFormat (compatibility): by a tool',
      'old (deprecated): use new',
      'take care',
    ]);
  });
});

const GOOD = {
  content: [{ type: 'text', text: '{"liked": [1]}' }],
  finishReason: 'stop',
  usage: { inputTokens: 12, outputTokens: 3, totalTokens: 15 },
  warnings: [],
};

/** A model for what no server can make the providers above do. */
function stub(doGenerate: () => Promise<unknown>): AiSdkModel {
  const call = doGenerate as () => Promise<object>;
  return { specificationVersion: 'v2', provider: 'stub', modelId: 's', doGenerate: call, doStream: call };
}

describe('what other providers give', () => {
  const reply = (fields: object) => createAiSdkModel(stub(async () => ({ ...GOOD, ...fields }))).generate(REQUEST);

  test.each<[string, unknown, object | undefined]>([
    ['reasoning in the total alone', { inputTokens: 10, outputTokens: 3, totalTokens: 50 }, { input: 10, output: 40 }],
    [
      'a cache beside the input',
      { inputTokens: 10, outputTokens: 3, cachedInputTokens: 90 },
      { input: 100, output: 3 },
    ],
    ['a cache in the input', { inputTokens: 100, outputTokens: 3, cachedInputTokens: 90 }, { input: 100, output: 3 }],
    [
      'parts without a total',
      { inputTokens: { noCache: 5, cacheRead: 6 }, outputTokens: { text: 3, reasoning: 4 } },
      { input: 11, output: 7 },
    ],
    ['a total alone', { totalTokens: 50 }, { input: 46, output: 4 }],
    ['no numbers', { inputTokens: Number.NaN, outputTokens: Number.NaN, totalTokens: Number.NaN }, undefined],
    ['nothing', undefined, undefined],
  ])('usage: %s', async (_, usage, expected) => {
    expect((await reply({ usage })).usage).toEqual(expected);
  });

  test('is read by the text that answers', async () => {
    const content = [
      { type: 'reasoning', text: 'Well, ' },
      { type: 'text', text: 'a' },
      null,
      { type: 'text', text: 'b' },
    ];
    expect((await reply({ content })).text).toBe('ab');
    expect((await reply({ content, structuredOutputText: 'b' })).text).toBe('b');
  });

  test.each([
    [null, /gave no result/, { isRetryable: false }],
    [{ ...GOOD, content: 'text' }, /answered with nothing/, { isRetryable: true }],
    [{ ...GOOD, finishReason: 'error' }, /ended with an error/, { isRetryable: true, raw: '{"liked": [1]}' }],
    [{ ...GOOD, finishReason: { unified: 'interrupted' } }, /ended with an error/, { isRetryable: true }],
    [
      { ...GOOD, content: [{ type: 'text', text: 'I must not' }], finishReason: { unified: 'content-filter' } },
      /refused, or .*: I must not$/,
      { isRetryable: false, usage: { input: 12, output: 3 } },
    ],
  ])('%j is no reply', async (result, message, fields) => {
    const call = createAiSdkModel(stub(async () => result)).generate(REQUEST);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toMatchObject({ name: 'LanguageModelError', kind: 'unusable reply', ...fields });
  });

  const named = (name: string, fields: object = {}) => Object.assign(new Error(`it is ${name}`), { name, ...fields });
  test.each<[string, unknown, object]>([
    ['a provider without the model', named('AI_NoSuchModelError'), { isFatal: true }],
    ['a setting that the provider needs', named('AI_LoadSettingError'), { isFatal: true }],
    [
      'a gateway',
      named('GatewayRateLimitError', { statusCode: 429 }),
      { status: 429, isRetryable: true, kind: 'status' },
    ],
    [
      'a gateway without a key',
      named('GatewayAuthenticationError', { statusCode: 401 }),
      { status: 401, isFatal: true },
    ],
    ['an own judgement', named('MyError', { isRetryable: false }), { isRetryable: false }],
    ['anything else', named('MyError'), { isRetryable: true, kind: 'other' }],
    ['a mistake', new TypeError('x is not a function'), { isRetryable: false }],
    ['no error', 'no error', { kind: 'other' }],
    ['nothing', undefined, { kind: 'other' }],
    [
      'a bill of Google',
      named('AI_TypeValidationError', {
        value: { usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 5, totalTokenCount: 150 } },
      }),
      { kind: 'unusable reply', usage: { input: 100, output: 50 } },
    ],
  ])('error: %s', async (_, thrown, fields) => {
    const call = createAiSdkModel(stub(() => Promise.reject(thrown))).generate(REQUEST);
    await expect(call).rejects.toMatchObject({ name: 'LanguageModelError', ...fields });
  });

  test('thrown before a promise is there is an error like any other', async () => {
    const model = stub(() => {
      throw named('AI_LoadAPIKeyError');
    });
    await expect(createAiSdkModel(model).generate(REQUEST)).rejects.toMatchObject({ isFatal: true });
  });
});

test('the fingerprint tells what decides replies, in whatever order it was written', async () => {
  const of = (options: AiSdkOptions = {}, model: AiSdkModel = createOpenAICompatible(settings())('m')) =>
    createAiSdkModel(model, options).fingerprint?.();
  const differing = await Promise.all([
    of(),
    of({}, createOpenAICompatible(settings())('other')),
    of({}, createOpenAICompatible({ ...settings(), name: 'remote' })('m')),
    of({ temperature: 1 }),
    of({ maxTokens: 7 }),
    of({ structuredOutput: 'none' }),
    of({ omitParameters: ['seed'] }),
    of({ providerOptions: { local: { effort: 'low' } } }),
    of({ version: 'with middleware 1' }),
  ]);
  expect(new Set(differing).size).toBe(differing.length);
  expect(await of({ timeoutMs: 5, unsupported: 'refuse', secrets: ['k'], onWarning: () => {} })).toBe(await of());
  expect(await of({}, createV4(settings())('m'))).toBe(await of());
  expect(await of({ providerOptions: { a: { b: 1, c: { d: 2, e: 3 } }, f: {} } })).toBe(
    await of({ providerOptions: { f: {}, a: { c: { e: 3, d: 2 }, b: 1 } } }),
  );
  expect(await of({ omitParameters: ['seed', 'temperature'] })).toBe(
    await of({ omitParameters: ['temperature', 'seed'] }),
  );
});

describe('what no call can be made with', () => {
  test.each<[string, unknown, RegExp]>([
    ['a name alone', 'openai/gpt-5', /^model: .*for a name alone, gateway\("openai\/gpt-5"\) of the package ai; found/],
    ['nothing', undefined, /^model: expected a language model of the AI SDK/],
    ['a provider', createOpenAI({ apiKey: 'k' }), /^model: .*without doGenerate/],
    ['an image model', createOpenAI({ apiKey: 'k' }).image('i'), /^model: .*without doGenerate and doStream/],
    ['an embedding model', createOpenAI({ apiKey: 'k' }).embeddingModel('e'), /^model: .*without doGenerate/],
    [
      'AI SDK 4',
      { ...stub(async () => GOOD), specificationVersion: 'v1' },
      /^model\.specificationVersion: .*AI SDK 5, 6 or 7/,
    ],
    ['no name', { ...stub(async () => GOOD), modelId: '' }, /^model\.modelId: expected a name/],
  ])('model: %s', (_, model, message) => {
    expect(() => createAiSdkModel(model as AiSdkModel)).toThrow(InvalidOptionError);
    expect(() => createAiSdkModel(model as AiSdkModel)).toThrow(message);
  });

  test.each<[object, RegExp]>([
    [null as never, /^options: expected an object, such as \{ maxTokens: 200 \}/],
    [{ temperature: -1 }, /^temperature/],
    [{ temperature: Number.NaN }, /^temperature/],
    [{ maxTokens: 0 }, /^maxTokens/],
    [{ structuredOutput: 'xml' }, /^structuredOutput: expected 'json_schema' or 'json_object' or 'none'; found "xml"/],
    [{ omitParameters: 'seed' }, /^omitParameters: expected a list/],
    [{ omitParameters: ['max_tokens'] }, /^omitParameters: expected 'temperature' or 'seed' or 'maxOutputTokens'/],
    [{ providerOptions: null }, /^providerOptions: expected an object/],
    [{ providerOptions: { openai: 'low' } }, /^providerOptions: expected an object of options by provider/],
    [{ providerOptions: { openai: { a: 1n } } }, /^providerOptions: expected values that JSON has/],
    [{ timeoutMs: 0 }, /^timeoutMs/],
    [{ unsupported: 'ignore' }, /^unsupported: expected 'warn' or 'refuse'/],
    [{ onWarning: 'x' }, /^onWarning/],
    [{ version: '' }, /^version/],
    [{ secrets: ['hush-hush', 5] }, /^secrets: expected a list of texts; found something else \(not shown\)/],
  ])('%o', (options, message) => {
    expect(() => make(options)).toThrow(InvalidOptionError);
    expect(() => make(options)).toThrow(message);
  });
});
