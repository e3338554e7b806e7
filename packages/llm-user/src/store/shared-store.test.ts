import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReplyStore } from './index.js';

const COUNT = 40;
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-shared-'));
  path = join(folder, 'replies.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (file: string): string => JSON.stringify(new URL(`../../dist/${file}`, import.meta.url).href);

/** Asks the same questions as its siblings, four at once, and gives the numbers of those that its model was asked. */
async function askAll(): Promise<number[]> {
  const script = `
    const { withStore } = await import(${at('index.js')});
    const { openReplyStore } = await import(${at('store.js')});
    const store = await openReplyStore(${JSON.stringify(path)});
    const asked = [];
    const model = withStore(
      { specificationVersion: 'v1', name: 'm', generate: async ({ seed }) => { asked.push(seed); await new Promise((done) => setTimeout(done, 5)); return { text: 'reply ' + seed }; } },
      { store },
    );
    const ask = async (seed) => {
      const { text } = await model.generate({ promptVersion: 'v', system: '', prompt: '', schema: {}, seed });
      if (text !== 'reply ' + seed) throw new Error(text);
    };
    let next = 0;
    await Promise.all(Array.from({ length: 4 }, async () => { while (next < ${COUNT}) await ask(next++); }));
    await store.close();
    process.stdout.write(JSON.stringify(asked));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(output) as number[];
}

test('processes on one store share the work: each question is asked once', async () => {
  const asked = (await Promise.all([askAll(), askAll()])).flat();
  expect(asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, k) => k));
  const store = await openReplyStore(path);
  expect([...store.records()].map(({ text }) => text).toSorted()).toEqual(
    asked.map((seed) => `reply ${seed}`).toSorted(),
  );
  await store.close();
});

test('a claim holds until its reply is put, it is released, or it is not renewed', async () => {
  const [one, two] = [await openReplyStore(path), await openReplyStore(path)];
  const claim = (store: typeof one, request: string, owner: string, durationMs = 1e9) =>
    store.claim?.('w', request, owner, durationMs);
  expect(await claim(one, 'r', 'A')).toBe(true);
  expect(await claim(two, 'r', 'B')).toBe(false);
  expect(await claim(one, 'r', 'A')).toBe(true);
  expect(await claim(two, 'other', 'B')).toBe(true);
  await two.release?.('w', 'r', 'B');
  expect(await claim(two, 'r', 'B')).toBe(false);
  await one.release?.('w', 'r', 'A');
  expect(await claim(two, 'r', 'B')).toBe(true);
  await one.put({ fingerprint: 'w', request: 'r', model: 'm', promptVersion: 'v', text: 'x' });
  expect(await claim(one, 'r', 'A')).toBe(true);
  // One whose owner has died: its time is over.
  expect(await claim(one, 'dead', 'A', -1)).toBe(true);
  expect(await claim(two, 'dead', 'B')).toBe(true);
  expect(await claim(one, 'dead', 'A')).toBe(false);
  await Promise.all([one.close(), two.close()]);
});
