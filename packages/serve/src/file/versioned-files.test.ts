import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Leases } from './leases.js';
import { VersionedFiles } from './versioned-files.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-versions-'));
afterAll(() => rmSync(root, { recursive: true }));
const filesIn = (folder: string): VersionedFiles => new VersionedFiles({ folder, kept: 3, isSynced: true });
const BYTES = Buffer.from('x');

test('the newest versions are kept', async () => {
  const files = filesIn(join(root, randomUUID()));
  expect(files.newest()).toBe(0);
  for (let version = 1; version <= 6; version++) expect(await files.create(version, BYTES)).toBe(true);
  expect(files.list()).toEqual([6, 5, 4]);
  expect(await files.create(5, BYTES)).toBe(false);
});

test('a version that has come and gone is not created again by a process that was paused', async () => {
  const files = filesIn(join(root, randomUUID()));
  for (let version = 1; version <= 6; version++) await files.create(version, BYTES);
  expect(await files.create(2, BYTES)).toBe(false);
  expect(files.list()).toEqual([6, 5, 4]);
});

test('what killed processes have left is removed after an hour', async () => {
  const folder = join(root, randomUUID());
  const files = filesIn(folder);
  await files.create(1, BYTES);
  const [old, young] = ['.new-old', '.new-young'].map((name) => join(folder, name));
  for (const path of [old, young]) writeFileSync(path, '');
  const anHourAgo = Date.now() / 1000 - 3700;
  utimesSync(old, anHourAgo, anHourAgo);
  await files.create(2, BYTES);
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

test('a lease whose file a power failure has emptied is free', async () => {
  const leases = new Leases(root);
  expect(await leases.claim('l', 'A', 3_600_000)).toBe(true);
  const folder = join(root, 'lease-l');
  writeFileSync(join(folder, readdirSync(folder)[0]), '');
  expect(await leases.claim('l', 'B', 3_600_000)).toBe(true);
  expect(await leases.claim('l', 'A', 3_600_000)).toBe(false);
});
