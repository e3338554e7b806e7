/**
 * Uses a file model store: `folder name task holder`.
 * - `put`: stores versions until it has stored 40, or is killed; prints each.
 * - `guard`: claims a lease 40 times, and each time checks that nobody else has it; prints each time.
 * - `hold`: claims a lease for 300 ms, prints `held`, and does nothing more.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openFileModelStore } from '../file/index.js';

const TIMES = 40;
const [folder, name, task, holder] = process.argv.slice(2);
const store = await openFileModelStore({ folder });
const LONG_MS = 3_600_000;

async function put(): Promise<void> {
  for (let stored = 0; stored < TIMES; ) {
    const previous = await store.version(name);
    if (!(await store.put(name, Buffer.from(`${holder} `.repeat(1000)), previous))) continue;
    writeSync(1, `${previous + 1}\n`);
    stored++;
  }
}

async function guard(): Promise<void> {
  for (let k = 0; k < TIMES; ) {
    if (!(await store.claim(name, holder, LONG_MS))) continue;
    const path = join(folder, 'guarded');
    // Fails if another process is here.
    closeSync(openSync(path, 'wx'));
    rmSync(path);
    await store.release(name, holder);
    writeSync(1, `${k++}\n`);
  }
}

async function hold(): Promise<void> {
  if (!(await store.claim(name, holder, 300))) throw new Error('The lease has another holder.');
  writeSync(1, 'held\n');
  await new Promise((resolve) => setTimeout(resolve, LONG_MS));
}

await { put, guard, hold }[task as 'put' | 'guard' | 'hold']();
await store.close();
