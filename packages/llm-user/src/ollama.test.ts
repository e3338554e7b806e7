import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageModelError } from './errors.js';
import { createOllamaModel } from './ollama.js';
import { languageModelChecks } from './testing.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const REQUEST = { system: 'You are terse.', prompt: 'Which?', schema: { type: 'object' }, seed: 7 };
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

  test.each<[string, Behaviour, boolean, RegExp]>([
    ['the server fails', status(500, 'boom'), true, /status 500/],
    ['the server is busy', status(503, 'busy'), true, /status 503/],
    ['too many calls', status(429, 'slow down'), true, /status 429/],
    ['the model is not there', status(404, 'model not found'), false, /ollama pull m$/],
    ['the request is refused', status(400, 'bad'), false, /status 400/],
    ['half a JSON', (_, response) => void response.end('{"message": {"content": "'), true, /no JSON/],
    ['an empty answer', (_, response) => void response.end('{"message": {"content": ""}}'), true, /nothing/],
    ['no message at all', (_, response) => void response.end('{}'), true, /nothing/],
    ['the connection breaks', (request) => void request.socket.destroy(), true, /could not be reached/],
    ['silence', () => {}, true, /did not answer in time/],
  ])('%s', async (_, behaviour, isRetryable, message) => {
    behave = behaviour;
    const call = (await make({ timeout: 300 })).generate(REQUEST);
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

  test('no credentials of the address are printed', async () => {
    const model = await createOllamaModel({ model: 'm', host: 'http://user:secret@127.0.0.1:9' });
    const error = await model.generate(REQUEST).catch((reason: Error) => reason);
    expect(String(error)).not.toContain('secret');
  });
});

test.each([
  [{ model: '' }, /model/],
  [{ model: 'm', host: 'not an address' }, /host/],
  [{ model: 'm', timeout: 0 }, /timeout/],
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
    properties: { liked: { type: 'array', items: { type: 'integer' } } },
    required: ['liked'],
  };
  const { text } = await (await createOllamaModel({ model, host: address })).generate({ ...REQUEST, schema });
  expect(Array.isArray(JSON.parse(text).liked)).toBe(true);
});
