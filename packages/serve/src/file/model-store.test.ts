import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { modelStoreChecks } from '../conformance/index.js';
import type { ModelStore } from '../model-store.js';
import { openFileModelStore } from './model-store.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-models-'));
afterAll(() => rmSync(root, { recursive: true }));
const folders = new WeakMap<ModelStore, string>();

async function openIn(folder: string): Promise<ModelStore> {
  const store = await openFileModelStore({ folder });
  folders.set(store, folder);
  return store;
}
const folderOf = (store: ModelStore): string => folders.get(store) as string;

describe('the model store in files', () => {
  const checks = modelStoreChecks(() => openIn(join(root, randomUUID())), {
    reopen: (store) => openIn(folderOf(store)),
    async damage(store, name) {
      const folder = join(folderOf(store), `model-${name}`);
      const path = join(folder, readdirSync(folder).sort().at(-1) as string);
      const bytes = readFileSync(path);
      bytes[bytes.length - 1] ^= 1;
      writeFileSync(path, bytes);
    },
  });
  for (const { name, run } of checks) test(name, run);
});
