import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findNatsServer, type NatsServer, NO_NATS_SERVER, startNatsServer } from '@ialp/nats-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliProcess, type Ended, startCli } from '../test-support/cli-process.js';
import { type Act, type FaultServer, startFaultServer } from '../test-support/fault-server.js';
import { makeFolder } from '../test-support/queue-kills.js';
import { fnv1a } from '../text/fnv1a.js';

const binary = await findNatsServer();
/** A busy machine takes its time. */
const poll = <T>(get: () => T) => expect.poll(get, { timeout: 120_000 });

let nats: NatsServer;
let server: FaultServer;
let folder: string;
let distill: readonly string[];
let act: (prompt: string) => Act = () => 'good';
const started: CliProcess[] = [];

beforeAll(async () => {
  if (binary === undefined) return;
  nats = await startNatsServer();
  server = await startFaultServer(({ prompt }) => act(prompt));
  ({ folder, distill } = await makeFolder());
});

afterAll(async () => {
  for (const { process } of started) process.kill('SIGKILL');
  await server?.[Symbol.asyncDispose]();
  await nats?.[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

function start(...args: string[]): CliProcess {
  const each = startCli(folder, args);
  started.push(each);
  return each;
}

const run = (...args: string[]): Promise<Ended> => start(...args).ended;
const queue = (name: string): string[] => ['--queue', nats.url, '--queue-name', name];
const model = (): string[] => ['--model', `ollama:m@${server.host}`];
const work = (name: string, ...rest: string[]): CliProcess => start('work', ...queue(name), ...model(), ...rest);
/** Ends a worker as a supervisor does. */
const end = ({ process, ended }: CliProcess): Promise<Ended> => {
  process.kill('SIGTERM');
  return ended;
};
const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

describe('distill --queue', () => {
  test('answers and failures are the same bytes as without a queue', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    // Some replies are unusable and asked for again with other words; some of these are, too.
    act = (prompt) => (['wrong schema', 'another item', 'good', 'good'] as const)[fnv1a(prompt) % 4];
    const ask = [...distill, '--questions', '80', '--json'];
    const plain = await run(...ask, ...model(), '--store', 'plain.db', '--out', 'plain.jsonl');
    const workers = [work('same'), work('same', '--concurrency', '2')];
    const queued = await run(...ask, ...queue('same'), '--store', 'queued.db', '--out', 'queued.jsonl');
    expect(await text('queued.jsonl')).toBe(await text('plain.jsonl'));
    const { perSecond: _, seconds: __, ...summary } = JSON.parse(plain.stdout);
    expect(summary.failed).toBeGreaterThan(5);
    expect(JSON.parse(queued.stdout)).toMatchObject({
      answered: summary.answered,
      failed: summary.failed,
      failuresByKind: summary.failuresByKind,
    });
    const ends = await Promise.all(workers.map(end));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ends[0].stdout).toMatch(/^[1-9]\d* questions answered, 0 failed\n$/);
  });

  test('begins with the first worker, and what was asked is not asked again, in another store either', async ({
    skip,
  }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    act = () => 'slow';
    const ask = [...distill, '--questions', '120', ...queue('again'), '--json'];
    const before = server.calls;
    const first = start(...ask, '--store', 'first.db', '--out', 'first.jsonl');
    await poll(first.stderr).toMatch(
      /^Waiting for the first worker: ialp-llm-user work --queue nats:\S+ --queue-name again --model <model>\n/,
    );
    expect(server.calls).toBe(before);
    const worker = work('again', '--json');
    await poll(() => server.calls - before).toBeGreaterThan(20);
    first.process.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 130, stdout: '' });
    const { answered, fromStore, calls } = JSON.parse(
      (await run(...ask, '--store', 'second.db', '--out', 'second.jsonl')).stdout,
    );
    expect([answered, fromStore + calls]).toEqual([120, 120]);
    expect(fromStore).toBeGreaterThan(10);
    // At most what was in progress when the first run was interrupted.
    const asked = server.calls - before;
    expect(asked).toBeLessThanOrEqual(120 + 4);
    const third = JSON.parse((await run(...ask, '--store', 'third.db', '--out', 'third.jsonl')).stdout);
    expect(third).toMatchObject({ answered: 120, calls: 0, fromStore: 120 });
    expect(server.calls - before).toBe(asked);
    expect(await text('third.jsonl')).toBe(await text('second.jsonl'));
    const ended = await end(worker);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toEqual({ answered: asked, failed: 0 });
    expect(ended.stderr).toMatch(/\nFinishing what is in progress\./);
  });

  test('--dry-run asks nothing, and knows what the queue has', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    act = () => 'good';
    const ask = [...distill, ...queue('dry')];
    const before = server.calls;
    const blind = await run(...ask, '--questions', '30', '--dry-run');
    expect(blind.stdout).toMatch(
      /^a model of future workers: 30 questions, 30 calls, .*; the queue has 0 more replies\n$/,
    );
    const worker = work('dry');
    await run(...ask, '--questions', '20', '--store', 'dry.db', '--out', 'dry.jsonl');
    const plan = await run(...ask, '--questions', '30', '--dry-run');
    expect(plan.stdout).toMatch(/^ollama m: 30 questions, \d+ calls, .*; the queue has 20 more replies\n$/);
    await end(worker);
    expect(server.calls - before).toBe(20);
    expect((await run('queue', ...queue('dry'))).stdout).toBe(
      '0 questions, 0 of them in progress; 20 replies; 0 failed questions\n',
    );
    expect((await run('queue', ...queue('dry'), '--remove')).stdout).toMatch(/^Removed: 0 questions/);
    expect((await run('queue', ...queue('dry'), '--json')).stdout).toMatch(/"results": 0/);
  });

  test('a worker whose server refuses every call ends, and its questions go to the others', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    act = () => 'unknown model';
    const first = start(...distill, '--questions', '20', ...queue('refused'), '--store', 'r.db', '--out', 'r.jsonl');
    const refused = await work('refused').ended;
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/Is it on that server\? Run: ollama pull m\n$/);
    act = () => 'good';
    const worker = work('refused');
    expect((await first.ended).stdout).toMatch(/^20 questions answered, 0 failed\n/);
    await end(worker);
  });

  test('a worker with another model is refused', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await work('one-model', '--idle', '1').ended;
    const other = await work('one-model', '--temperature', '0.7').ended;
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(other.stderr).toMatch(
      /the workers of the queue one-model ask ollama m \(.*\); this one asks .* Use the same model/,
    );
  });
});

test.each<[string, string[], number, RegExp]>([
  ['a worker without a queue', ['work', '--model', 'ollama:m'], 2, /^--queue is required/],
  ['a worker without a model', ['work', '--queue', 'nats://127.0.0.1:1'], 2, /^required option '--model/],
  [
    'a model beside a queue',
    ['distill', '--catalog', 'items.csv', '--model', 'ollama:m', '--queue', 'nats://127.0.0.1:1'],
    2,
    /^--model: with --queue the workers ask/,
  ],
  [
    'a name without a queue',
    ['distill', '--catalog', 'items.csv', '--model', 'ollama:m', '--queue-name', 'a'],
    2,
    /^--queue-name: give the address/,
  ],
  [
    'a name that none can be',
    ['queue', '--queue', 'nats://127.0.0.1:1', '--queue-name', 'a b'],
    2,
    /Expected at most 64 letters/,
  ],
  [
    'an address of another kind',
    ['queue', '--queue', 'http://127.0.0.1:1'],
    2,
    /^url: expected the address of a NATS server/,
  ],
  [
    'a server that is not there',
    ['queue', '--queue', 'nats://127.0.0.1:1'],
    1,
    /^nats:\/\/127\.0\.0\.1:1: no NATS server answers there .*start a server there: nats-server -js -sd <folder>\n$/,
  ],
])('%s is one line and an exit code', async (_, args, code, message) => {
  if (binary === undefined) ({ folder } = await makeFolder());
  const ended = await run(...args);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
});
