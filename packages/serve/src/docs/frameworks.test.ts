import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readServeLog } from '@ialp/metrics/logs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startServer } from '../http/index.js';
import { testRecommender } from '../http/test-support/test-recommender.js';
import { makeLinkedProject, packageFolder } from './test-support/linked-project.js';

/*
 * The examples of docs/frameworks.md, run as they are, in a project of their own that finds this package, as it was built, and the frameworks.
 */

const document = join(packageFolder, '../../docs/frameworks.md');
const ITEMS = ['tea', 'pot', 'cup', 'jug', 'mug'];
const DEPENDENCIES = ['@ialp/policy', '@hono/node-server', 'express', 'fastify', 'hono'];
/** How often to look whether a server listens. */
const POLL_MS = 50;
const HOUR_MS = 3_600_000;

let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await makeLinkedProject('module', DEPENDENCIES);
  const text = await readFile(document, 'utf8');
  for (const [, name, code] of text.matchAll(/```js\n\/\/ (\w+\.js)\n([\s\S]*?)```/g)) {
    await writeFile(join(folder, name!), code!);
  }
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGKILL')) await gone;
  }
  await rm(join(folder, 'state'), { recursive: true, force: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs an example that listens. Returns its address. */
async function start(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const port = await freePort();
  const child = spawn(process.execPath, [name], {
    ...{ cwd: folder, env: { ...process.env, PORT: String(port), ...env } },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push(child);
  let errors = '';
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  const url = `http://localhost:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${errors}`);
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return url;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function click(url: string, body: string): Promise<Response> {
  return fetch(`${url}/clicks`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
}

/** What an example answers with. */
interface ShownSlate {
  readonly decision: string;
  readonly items: readonly { readonly id: string }[];
  readonly isFallback?: boolean;
}

async function slateOf(url: string): Promise<ShownSlate> {
  return (await (await fetch(`${url}/slate/ann`)).json()) as ShownSlate;
}

test.each(['express.js', 'fastify.js', 'hono.js'])('%s shows slates and takes clicks', async (name) => {
  const url = await start(name);
  const { decision, items } = await slateOf(url);
  expect(items.length).toBe(3);
  expect(ITEMS).toEqual(expect.arrayContaining(items.map(({ id }) => id)));
  expect((await click(url, JSON.stringify({ decision, item: items[0]!.id }))).status).toBe(202);
  const { decisions } = await readServeLog(join(folder, 'state', 'events'), { now: Date.now() + HOUR_MS });
  expect(decisions).toMatchObject([{ event: { id: decision, session: 'ann' }, rewards: [1, 0, 0] }]);
  expect((await click(url, JSON.stringify({ decision: 'unknown' }))).status).toBe(404);
  for (const body of ['{"item":7}', 'null', '7', '{', ''])
    expect([body, (await click(url, body)).status]).toEqual([body, 400]);
});

test('next.js: the route handlers show slates and take clicks', async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { GET, POST } = await import(pathToFileURL(join(folder, 'next.js')).href);
    const { recommender } = await import(pathToFileURL(join(folder, 'recommender.js')).href);
    const shown = await GET(new Request('http://localhost/slate/ann'), { params: Promise.resolve({ session: 'ann' }) });
    const { decision, items } = await shown.json();
    const post = (body: unknown): Promise<Response> =>
      POST(new Request('http://localhost/clicks', { method: 'POST', body: JSON.stringify(body) }));
    expect((await post({ decision, item: items[0]!.id })).status).toBe(202);
    expect((await post({ decision: 'unknown' })).status).toBe(404);
    for (const body of [{ item: 7 }, null, 7]) expect((await post(body)).status).toBe(400);
    const unnamed = await GET(new Request('http://localhost/slate'), { params: Promise.resolve({ session: '' }) });
    expect(unnamed.status).toBe(400);
    expect(recommender.status()).toMatchObject({ decisions: 1, feedback: 1 });
    await recommender.close();
  } finally {
    process.chdir(before);
  }
});

test('client.js shows slates of a server, and the fallback without it', async () => {
  const recommender = await testRecommender();
  const server = await startServer({ recommender, port: 0 });
  const url = await start('client.js', { RECOMMENDER: server.url });
  let slate = await slateOf(url);
  // A busy machine may take longer than the client waits.
  while (slate.isFallback) slate = await slateOf(url);
  const { decision, items } = slate;
  expect(items.length).toBe(3);
  expect((await click(url, JSON.stringify({ decision, item: items[0]!.id }))).status).toBe(202);
  while (recommender.status().feedback === 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  await server.close();
  const { isFallback, items: shown } = await slateOf(url);
  expect([isFallback, shown]).toEqual([true, [{ id: 'tea' }, { id: 'pot' }, { id: 'cup' }]]);
});

test('page.js queues clicks in the storage of the page', async () => {
  const code = await readFile(join(folder, 'page.js'), 'utf8');
  expect(code).toContain('storage: localStorage');
  expect(code).toContain('token');
  const stored = new Map<string, string>();
  Object.assign(globalThis, {
    localStorage: {
      length: 0,
      key: () => null,
      getItem: () => null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: () => {},
    },
  });
  const { clicked } = await import(pathToFileURL(join(folder, 'page.js')).href);
  clicked('d1', 'tea');
  expect([...stored.values()].map((text) => JSON.parse(text))).toMatchObject([
    { decision: 'd1', item: 'tea', reward: 1 },
  ]);
});
