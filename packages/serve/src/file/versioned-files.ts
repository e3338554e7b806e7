import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './segment-files.js';
import { codeOf } from './storage-error.js';

const NAME = /^(\d{10,15})\.version$/;
/** Temporary files have this at their beginning. They stay if a process is killed, and are removed when they are this old. */
const TEMPORARY = '.new-';
const OLD_MS = 3_600_000;

/** Options of `VersionedFiles`. */
export interface VersionedFilesOptions {
  readonly folder: string;
  /** How many versions are kept. */
  readonly kept: number;
  /** Whether a version has to survive a power failure. */
  readonly isSynced: boolean;
}

/** Versions of one thing, a file each. Of several processes that create the same version, one succeeds. */
export class VersionedFiles {
  readonly #options: VersionedFilesOptions;

  constructor(options: VersionedFilesOptions) {
    this.#options = options;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** Path of a version. */
  path(version: number): string {
    return join(this.folder, `${String(version).padStart(10, '0')}.version`);
  }

  /** The versions, newest first. */
  list(): number[] {
    try {
      return readdirSync(this.folder)
        .flatMap((name) => {
          const number = NAME.exec(name)?.[1];
          return number === undefined ? [] : [Number(number)];
        })
        .sort((a, b) => b - a);
    } catch (error) {
      // Nothing was stored yet.
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  /** The newest version; 0 if no version exists. */
  newest(): number {
    return this.list()[0] ?? 0;
  }

  /** Creates a version, and deletes old ones. Returns whether it was created: false if it exists, or has existed. */
  async create(version: number, ...parts: readonly Uint8Array[]): Promise<boolean> {
    const { folder, kept, isSynced } = this.#options;
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `${TEMPORARY}${randomUUID()}`);
    try {
      await writeFile(temporary, Buffer.concat(parts), { flush: isSynced, flag: 'wx' });
      // A link is created at once, with its content, or not at all if the name exists.
      await link(temporary, this.path(version));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
    if (this.newest() >= version + kept) {
      // The process was paused since it looked for the newest version, and this one has come and gone.
      await rm(this.path(version), { force: true });
      return false;
    }
    if (isSynced) await syncFolder(folder);
    await this.#deleteOld(version - kept);
    return true;
  }

  /** Deletes the versions up to one, oldest first, and what killed processes have left. */
  async #deleteOld(last: number): Promise<void> {
    for (const version of this.list().reverse()) {
      if (version <= last) await rm(this.path(version), { force: true });
    }
    for (const name of await readdir(this.folder)) {
      if (!name.startsWith(TEMPORARY)) continue;
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (mtimeMs < Date.now() - OLD_MS) await rm(path, { force: true });
    }
  }
}
