import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand as runEntry } from '@ialp/command/testing';
import { createRandom } from '@ialp/env';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resultsSchema } from './results.js';

const ENTRY = new URL('../dist/main.js', import.meta.url).href;
/** With one cache folder for all tests but those that name another. */
const runCommand = (
  args: readonly string[],
  onStderr?: Parameters<typeof runEntry>[2],
  options?: Parameters<typeof runEntry>[3],
) => runEntry(ENTRY, args, onStderr, { cache: join(folder, 'common-cache'), ...options });
const THIS_FILE = fileURLToPath(import.meta.url);
const STACK = /^ +at .*:\d+:\d+/m;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-quickstart-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A MovieLens 100K folder of made-up ratings, 40 users and 30 films. */
async function makeMovieLens(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  const random = createRandom(1);
  const genres = ['unknown', 'Action', 'Drama'];
  const flags = (film: number): string =>
    Array.from({ length: 19 }, (_, k) => (k === 1 + (film % 2) ? 1 : 0)).join('|');
  const films = Array.from(
    { length: 30 },
    (_, k) => `${k + 1}|Film ${k + 1} (1990)|01-Jan-1990||http://example.org|${flags(k)}`,
  );
  const ratings = Array.from({ length: 40 * 20 }, (_, k) => {
    const [user, film] = [Math.floor(k / 20), (k % 20) + (Math.floor(k / 20) % 10)];
    const rating = 1 + ((film + user) % 2) * 3 + random.integer(2);
    return `${user + 1}\t${film + 1}\t${rating}\t${880000000 + k}`;
  });
  await writeFile(join(path, 'u.item'), `${films.join('\n')}\n`);
  await writeFile(join(path, 'u.data'), `${ratings.join('\n')}\n`);
  const all = Array.from({ length: 19 }, (_, k) => `${genres[k] ?? `Genre${k}`}|${k}`);
  await writeFile(join(path, 'u.genre'), `${all.join('\n')}\n\n`);
  return path;
}

describe('the whole way', () => {
  const flags = ['--seeds', '2', '--interactions', '1280', '--pretraining', '6400', '--seed', '7'];

  test('results on stdout and nothing else there, two files, and the same again with the same seed', async () => {
    const path = await makeMovieLens('small');
    const run = async (name: string, ...more: string[]) => {
      const args = ['--data', path, ...flags, ...more, '--json', '--out', join(folder, name)];
      const { code, stdout, stderr } = await runCommand(args);
      expect(code, stderr).toBe(0);
      expect(stderr).not.toMatch(/Warning/);
      return resultsSchema.parse(JSON.parse(stdout));
    };
    const first = await run('first');
    const { times: _, ...results } = first;
    // Without a file of embeddings as well as with one.
    const { times: __, ...again } = await run('second', '--embeddings', 'none');
    expect(again).toEqual(results);

    expect(Object.keys(first.methods)).toEqual([
      'random',
      'popularity',
      'a2c-scratch',
      'ialp-frozen',
      'a-ialp-ft',
      'a-ialp-ap',
    ]);
    for (const { seeds, cumulativeReward } of Object.values(first.methods)) {
      expect(seeds.map(({ seed }) => seed)).toEqual([7, 8]);
      expect(cumulativeReward?.mean).toBeGreaterThan(0);
    }
    const frozen = first.methods['ialp-frozen']!.cumulativeReward!.mean;
    expect(frozen).toBeGreaterThan(first.methods.random!.cumulativeReward!.mean);
    const { preferences, questions, rewardModel } = first.distillation!;
    expect(preferences).toBeGreaterThan(questions);
    expect(rewardModel!.heldOutQuestions).toBeLessThan(questions / 2);
    expect(await readdir(join(folder, 'first'))).toEqual(['report.html', 'results.json']);
    expect(JSON.parse(await readFile(join(folder, 'first', 'results.json'), 'utf8'))).toEqual(first);
    expect(await readFile(join(folder, 'first', 'report.html'), 'utf8')).toContain('a-ialp-ap');
    const page = await readFile(join(folder, 'first', 'report.html'), 'utf8');
    expect(page).toContain('<th scope="row">reward model: held out questions</th>');
    expect(page).toContain('<th scope="row">total seconds</th>');
    // Settings of the model that was not asked.
    expect(page).toContain('encoder: candidates');
    expect(page).not.toContain('generative');
  });

  test('embeds no text twice, and gives the same with vectors that were stored', async () => {
    const path = await makeMovieLens('stored');
    const cache = join(folder, 'cache');
    const short = ['--seeds', '1', '--interactions', '640', '--pretraining', '1280'];
    const few = ['--data', path, '--methods', 'ialp-frozen', ...short];
    const dryRun = async (...more: string[]) =>
      (await runCommand([...few, '--dry-run', ...more], undefined, { cache })).stdout;
    const run = async (name: string) => {
      const result = await runCommand([...few, '--json', '--out', join(folder, name)], undefined, { cache });
      expect(result.code, result.stderr).toBe(0);
      const { times: _, ...results } = resultsSchema.parse(JSON.parse(result.stdout));
      return results;
    };
    expect(await dryRun()).toMatch(/^Embeddings: 30 distinct texts, 0 stored in .*cache.*, 30 to compute$/m);
    expect(await readdir(folder)).not.toContain('cache');
    const first = await run('computed');
    expect(await dryRun()).toMatch(/^Embeddings: 30 distinct texts, 30 stored in .*, 0 to compute$/m);
    const [file] = (await readdir(join(cache, 'embeddings'))).map((name) => join(cache, 'embeddings', name));
    const stored = await readFile(file);
    expect(await run('read')).toEqual(first);
    expect(await readFile(file)).toEqual(stored);
    expect(await dryRun('--embeddings', file)).toMatch(/30 stored/);
    expect(await dryRun('--embeddings', 'none')).toMatch(/30 to compute, without a store$/m);
    expect(await dryRun('--methods', 'random')).toMatch(/^Embeddings: not needed by these methods$/m);
  });

  test('with the recorded replies of a real model, every one of which is found', async () => {
    const recorded = fileURLToPath(new URL('../recorded/films.smollm2-135m.jsonl.gz', import.meta.url));
    const few = ['--methods', 'ialp-frozen', '--seeds', '1', '--interactions', '640', '--pretraining', '60000'];
    const args = ['--llm', `recorded:${recorded}`, ...few, '--json', '--out', join(folder, 'recorded')];
    const { code, stdout, stderr } = await runCommand(args);
    expect(code, stderr).toBe(0);
    expect(resultsSchema.parse(JSON.parse(stdout)).distillation).toMatchObject({
      model: 'recorded ollama smollm2:135m',
      promptVersion: 'listwise.v1',
      questions: 400,
      failures: 0,
    });
  });

  test.each([
    ['another seed', ['--seed', '2']],
    ['a shorter first training', ['--pretraining', '1280']],
    ['fewer questions', ['--questions', '100']],
  ])('a recording of other questions is said to be one: %s', async (_, flags) => {
    const recorded = fileURLToPath(new URL('../recorded/films.smollm2-135m.jsonl.gz', import.meta.url));
    const few = ['--methods', 'ialp-frozen', '--seeds', '1', '--interactions', '640', ...flags];
    const result = await runCommand(['--llm', `recorded:${recorded}`, ...few, '--out', join(folder, 'other-record')]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(
      /the recording belongs to other options and .* --seed, --questions and, below 60000, --pret/,
    );
    expect(result.stderr).not.toMatch(STACK);
  });

  test('on a folder of ratings, with some methods: a table in words', async () => {
    const path = await makeMovieLens('ratings');
    const args = ['--data', path, '--methods', 'a2c-scratch,random', '--seeds', '2', '--interactions', '640'];
    const { code, stdout, stderr } = await runCommand([...args, '--out', join(folder, 'words')]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^method +early reward +final reward +cumulative reward +episode length$/m);
    expect(stdout).toMatch(/^random +\d/m);
    expect(stdout).toMatch(/has the highest cumulative reward/);
    expect(stdout).not.toContain('a-ialp-ap');
  });
});

describe('bad input gives one clear message, an exit code and no stack trace', () => {
  test.each<[string, string[], number, RegExp]>([
    ['no such folder', ['--data', '/no/such/folder'], 2, /\/no\/such\/folder: the folder does not exist/],
    ['no seeds', ['--seeds', '0'], 2, /--seeds.*whole number from 1/],
    ['seeds in words', ['--seeds', 'x'], 2, /--seeds/],
    ['an unknown method', ['--methods', 'nope'], 2, /Unknown method "nope"\. Methods: random, popularity/],
    ['a method that every object has', ['--methods', 'toString'], 2, /Unknown method "toString"/],
    ['negative interactions', ['--interactions', '-5'], 2, /--interactions/],
    ['an unknown flag', ['--nosuchflag'], 2, /nosuchflag/],
    ['a stray word', ['films'], 2, /too many arguments/],
    [
      'a language model of no known kind',
      ['--llm', 'gpt'],
      2,
      /--llm <model>' argument 'gpt' is invalid\. Expected encoder, ollama:/,
    ],
    [
      'a record that is not there',
      ['--llm', 'recorded:none.jsonl', '--out', 'OUT'],
      2,
      /--llm recorded:none\.jsonl: .*a file of replies/,
    ],
    [
      'a server that is away',
      ['--llm', 'ollama:m@http://127.0.0.1:1', '--out', 'OUT'],
      1,
      /^\nollama m: could not be reached at .* Start it with: ollama serve\n$/,
    ],
    [
      'a file that is not a cache of embeddings',
      ['--embeddings', THIS_FILE, '--out', 'OUT'],
      1,
      /main\.test\.ts: expected a cache of embeddings; found another file/,
    ],
    ['an output folder that cannot be', ['--out', '/proc/nope'], 2, /--out \/proc\/nope: cannot write there/],
    ['an output folder that is a file', ['--out', THIS_FILE], 2, /--out .*main\.test\.ts: .* is a file, not a folder/],
    ['the same in a dry run', ['--dry-run', '--out', THIS_FILE], 2, /--out .*: .* is a file, not a folder/],
  ])('%s', async (_, args, code, message) => {
    const result = await runCommand(args.map((arg) => (arg === 'OUT' ? join(folder, 'refused') : arg)));
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(STACK);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
  });

  test('a folder without a known data set', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const { code, stderr } = await runCommand(['--data', empty]);
    expect(stderr).toMatch(/unknown data set. Expected MovieLens 100K/);
    expect(code).toBe(2);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['a rating that is not a number', (text) => `${text}1\t2\tNaNrating\t3\n`, /u\.data, line 801: .*NaNrating/],
    ['a file cut short', (text) => text.slice(0, -14), /u\.data, line 800/],
    ['an empty file', () => '', /u\.data/],
  ])('%s', async (name, damage, message) => {
    const path = join(folder, name.replaceAll(' ', '-'));
    await cp(await makeMovieLens(`whole-${name}`), path, { recursive: true });
    await writeFile(join(path, 'u.data'), damage(await readFile(join(path, 'u.data'), 'utf8')));
    const { code, stderr } = await runCommand(['--data', path, '--out', join(folder, 'never')]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(STACK);
    expect(code).toBe(1);
  });
});

describe('a language model that cannot be asked', () => {
  /** A server that answers some requests well and refuses the key of all others. */
  async function startRefusing(answers: number) {
    let calls = 0;
    const body = { choices: [{ message: { content: '{"liked": [1]}' }, finish_reason: 'stop' }] };
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (++calls <= answers) response.end(JSON.stringify(body));
        else response.writeHead(401).end('{"error":{"message":"the key was revoked"}}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const llm = `openai:m@http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    return { llm, calls: () => calls, close: () => server.close() };
  }

  test('is found before the catalogue is read', async () => {
    const server = await startRefusing(0);
    const result = await runCommand(['--llm', server.llm, '--out', join(folder, 'refusing')]);
    server.close();
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/status 401 \(the key was revoked\)\. Is apiKey right\?/);
    expect(result.stderr).not.toMatch(/Reading the catalogue|Unexpected/);
    expect(server.calls()).toBe(1);
  });

  test('after some answers ends the run: nothing is learned from a few of many', async () => {
    const server = await startRefusing(4);
    const path = await makeMovieLens('few');
    const args = ['--data', path, '--llm', server.llm, '--concurrency', '1', '--out', join(folder, 'revoked')];
    const result = await runCommand(args);
    server.close();
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/Stopped after 4 questions, 3 of them answered\. .*status 401/);
    expect(server.calls()).toBe(5);
    expect(await readdir(join(folder, 'revoked'))).not.toContain('results.json');
  });

  test('is found by --dry-run where that costs nothing', async () => {
    const result = await runCommand(['--dry-run', '--llm', 'llama-cpp:/nope.gguf']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/--llm llama-cpp:\/nope\.gguf: .*no such file exists/);
  });
});

test('an interrupt ends it with 130 and leaves no file', async () => {
  const out = join(folder, 'interrupted');
  let sent = false;
  const { code, stderr } = await runCommand(['--methods', 'random,a2c-scratch', '--out', out], (text, kill) => {
    if (sent || !text.includes('Deploying')) return;
    sent = true;
    kill('SIGINT');
  });
  expect(stderr).toMatch(/Interrupted. No results were written/);
  expect(stderr).not.toMatch(STACK);
  expect(code).toBe(130);
  expect(await readdir(out)).toEqual([]);
});

test('--dry-run says what it would do and does nothing', async () => {
  const out = join(folder, 'dry');
  const { code, stdout } = await runCommand(['--dry-run', '--seeds', '4', '--out', out]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Environment: films, 600 items/);
  expect(stdout).toMatch(/seeds 1, 2, 3, 4/);
  expect(stdout).toMatch(/^Time: about \d+ minutes of one core, divided among all cores$/m);
  expect(await readdir(folder)).not.toContain('dry');
});

test('--help names every flag and method', async () => {
  const { code, stdout } = await runCommand(['--help']);
  expect(code).toBe(0);
  for (const flag of [
    'data',
    'seeds',
    'interactions',
    'methods',
    'embeddings',
    'out',
    'seed',
    'json',
    'dry-run',
    'help',
  ]) {
    expect(stdout).toContain(`--${flag}`);
  }
  expect(stdout).toContain('a-ialp-ap');
});
