import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CommandResult, runCommand } from '@ialp/command/testing';
import { openWorkQueue } from '@ialp/llm-user/queue';
import { findNatsServer, NO_NATS_SERVER, startNatsServer } from '@ialp/nats-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Results } from './results.js';

const ENTRY = new URL('../dist/main.js', import.meta.url).href;
const data = process.env['IALP_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const binary = await findNatsServer();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-study-queue-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A command that can be killed. */
function start(args: readonly string[]): {
  readonly ended: Promise<CommandResult>;
  readonly stderr: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
} {
  let said = '';
  let kill = (_: NodeJS.Signals): void => {};
  const onStderr = (text: string, killer: typeof kill): void => {
    said = text;
    kill = killer;
  };
  const ended = runCommand(ENTRY, ['--data', data, ...args], onStderr, { cache: join(folder, 'cache') });
  return { ended, stderr: () => said, kill: (signal) => kill(signal) };
}

const poll = <T>(get: () => T) => expect.poll(get, { timeout: 300_000 });
const part = async (out: string): Promise<Omit<Results, 'times'>> => {
  const { times: _, ...results } = JSON.parse(await readFile(join(folder, out, 'results.json'), 'utf8')) as Results;
  return results;
};

test('over a queue, with a worker that is killed, a study has the same results', async ({ skip }) => {
  if (!existsSync(join(data, 'coat'))) skip(`Coat is not in ${data}; name its parent folder in IALP_DATA`);
  if (binary === undefined) skip(NO_NATS_SERVER);
  await using nats = await startNatsServer();
  const small = ['--quick', '--environments', 'coat', '--seeds', '2', '--interactions', '1280', '--ablations', 'none'];
  const study = [...small, '--methods', 'random,ialp-frozen'];
  const whole = await start([...study, '--kernels', 'portable', '--out', join(folder, 'whole')]).ended;
  expect(whole.code, whole.stderr).toBe(0);

  const worker = () =>
    start(['--worker', '--queue', nats.url, '--environments', 'coat', '--threads', '1', '--ack-wait', '4']);
  const first = worker();
  await poll(first.stderr).toMatch(/Working on the queue study with 1 threads/);
  await using queue = await openWorkQueue({ url: nats.url, name: 'study' });
  const queued = start([...study, '--queue', nats.url, '--out', join(folder, 'queued')]);
  // In the middle of a run.
  await poll(async () => {
    const { results, inProgress } = await queue.status();
    return results > 0 && inProgress > 0;
  }).toBe(true);
  first.kill('SIGKILL');
  expect((await first.ended).code).toBeNull();
  const other = worker();
  const ended = await queued.ended;
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toMatch(/The runs are done by workers: npm run study -- --worker --queue nats:/);
  expect(await part('queued')).toEqual(await part('whole'));
  // 4 deployments after 2 pre-trainings.
  expect(await queue.status()).toMatchObject({ jobs: 0, results: 6, deadLetters: 0 });
  other.kill('SIGTERM');
  expect(await other.ended).toMatchObject({ code: 0, stdout: '' });
});

test.each([
  [['--worker'], /^--worker requires --queue/],
  [['--queue-name', 'a'], /^--queue-name requires --queue/],
  [['--worker', '--queue', 'nats://127.0.0.1:1', '--tune'], /^--worker does what studies submit/],
  [
    ['--worker', '--queue', 'nats://127.0.0.1:1', '--kernels', 'native'],
    /^--worker runs on the kernels that studies name/,
  ],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await start(args).ended;
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
