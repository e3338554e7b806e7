import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FolderWatch } from './folder-watch.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-watch-'));
afterAll(() => rmSync(root, { recursive: true }));
const LONG_MS = 600_000;

test.each([
  ['that the system watches', () => undefined],
  // The system can only watch what exists.
  ['that the system cannot watch', (folder: string) => rmSync(folder, { recursive: true })],
])('a change is noticed in a folder %s', async (_, prepare) => {
  const folder = mkdtempSync(join(root, 'f'));
  prepare(folder);
  const watch = new FolderWatch(folder);
  let isChanged = false;
  const waiting = watch.wait(() => isChanged, LONG_MS, []);
  await new Promise((resolve) => setTimeout(resolve, 20));
  isChanged = true;
  mkdirSync(join(folder, 'new'), { recursive: true });
  await expect(waiting).resolves.toBeUndefined();
  // What was changed before is noticed at once.
  await expect(watch.wait(() => isChanged, LONG_MS, [])).resolves.toBeUndefined();
  watch.close();
});

test('waiting ends with its time, with a signal, and with a signal that has aborted before', async () => {
  const watch = new FolderWatch(root);
  await expect(watch.wait(() => false, 5, [])).resolves.toBeUndefined();
  const controller = new AbortController();
  const waiting = watch.wait(() => false, LONG_MS, [new AbortController().signal, controller.signal]);
  controller.abort();
  await expect(waiting).resolves.toBeUndefined();
  await expect(watch.wait(() => false, LONG_MS, [controller.signal])).resolves.toBeUndefined();
  watch.close();
});
