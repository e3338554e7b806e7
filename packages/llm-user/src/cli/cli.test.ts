import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Act, type FaultServer, startFaultServer } from '../test-support/fault-server.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let folder: string;
let server: FaultServer;
let act: Act = 'good';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-cli-'));
  server = await startFaultServer(() => act);
  const items = Array.from(
    { length: 30 },
    (_, k) => `f${k},"Film ${k}, a ${k % 2 ? 'comedy' : 'western'}",${k % 2 ? 'comedy' : 'western'}`,
  );
  await writeFile(join(folder, 'items.csv'), ['id,title,genre', ...items, ''].join('\n'));
  await writeFile(join(folder, 'semicolons.csv'), 'id;title\n1;Dune\n');
  const rows = Array.from(
    { length: 140 },
    (_, k) => `u${k % 10},f${(3 * k + Math.floor(k / 10)) % 30},${1 + ((k + Math.floor(k / 10)) % 5)}`,
  );
  await writeFile(join(folder, 'interactions.csv'), ['user,item,value', ...rows, ''].join('\n'));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in the folder, and interrupts it when it has said so much to the server. */
function run(args: readonly string[], interruptAfter = Number.POSITIVE_INFINITY): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const before = server.calls;
  const timer = setInterval(() => {
    if (server.calls - before < interruptAfter) return;
    clearInterval(timer);
    child.kill('SIGINT');
  }, 2);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

const distill = (...rest: string[]): string[] => [
  ...['distill', '--catalog', 'items.csv', '--attributes', 'genre', '--model', `ollama:m@${server.host}`],
  ...rest,
];

describe('distill', () => {
  test('asks, writes a line an answer, and asks nothing the second time', async () => {
    act = 'good';
    const args = distill('--questions', '25', '--store', 'a.db', '--out', 'a.jsonl', '--price', '1,2');
    const first = await run(args);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /25 questions answered, 0 failed\n25 calls, 0 replies from the store, 2500 tokens in, 250 out, cost 0\.0030/,
    );
    const lines = (await readFile(join(folder, 'a.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(25);
    const { state, candidates, probabilities, promptVersion } = JSON.parse(lines[0]);
    expect(state.items.length).toBeGreaterThan(0);
    expect(candidates).toHaveLength(8);
    expect([probabilities[0], promptVersion]).toEqual([1, 'listwise.v1']);
    const before = server.calls;
    expect((await run(args)).stdout).toMatch(/0 calls, 25 replies from the store/);
    expect(server.calls).toBe(before);
  });

  test('takes users from interactions, and says what it would take', async () => {
    const before = server.calls;
    const args = distill(
      '--interactions',
      'interactions.csv',
      '--questions',
      '10',
      '--dry-run',
      '--json',
      '--price',
      '1,1',
    );
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, questions: 10, calls: 10, fromStore: 0 });
    expect(JSON.parse(stdout).firstRequest.prompt).toMatch(/This person took:/);
    expect(server.calls).toBe(before);
  });

  test('stops at a limit, and says so', async () => {
    act = 'good';
    const args = distill('--questions', '25', '--store', 'b.db', '--out', 'b.jsonl', '--max-calls', '7', '--json');
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      calls: 7,
      answered: 7,
      stopped: expect.stringMatching(/calls may be 7/),
    });
  });

  test('writes failures with what was said, and counts them', async () => {
    act = 'wrong schema';
    const { code, stdout, stderr } = await run(distill('--questions', '5', '--store', 'c.db', '--out', 'c.jsonl'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^None of 5 questions was answered\. The first failure: .*holds no|no single liked/);
    expect(stdout).toMatch(/0 questions answered, 5 failed \(5 unusable reply\)/);
    const [line] = (await readFile(join(folder, 'c.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ failed: 'unusable reply', raw: '{"best": 1}' });
  });

  test('an unknown model ends it after one call, with what to do, and exit code 1', async () => {
    act = 'unknown model';
    const before = server.calls;
    const ended = await run(distill('--questions', '50', '--store', 'u.db', '--out', 'u.jsonl'));
    expect(ended.code).toBe(1);
    expect(server.calls - before).toBe(1);
    expect(ended.stderr).toMatch(/status 404 \(model "m" not found\)\. Is it on that server\? Run: ollama pull m\n$/);
    expect(ended.stdout).toMatch(/^0 questions answered, 1 failed \(1 status\)/);
  });

  test('interrupted, it keeps what it has, and goes on from there', async () => {
    act = 'slow';
    const args = distill('--questions', '120', '--store', 'd.db', '--out', 'd.jsonl');
    const { code, stderr, stdout } = await run(args, 20);
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/Interrupted\. Replies that were kept stay in the store/);
    act = 'good';
    const { fromStore, calls, answered } = JSON.parse((await run([...args, '--json'])).stdout);
    expect(answered).toBe(120);
    expect(fromStore).toBeGreaterThan(10);
    expect(fromStore + calls).toBe(120);
  });

  test.each<[string, string[], number, RegExp]>([
    ['no command', [], 2, /Usage: ialp-llm-user/],
    ['an unknown option', ['stats', 'a.db', '--nonsense'], 2, /unknown option '--nonsense'/],
    ['no catalogue', ['distill', '--model', 'ollama:m'], 2, /required option '--catalog <file>'/],
    [
      'a model of no known kind',
      ['distill', '--catalog', 'items.csv', '--model', 'gpt'],
      2,
      /expected one of ollama:<model>/,
    ],
    [
      'an unknown kind',
      ['distill', '--catalog', 'items.csv', '--model', 'ollama:m', '--kind', 'x'],
      2,
      /--kind x: expected listwise/,
    ],
    [
      'a limit without a price',
      ['distill', '--catalog', 'items.csv', '--model', 'SERVER', '--max-cost', '1'],
      2,
      /price: expected the price of tokens/,
    ],
    [
      'answers that cannot be written',
      ['distill', '--catalog', 'items.csv', '--model', 'ollama:m', '--out', 'none/a.jsonl'],
      2,
      /^--out none\/a\.jsonl: .*found no folder none\. Create the folder, or name a file elsewhere\.\n$/,
    ],
    [
      'a file that is not there',
      ['distill', '--catalog', 'none.csv', '--model', 'ollama:m'],
      1,
      /^none\.csv: .*found no such file\. Check the path\. It is relative to \S+\n$/,
    ],
    [
      'a catalogue with other columns',
      ['distill', '--catalog', 'interactions.csv', '--model', 'ollama:m'],
      1,
      /^interactions\.csv, line 1: .* Correct the file: the catalogue has the columns id and title, the inter[^:]*\n$/,
    ],
    [
      'a catalogue with another separator',
      ['distill', '--catalog', 'semicolons.csv', '--model', 'ollama:m'],
      1,
      /^semicolons\.csv, line 1: .*The columns are separated by ";": set --separator ";"\.\n$/,
    ],
    [
      'a misspelt option that is needed',
      ['distill', '--catalg', 'items.csv', '--model', 'ollama:m'],
      2,
      /^unknown option '--catalg'\n\(Did you mean --catalog\?\)\n$/,
    ],
    [
      'a server that is away',
      ['distill', '--catalog', 'items.csv', '--model', 'ollama:m@http://127.0.0.1:1'],
      1,
      /Start it with: ollama serve\n$/,
    ],
    [
      'a record that is not there',
      ['ask', '--catalog', 'items.csv', '--model', 'recorded:no.jsonl'],
      2,
      /recorded: expected the path of a file of replies/,
    ],
    [
      'an unknown item',
      ['ask', '--catalog', 'items.csv', '--model', 'SERVER', '--liked', 'f1,zz'],
      2,
      /--liked f1,zz: the catalogue has no item "zz"/,
    ],
    ['a store that is not there', ['stats', 'none.db'], 1, /expected a store; found none/],
    [
      'a file that is not a store',
      ['stats', 'items.csv'],
      1,
      /items\.csv: expected a reply store; found a text file\. Check/,
    ],
    [
      'salvaging a file that is not a store',
      ['salvage', 'items.csv', 'new.db'],
      1,
      /items\.csv: expected a reply store; found a text/,
    ],
    [
      'a rescue of nothing',
      ['salvage', 'none.db', 'new.db'],
      1,
      /none\.db: expected a file that can be opened; found none\. Check the path\.\n$/,
    ],
    [
      'an address at which nobody listens',
      ['ask', '--catalog', 'items.csv', '--model', 'openai:x@http://127.0.0.1:2/v1'],
      1,
      /^openai x: could not be reached at \S+ \(ECONNREFUSED\)\. Is the server running there\?\n$/,
    ],
  ])('%s is one line and an exit code', async (_, args, code, message) => {
    const ended = await run(args.map((arg) => (arg === 'SERVER' ? `ollama:m@${server.host}` : arg)));
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });
});

test('trust says what a model’s answers are worth', async () => {
  act = 'good';
  const args = ['trust', '--catalog', 'items.csv', '--model', `ollama:m@${server.host}`, '--store', 'trust.db'];
  const { code, stdout } = await run([...args, '--interactions', 'interactions.csv', '--candidates', '4']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^This model is |^No verdict on this model/);
  expect(stdout).toMatch(/It says yes to 25\.0 % of the candidates/);
  expect(stdout).toMatch(/It favours the first candidates: shuffle/);
  const without = await run(args);
  expect([without.code, without.stderr]).toEqual([2, expect.stringMatching(/^--interactions is required/)]);
});

test('ask shows the words and the reply', async () => {
  act = 'good';
  const args = [
    'ask',
    '--catalog',
    'items.csv',
    '--model',
    `ollama:m@${server.host}`,
    '--liked',
    'f3',
    '--items',
    'f1,f2',
  ];
  const { code, stdout } = await run(args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/--- prompt\nThis person took:\n<item>Film 3, a comedy/);
  expect(stdout).toMatch(/--- reply\n\{"liked": \[1\]\}\n1\.000 {2}Film 1, a comedy\n0\.000 {2}Film 2, a western/);
});

test('stats, export, import and a record of it', async () => {
  act = 'good';
  await run(distill('--questions', '12', '--store', 'e.db', '--out', 'e.jsonl', '--keep-words'));
  expect((await run(['stats', 'e.db'])).stdout).toBe('ollama m, listwise.v1: 12 replies, 1200 tokens in, 120 out\n');
  const nowhere = await run(['export', 'e.db', 'none/x.jsonl']);
  expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
  expect(nowhere.stderr).toMatch(/there is no folder .*none; make it first/);
  expect(nowhere.stderr).not.toMatch(/ENOENT|\.tmp/);
  expect((await run(['export', 'e.db', 'replies.jsonl', '--no-words'])).stdout).toMatch(/^12 replies written/);
  expect(await readFile(join(folder, 'replies.jsonl'), 'utf8')).not.toMatch(/Film/);
  expect((await run(['import', 'f.db', 'replies.jsonl'])).stdout).toBe('12 replies added, 0 were known\n');
  expect(JSON.parse((await run(['stats', 'f.db', '--json'])).stdout)[0].replies).toBe(12);
  const before = server.calls;
  const replay = ['distill', '--catalog', 'items.csv', '--attributes', 'genre', '--model', 'recorded:replies.jsonl'];
  const { stdout } = await run([...replay, '--questions', '12', '--store', 'g.db', '--out', 'g.jsonl', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ answered: 12, failed: 0 });
  expect(server.calls).toBe(before);
});

test('a model of OpenAI needs its name and a key in the environment', async () => {
  const plan = [
    'distill',
    '--catalog',
    'items.csv',
    '--model',
    'openai:gpt-4.1-mini',
    '--questions',
    '10',
    '--dry-run',
  ];
  vi.stubEnv('OPENAI_API_KEY', 'sk-some-key');
  const planned = await run(plan);
  vi.stubEnv('OPENAI_API_KEY', '');
  const refused = await run(plan);
  vi.unstubAllEnvs();
  expect([planned.code, planned.stderr]).toEqual([0, '']);
  expect(planned.stdout).toMatch(/^openai gpt-4\.1-mini: 10 questions, 10 calls/);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/set the environment variable OPENAI_API_KEY or give apiKey/);
});

test('--help shows defaults as they are written', async () => {
  const { stdout } = await run(['distill', '--help']);
  expect(stdout).toMatch(/--scale <least,greatest> [^(]*\(default:\s+1,5\)/);
  expect(stdout).not.toMatch(/default:\s+[[{]/);
});
