import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './storage-error.js';
import { VersionedFiles } from './versioned-files.js';

/** A claim that was paused for as long as it takes to claim a lease so often is turned down. */
const KEPT = 8;
/** How often to try again when another call has changed the lease in between. */
const ATTEMPTS = 100;

/** Who has a lease, until when (in milliseconds since 1970). */
interface LeaseState {
  /** Null if it was given back. */
  readonly holder: string | null;
  readonly until: number;
}

const FREE: LeaseState = { holder: null, until: 0 };

/** Leases as files: each change is a new version, so that of two claims at the same time one fails. Their time is that of the machine's clock. */
export class Leases {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Acquires or renews a lease. Returns whether `holder` has it. */
  claim(lease: string, holder: string, ttlMs: number): Promise<boolean> {
    const until = Date.now() + ttlMs;
    return this.#change(lease, (state) => {
      const isTaken = state.holder !== null && state.holder !== holder && state.until > Date.now();
      return isTaken ? undefined : { holder, until };
    });
  }

  /** Gives a lease back, if `holder` has it. */
  async release(lease: string, holder: string): Promise<void> {
    await this.#change(lease, (state) => (state.holder === holder ? FREE : undefined));
  }

  /** Stores what follows a state. Returns whether anything follows it. */
  async #change(lease: string, follow: (state: LeaseState) => LeaseState | undefined): Promise<boolean> {
    const files = new VersionedFiles({ folder: join(this.#folder, `lease-${lease}`), kept: KEPT, isSynced: false });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const newest = files.newest();
      const state = newest === 0 ? FREE : await readState(files.path(newest));
      if (state === undefined) continue;
      const next = follow(state);
      if (next === undefined) return false;
      if (await files.create(newest + 1, Buffer.from(`${JSON.stringify(next)}\n`))) return true;
    }
    return false;
  }
}

/** Undefined if another process has deleted the version meanwhile. */
async function readState(path: string): Promise<LeaseState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Left by a power failure: its holder does not run any more.
    return FREE;
  }
}
