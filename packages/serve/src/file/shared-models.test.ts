import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildChildProgram, type ChildProgram } from '../test-support/child-program.js';
import { openFileModelStore } from './model-store.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-shared-models-'));
let program: ChildProgram;
beforeAll(async () => {
  program = await buildChildProgram('store-program');
});
afterAll(async () => {
  await program.remove();
  rmSync(root, { recursive: true });
});

test('of several processes that store versions, one succeeds with each', async () => {
  const folder = join(root, 'puts');
  const children = Array.from({ length: 4 }, (_, k) => program.start(folder, 'm', 'put', `h${k}`));
  await Promise.all(children.map((child) => child.end()));
  const versions = children.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
  expect(versions).toEqual(Array.from({ length: 160 }, (_, k) => k + 1));
  const store = await openFileModelStore({ folder });
  expect(await store.version('m')).toBe(160);
  await store.close();
});

test('of several processes that claim a lease, one has it', async () => {
  const folder = join(root, 'claims');
  const children = Array.from({ length: 4 }, (_, k) => program.start(folder, 'l', 'guard', `h${k}`));
  await Promise.all(children.map((child) => child.end()));
  expect(children.map(({ lines }) => lines.length)).toEqual([40, 40, 40, 40]);
});

test('the lease of a killed process ends with its time', async () => {
  const folder = join(root, 'killed');
  const child = program.start(folder, 'l', 'hold', 'A');
  await child.untilLines(1);
  await child.kill();
  expect(child.lines).toEqual(['held']);
  const store = await openFileModelStore({ folder });
  while (!(await store.claim('l', 'B', 3_600_000))) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await store.claim('l', 'A', 1000)).toBe(false);
  await store.close();
});

test.each([1, 2])('a process killed while it stores leaves the old or the new version (seed %i)', async (seed) => {
  const folder = join(root, `puts ${seed}`);
  const random = createRandom(seed);
  const store = await openFileModelStore({ folder });
  let stored = 0;
  for (let round = 0; round < 3; round++) {
    const child = program.start(folder, 'm', 'put', `h${round}`);
    await child.untilLines(1 + random.integer(30));
    await child.kill();
    stored += child.lines.length;
    const version = await store.version('m');
    // Killed after it has stored one more, and before it has said so.
    expect(version - stored).toBeGreaterThanOrEqual(0);
    expect(version - stored).toBeLessThanOrEqual(1);
    stored = version;
    const latest = await store.latest('m');
    expect(latest?.version).toBe(version);
    expect(Buffer.from(latest?.bytes as Uint8Array).toString()).toBe(`h${round} `.repeat(1000));
  }
  await store.close();
});
