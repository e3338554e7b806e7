import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { apiSnapshots } from '../scripts/api-snapshot.mjs';
import { entryPointsOf } from '../scripts/entry-points.mjs';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const names = await readdir(packages);
const snapshots = apiSnapshots(names);

test.each(names)('the public API of %s is the one in its api.md', async (name) => {
  const stored = await readFile(join(packages, name, 'api.md'), 'utf8');
  expect(snapshots.get(name), 'Run npm run api, and commit the change if it is intended.').toBe(stored);
});

test.each(names)('the main entry point of %s has at most 40 functions, classes and constants', async (name) => {
  const { code } = entryPointsOf(name)[0];
  expect(Object.keys(await import(code)).length).toBeLessThanOrEqual(40);
});
