import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidationReport } from '@ialp/llm-user/validation';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { run } from './main.js';

const data = process.env['IALP_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const movielens = join(data, 'ml-100k');

let stdout: string;
let stderr: string;
let spies: MockInstance[];
/** In place of the user's cache folder. */
let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'ialp-trust-'));
  vi.stubEnv('IALP_CACHE', cache);
  stdout = '';
  stderr = '';
  const collect = (write: (text: string) => void) => (text: string | Uint8Array) => {
    write(String(text));
    return true;
  };
  spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(collect((text) => (stdout += text))),
    vi.spyOn(process.stderr, 'write').mockImplementation(collect((text) => (stderr += text))),
  ];
});

afterEach(async () => {
  for (const spy of spies) spy.mockRestore();
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

describe('with the data set', () => {
  test('every recorded reply of the real model is found, and judged', async ({ skip }) => {
    if (!existsSync(movielens)) return skip('name a folder that holds ml-100k in IALP_DATA');
    expect(await run(['--data', movielens, '--json'])).toBe(0);
    const rows: { name: string; report: ValidationReport }[] = JSON.parse(stdout);
    const of = (name: string): ValidationReport => rows.find((row) => row.name.endsWith(name))!.report;
    expect(rows).toHaveLength(8);
    for (const { report } of rows) {
      expect(report.summary).toMatchObject({ done: 200, answered: 200, failed: 0 });
    }
    // What the figures in the package's README say.
    expect(of('encoder').auc.byUser!.mean).toBeGreaterThan(0.57);
    for (const [rate, auc] of [
      [10, 0.9],
      [20, 0.8],
      [40, 0.6],
    ]) {
      expect(Math.abs(of(`oracle, ${rate} % wrong`).auc.byUser!.mean - auc)).toBeLessThan(0.04);
    }
    expect(of('listwise').position).toMatchObject({ questions: 200 });
    expect(of('pointwise').yesShare).toBeLessThan(0.05);

    // No text is embedded twice.
    stdout = '';
    expect(await run(['--data', movielens, '--dry-run'])).toBe(0);
    expect(stdout).toMatch(/^Embeddings: (\d+) distinct texts, \1 stored in .*ialp-trust-.*, 0 to compute$/m);
  });

  test('--dry-run says what would be done, and does nothing', async ({ skip }) => {
    if (!existsSync(movielens)) return skip('name a folder that holds ml-100k in IALP_DATA');
    expect(await run(['--data', movielens, '--dry-run'])).toBe(0);
    expect(stdout).toMatch(/^Data: MovieLens 100K from .*, 1682 films, 200 users with one question each$/m);
    expect(stdout).toMatch(/^Embeddings: (\d+) distinct texts, 0 stored in .*, \1 to compute$/m);
    expect(stdout).toMatch(/^Language model: recorded replies, no calls, .*listwise, graded, pointwise$/m);
    stdout = '';
    const more = ['--llm', 'ollama:m', '--kinds', 'listwise,pointwise', '--embeddings', 'none'];
    expect(await run(['--data', movielens, '--dry-run', ...more])).toBe(0);
    // 400 questions and 200 in reverse; 400 of 8 candidates each.
    expect(stdout).toMatch(/ollama:m, up to 3800 calls/);
    expect(stdout).toMatch(/to compute, without a store$/m);
    expect(stderr).toBe('');
    expect(await readdir(cache)).toEqual([]);
  });
});

test('a server that nobody runs is told before anything is computed, in one line', async ({ skip }) => {
  if (!existsSync(movielens)) return skip('name a folder that holds ml-100k in IALP_DATA');
  // A port that was free a moment ago.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await run(['--data', movielens, '--llm', `openai:m@http://127.0.0.1:${port}/v1`])).toBe(1);
  expect(stderr).toMatch(/^\nopenai m: could not be reached at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\..*\n$/);
  expect(await readdir(cache)).toEqual([]);
});

test.each([
  ['no data set', ['--data', '/nowhere'], 1, /nowhere/],
  ['an unknown kind of question', ['--data', '/nowhere', '--kinds', 'wordwise'], 2, /There is no wordwise/],
  ['a model of no known kind', ['--data', '/nowhere', '--llm', 'x', '--dry-run'], 2, /ollama:<model>/],
  ['a store that is a folder', ['--data', '/nowhere', '--store', '/tmp'], 2, /--store \/tmp: expected a file/],
  ['the same in a dry run', ['--data', '/nowhere', '--dry-run', '--store', '/tmp'], 2, /--store \/tmp: expected a/],
  ['no place for a store', ['--data', '/nowhere', '--store', '/proc/r.db'], 2, /--store \/proc: cannot write/],
  ['no folder for a store', ['--data', '/nowhere', '--store', '/none/r.db'], 2, /there is no folder \/none\. Make it/],
  ['a misspelt flag', ['--dat', '/nowhere'], 2, /unknown option '--dat'\n\(Did you mean --data\?\)/],
  ['no folder named', [], 2, /required option '--data <folder>'/],
])('%s is one line and an exit code', async (_, args, code, message) => {
  expect(await run(args)).toBe(code);
  expect(stderr).toMatch(message);
});
