/** The commands of the README, as a user would run them: two processes, both killed in between. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

const run = promisify(execFile);
const shop = fileURLToPath(new URL('..', import.meta.url));
const [server, metrics] = ['serve', 'metrics'].map((name) =>
  join(shop, '..', '..', 'packages', name, 'dist', 'cli.js'),
);
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts a process of the server, and returns its address once it has printed it. */
function start(folder: string, ...options: string[]): ChildProcess & { readonly address: Promise<string> } {
  const files = ['--catalogue', join(shop, 'items.csv'), '--pretrained', join(folder, 'pretrained.weights')];
  const settings = ['--state', join(folder, 'state'), '--config', join(folder, 'config.json'), '--port', '0'];
  const child = spawn(process.execPath, [server, ...files, ...settings, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const address = new Promise<string>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      const found = /http:\S+/.exec(String(text));
      if (found !== null) resolve(found[0]);
    });
  });
  return Object.assign(child, { address });
}

async function call(address: string, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(address + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 200 ? response.json() : undefined;
}

interface Slate {
  readonly decision: string;
  readonly items: readonly { readonly id: string }[];
}

interface Status {
  readonly [name: string]: number;
}

/** Visitors who want things for the garden. */
async function visit(address: string, sessions: readonly string[]): Promise<Set<string>> {
  const shown = new Set<string>();
  for (const session of sessions) {
    for (let turn = 0; turn < 4; turn++) {
      const { decision, items } = (await call(address, 'POST', '/v1/recommend', { session, count: 3 })) as Slate;
      for (const { id } of items) shown.add(id);
      const wanted = items.find(({ id }) => id.startsWith('garden'))?.id;
      if (wanted !== undefined) await call(address, 'POST', '/v1/feedback', { decision, item: wanted, reward: 1 });
    }
    await call(address, 'POST', `/v1/sessions/${encodeURIComponent(session)}/end`, {});
  }
  return shown;
}

const names = (prefix: string): string[] => Array.from({ length: 25 }, (_, k) => `${prefix} ${k}`);

async function until(address: string, holds: (status: Status) => boolean): Promise<Status> {
  for (;;) {
    const status = (await call(address, 'GET', '/v1/status')) as Status;
    if (holds(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('pre-trained, served, learned from, killed, changed and evaluated, by two processes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-shop-'));
  const config = { learning: { updateRows: 32, maxUpdateDelayMs: 500, checkpointIntervalMs: 200, leaseMs: 1_000 } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await run(process.execPath, [
    join(shop, 'dist', 'pretrain.js'),
    join(shop, 'items.csv'),
    join(folder, 'pretrained.weights'),
  ]);

  let [learner, serving] = [start(folder, '--learn', 'only'), start(folder, '--learn', 'elsewhere')];
  let address = await serving.address;
  await visit(address, names('before'));
  expect(await until(address, ({ learned }) => learned > 0)).toMatchObject({ decisions: 100, items: 40 });
  for (const child of [learner, serving]) child.kill('SIGKILL');

  [learner, serving] = [start(folder, '--learn', 'only'), start(folder, '--learn', 'elsewhere')];
  address = await serving.address;
  await call(address, 'PUT', '/v1/items/garden-6', { title: 'Garden gnome', text: 'A gnome of clay for the garden' });
  await call(address, 'DELETE', '/v1/items/games-1');
  await until(address, ({ items }) => items === 40);
  const shown = await visit(address, names('after'));
  expect([shown.has('garden-6'), shown.has('games-1')]).toEqual([true, false]);
  await until(address, ({ decisions, learned }) => decisions === 200 && learned === 200);

  const log = join(folder, 'state', 'events');
  const { stdout } = await run(process.execPath, [metrics, 'ope', log]);
  expect(stdout).toMatch(/pretrained +value/);
  expect(stdout).toMatch(/online +value/);
  for (const child of [learner, serving]) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});
