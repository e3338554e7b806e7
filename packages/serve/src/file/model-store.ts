import { mkdirSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkInteger, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { ModelStoreError } from '../errors.js';
import { checkClaim, checkModelName, checkPut } from '../model-names.js';
import type { ModelStore, StoredModel } from '../model-store.js';
import { FolderWatch } from './folder-watch.js';
import { Leases } from './leases.js';
import { modelHeader, readModelFile } from './model-file.js';
import { codeOf, modelStoreError } from './storage-error.js';
import { VersionedFiles } from './versioned-files.js';

/** Options of `openFileModelStore`. */
export interface FileModelStoreOptions {
  /** Folder of the store, on a local file system with hard links. It is created if it does not exist. */
  readonly folder: string;
  /** How many versions of a model are stored; older ones are deleted. Default 4. */
  readonly keptVersions?: number;
}

const DEFAULT_KEPT_VERSIONS = 4;
/** The longest delay of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Opens a model store in a folder of files, for any number of processes of one machine. A version of a model is a file: a line that describes
 * it, with a checksum, and its bytes. Versions survive a power failure.
 * @throws {InvalidOptionError}
 * @throws {ModelStoreError} if the folder cannot be used.
 */
export async function openFileModelStore(options: FileModelStoreOptions): Promise<ModelStore> {
  checkOptionNames(options, ['folder', 'keptVersions']);
  const { folder: given, keptVersions: kept = DEFAULT_KEPT_VERSIONS } = options;
  if (typeof given !== 'string' || given === '') throw new InvalidOptionError('folder', given, 'a path');
  checkInteger('keptVersions', kept, 2);
  const folder = resolve(given);
  const explained = async <T>(doing: string, run: () => T | Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw modelStoreError(doing, folder, error);
    }
  };
  await explained('open the model store in', () => mkdir(folder, { recursive: true }));

  const closing = new AbortController();
  const leases = new Leases(folder);
  const checkOpen = (): void => {
    if (closing.signal.aborted) throw new ModelStoreError(`The model store in ${folder} is closed. Open it again.`);
  };
  const filesOf = (name: string, isSynced = true): VersionedFiles =>
    new VersionedFiles({ folder: join(folder, `model-${name}`), kept, isSynced });

  return {
    specificationVersion: 'v1',
    async latest(name) {
      checkModelName('name', name);
      checkOpen();
      return explained(`read the model '${name}' in`, () => readLatest(filesOf(name), name));
    },
    async version(name) {
      checkModelName('name', name);
      checkOpen();
      return explained(`read the model '${name}' in`, () => filesOf(name).newest());
    },
    async put(name, bytes, previous, { sync = true } = {}) {
      checkPut(name, bytes, previous);
      checkOpen();
      // The caller may change the bytes while they are written.
      const content = Uint8Array.from(bytes);
      return explained(`store the model '${name}' in`, async () => {
        const files = filesOf(name, sync);
        const newest = files.newest();
        if (previous > newest) return false;
        if (previous < newest && !(await removeDamaged(files, name, previous))) return false;
        return files.create(previous + 1, modelHeader(name, previous + 1, content), content);
      });
    },
    watch(name, listener, signal) {
      checkModelName('name', name);
      checkOpen();
      const files = filesOf(name);
      try {
        mkdirSync(files.folder, { recursive: true });
        void tellVersions(files, listener, [signal, closing.signal]);
      } catch (error) {
        throw modelStoreError(`watch the model '${name}' in`, folder, error);
      }
    },
    async claim(lease, holder, ttlMs) {
      checkClaim(lease, holder, ttlMs);
      checkOpen();
      return explained(`claim the lease '${lease}' in`, () => leases.claim(lease, holder, ttlMs));
    },
    async release(lease, holder) {
      checkModelName('lease', lease);
      checkOpen();
      await explained(`release the lease '${lease}' in`, () => leases.release(lease, holder));
    },
    async close() {
      closing.abort();
    },
  };
}

async function readLatest(files: VersionedFiles, name: string): Promise<StoredModel | undefined> {
  for (;;) {
    const versions = files.list();
    let isChanged = false;
    for (const version of versions) {
      const bytes = await readModelFile(files.path(version), name, version);
      if (bytes instanceof Uint8Array) return { version, bytes };
      // Deleted since the versions were listed, as newer ones were stored.
      if (bytes === 'missing') isChanged = true;
    }
    if (versions.length === 0) return undefined;
    if (isChanged) continue;
    throw new ModelStoreError(
      `All stored versions of the model '${name}' are damaged: ${versions.map((version) => files.path(version)).join(', ')}. Restore one of the files from a backup, or delete the folder to begin anew.`,
    );
  }
}

/** Renames the versions after one, if all of them are damaged. Returns whether they are. */
async function removeDamaged(files: VersionedFiles, name: string, previous: number): Promise<boolean> {
  const versions = files.list().filter((version) => version > previous);
  for (const version of versions) {
    if ((await readModelFile(files.path(version), name, version)) !== 'damaged') return false;
  }
  for (const version of versions) {
    await rename(files.path(version), `${files.path(version)}.damaged`).catch((error) => {
      // Another process was faster.
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
  return true;
}

/** Calls a listener for each new version until a signal aborts. */
async function tellVersions(
  files: VersionedFiles,
  listener: (version: number) => void,
  signals: readonly AbortSignal[],
): Promise<void> {
  const newest = (): number => {
    try {
      return files.newest();
    } catch {
      // A folder that is gone for the moment has no new version.
      return told;
    }
  };
  let told = 0;
  told = newest();
  const watch = new FolderWatch(files.folder, { isBackground: true });
  while (!signals.some(({ aborted }) => aborted)) {
    await watch.wait(() => newest() !== told, LONGEST_MS, signals);
    if (signals.some(({ aborted }) => aborted)) break;
    const found = newest();
    const isNew = found > told;
    told = found;
    if (isNew) listener(found);
  }
  watch.close();
}
