import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddingModelChecks } from '../../conformance/index.js';
import { createOllamaEmbeddings } from '../ollama.js';

let server: Server;
let host: string;
let reply: (input: string[]) => unknown = (input) => ({ embeddings: input.map((text) => [text.length, 1, 0]) });

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end(JSON.stringify(reply(JSON.parse(body).input))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('it keeps the rules', () => {
  for (const check of embeddingModelChecks(() => createOllamaEmbeddings({ model: 'e', host, batch: 2 }))) {
    test(check.name, check.run);
  }
});

test('embeddings come from the server, some at a time', async () => {
  const model = await createOllamaEmbeddings({ model: 'e', host, batch: 2 });
  expect(model).toMatchObject({ name: 'ollama e', dimension: 3 });
  expect(Array.from(await model.embed(['a', 'bb', 'ccc']))).toEqual([1, 1, 0, 2, 1, 0, 3, 1, 0]);
});

test('what is no vector is an error', async () => {
  const model = await createOllamaEmbeddings({ model: 'e', host });
  reply = () => ({ embeddings: [[1, null, 0]] });
  await expect(model.embed(['a'])).rejects.toThrow(/found one that holds what is no number/);
  reply = () => ({ embedding: 1 });
  await expect(model.embed(['a'])).rejects.toThrow(/no list of embeddings/);
});

const real = process.env['OLLAMA_HOST'];
const name = process.env['IALP_OLLAMA_MODEL'];
describe('a real Ollama', () => {
  test('gives vectors in which texts that say the same are near each other', async ({ skip }) => {
    if (real === undefined || name === undefined) {
      return skip('name a running server in OLLAMA_HOST and a model it has in IALP_OLLAMA_MODEL');
    }
    const model = await createOllamaEmbeddings({ model: name, host: real });
    const vectors = await model.embed(['a space adventure', 'a space adventure', 'a cookery book']);
    const row = (k: number) => vectors.subarray(k * model.dimension, (k + 1) * model.dimension);
    const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, k) => value - b[k]));
    expect(distance(row(0), row(1))).toBeLessThan(distance(row(0), row(2)));
  });
});
