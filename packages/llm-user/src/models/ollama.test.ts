import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { InvalidOptionError } from '@ialp/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { languageModelChecks } from '../conformance/index.js';
import { LanguageModelError } from '../errors.js';
import { readAddress } from './http/server.js';
import { createOllamaModel } from './ollama.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const REQUEST = {
  promptVersion: 'v1',
  system: 'You are terse.',
  prompt: 'Which?',
  schema: { type: 'object' },
  seed: 7,
};
let server: Server;
let host: string;
let behave: Behaviour;
let received: Record<string, unknown>;

/** Answers as Ollama's chat call does. */
const answer: Behaviour = (_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ model: 'm', message: { role: 'assistant', content: '{"liked": [1]}' }, done: true }));
};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received = JSON.parse(body || '{}');
      behave(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  behave = answer;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const make = (options = {}) => createOllamaModel({ model: 'm', host, ...options });

describe('against a server that speaks the protocol, it keeps the rules', () => {
  const checks = languageModelChecks(() => make(), {
    request: REQUEST,
    makeUnreachable: () => createOllamaModel({ model: 'm', host: 'http://127.0.0.1:9' }),
  });
  for (const check of checks) test(check.name, check.run);

  test('it sends the messages, the schema, the seed and the temperature', async () => {
    behave = answer;
    expect(await (await make({ temperature: 0.5 })).generate(REQUEST)).toEqual({ text: '{"liked": [1]}' });
    expect(received).toMatchObject({
      model: 'm',
      messages: [
        { role: 'system', content: 'You are terse.' },
        { role: 'user', content: 'Which?' },
      ],
      format: { type: 'object' },
      stream: false,
      options: { seed: 7, temperature: 0.5 },
    });
  });
});

describe('a fault is a LanguageModelError that says whether to try again', () => {
  const status =
    (code: number, error: string): Behaviour =>
    (_, response) => {
      response.statusCode = code;
      response.end(JSON.stringify({ error }));
    };

  test.each<[string, Behaviour, boolean, RegExp, { timeoutMs?: number }?]>([
    ['the server fails', status(500, 'boom'), true, /status 500/],
    ['the server is busy', status(503, 'busy'), true, /status 503/],
    ['too many calls', status(429, 'slow down'), true, /status 429/],
    ['the model is not there', status(404, 'model not found'), false, /ollama pull m$/],
    ['the request is refused', status(400, 'bad'), false, /status 400/],
    ['half a JSON', (_, response) => void response.end('{"message": {"content": "'), true, /no JSON/],
    ['an empty answer', (_, response) => void response.end('{"message": {"content": ""}}'), true, /nothing/],
    ['no message at all', (_, response) => void response.end('{}'), true, /nothing/],
    ['the connection breaks', (request) => void request.socket.destroy(), true, /could not be reached/],
    ['silence', () => {}, true, /did not answer in time/, { timeoutMs: 300 }],
  ])('%s', async (_, behaviour, isRetryable, message, options = {}) => {
    behave = behaviour;
    const call = (await make(options)).generate(REQUEST);
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toBeInstanceOf(LanguageModelError);
    await expect(call).rejects.toMatchObject({ isRetryable });
  });

  test('an aborted call ends at once, with the reason of the abort', async () => {
    behave = () => {};
    const interrupt = new AbortController();
    const call = (await make()).generate({ ...REQUEST, signal: interrupt.signal });
    setTimeout(() => interrupt.abort(new Error('enough')), 50);
    await expect(call).rejects.toThrow('enough');
  });

  test('a server that is busy says when it wants to be asked again', async () => {
    behave = (_, response) => {
      response.writeHead(429, { 'retry-after': '7' });
      response.end('slow down');
    };
    await expect((await make()).generate(REQUEST)).rejects.toMatchObject({ isRetryable: true, retryAfterMs: 7000 });
  });

  test('a model that is missing is told by Ollama’s words, not by the status alone', async () => {
    behave = (_, response) => void response.writeHead(404).end('<h1>Not found</h1>');
    await expect((await make()).generate(REQUEST)).rejects.toThrow(/status 404\. Is that an Ollama server\?$/);
  });

  test('a reply that was cut short is an error with what there is of it', async () => {
    behave = (_, response) =>
      void response.end(JSON.stringify({ message: { content: '{"liked": [1,' }, done: true, done_reason: 'length' }));
    const call = (await make()).generate(REQUEST);
    await expect(call).rejects.toThrow(/cut short.*contextLength/);
    await expect(call).rejects.toMatchObject({ isRetryable: false, raw: '{"liked": [1,' });
  });

  test.each([
    ['ENOTFOUND', false],
    ['EAI_AGAIN', true],
    ['ECONNREFUSED', true],
  ])('a network that says %s is worth another try: %s', async (code, isRetryable) => {
    const cause = Object.assign(new Error(code), { code });
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })));
    const call = (await make()).generate(REQUEST);
    await expect(call).rejects.toMatchObject({ isRetryable, message: expect.stringContaining(`(${code})`) });
    vi.unstubAllGlobals();
  });

  test('nothing is written to the console', async () => {
    const spies = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
    behave = (_, response) => void response.writeHead(500).end('boom');
    await expect((await make()).generate(REQUEST)).rejects.toThrow(/status 500/);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe('credentials of the address', () => {
  // "user:p@ss word" as HTTP's basic scheme writes it (RFC 7617), worked out with `base64`.
  const AUTHORIZATION = 'Basic dXNlcjpwQHNzIHdvcmQ=';
  const withPassword = () => host.replace('http://', 'http://user:p%40ss%20word@');
  const all = (error: unknown): string => inspect(error, { depth: 9, showHidden: true });
  const SECRET = /p@ss|p%40ss|dXNlcjpwQHNzIHdvcmQ/;

  test('are sent in the header that is meant for them', async () => {
    let sent: string | undefined;
    behave = (request, response, body) => {
      sent = request.headers.authorization;
      answer(request, response, body);
    };
    const model = await make({ host: withPassword() });
    expect(await model.generate(REQUEST)).toEqual({ text: '{"liked": [1]}' });
    expect(sent).toBe(AUTHORIZATION);
    expect(model.name).toBe('ollama m');
  });

  test.each<[string, Behaviour]>([
    [
      'a server that sends back what it was sent',
      (request, response) => {
        const error = `no entry for ${request.headers.authorization}, that is user:p@ss word`;
        response.writeHead(401).end(JSON.stringify({ error }));
      },
    ],
    ['one that answers with something else', (request, response) => void response.end(request.headers.authorization)],
    ['a connection that breaks', (request) => void request.socket.destroy()],
  ])('are in no error: %s', async (_, behaviour) => {
    behave = behaviour;
    const error = await (await make({ host: withPassword() })).generate(REQUEST).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LanguageModelError);
    expect(all(error)).not.toMatch(SECRET);
  });

  test.each(['http://user:p@ss word@box:port', 'ftp://user:p@ss@box', 'http://user:p@ss%ZZ@box'])(
    'are in no error: an address that cannot be read, %s',
    async (address) => {
      const error = await createOllamaModel({ model: 'm', host: address }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(all(error)).not.toMatch(SECRET);
    },
  );
});

test.each([
  ['box', 'http://box:11434'],
  ['10.0.0.7:8080', 'http://10.0.0.7:8080'],
  ['https://box/ollama/', 'https://box/ollama'],
  ['http://user:secret@box', 'http://box'],
  ['http://127.0.0.1:11434', 'http://127.0.0.1:11434'],
])('the address %s is read as %s', (address, read) => {
  expect(readAddress(address, { option: 'host', example: 'x', port: '11434' }).address).toBe(read);
});

describe('a call', () => {
  test('goes out with the longest reply that is allowed', async () => {
    behave = answer;
    await (await make()).generate(REQUEST);
    expect(received).toMatchObject({ options: { num_predict: 1024 } });
    await (await make({ maxTokens: 5 })).generate(REQUEST);
    expect(received).toMatchObject({ options: { num_predict: 5 } });
  });

  test('goes out with the length of the context where one is given', async () => {
    behave = answer;
    await (await make({ contextLength: 8192 })).generate(REQUEST);
    expect(received).toMatchObject({ options: { num_ctx: 8192 } });
    await (await make()).generate(REQUEST);
    expect(received['options']).toEqual({ seed: 7, temperature: 0, num_predict: 1024 });
  });
});

test.each([
  [{ model: '' }, /model/],
  [{ model: 'm', host: 'not an address' }, /host/],
  [{ model: 'm', timeoutMs: 0 }, /timeoutMs/],
  [{ model: 'm', temperature: -1 }, /temperature/],
  [{ model: 'm', contextLength: 0.5 }, /contextLength/],
  [{ model: 'm', maxTokens: 0 }, /maxTokens/],
])('bad options are refused: %o', async (options, message) => {
  await expect(createOllamaModel(options)).rejects.toThrow(message);
});

test('a real Ollama answers with JSON of the schema', async ({ skip }) => {
  const [address, model] = [process.env['OLLAMA_HOST'], process.env['IALP_OLLAMA_MODEL']];
  if (address === undefined || model === undefined) {
    return skip('name a running server in OLLAMA_HOST and a model it has in IALP_OLLAMA_MODEL');
  }
  const schema = {
    type: 'object',
    properties: { liked: { type: 'array', items: { type: 'integer' }, maxItems: 3 } },
    required: ['liked'],
  };
  const { text } = await (await createOllamaModel({ model, host: address })).generate({ ...REQUEST, schema });
  expect(Array.isArray(JSON.parse(text).liked)).toBe(true);
});
