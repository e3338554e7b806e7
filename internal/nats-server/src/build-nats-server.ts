import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A build that takes longer is given up. */
const LIMIT_MS = 300_000;
/** After a failed build, for example without a network, none is tried for this long: every test file would wait for it. */
const RETRY_AFTER_MS = 600_000;
const POLL_MS = 250;

/** Options of `buildNatsServer`. */
interface BuildOptions {
  /** Path of the `go` command. */
  readonly go: string;
  /** For example `v2.11.10`. */
  readonly version: string;
  /** Absolute path of the folder that the binary is put into; created. */
  readonly folder: string;
}

/**
 * Builds nats-server with Go, unless `folder` exists afterwards because another process built it. One process builds, the others wait for
 * it. Resolves after five minutes at most, also if the build fails.
 */
export async function buildNatsServer({ go, version, folder }: BuildOptions): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const lock = `${folder}.building`;
  const failed = `${folder}.failed`;
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(POLL_MS)) {
    if ((await exists(folder)) || (await isRecent(failed))) return;
    if (await take(lock)) break;
    await breakIfOwnerDied(lock);
  }
  const target = await mkdtemp(join(parent, 'build-'));
  try {
    if (await exists(folder)) return;
    await promisify(execFile)(go, ['install', `github.com/nats-io/nats-server/v2@${version}`], {
      env: { ...process.env, GOBIN: target, GOFLAGS: '-trimpath', CGO_ENABLED: '0' },
      timeout: LIMIT_MS,
    });
    if ((await readdir(target)).length > 0) await rename(target, folder);
  } catch (error) {
    const note = await open(failed, 'w');
    await note.writeFile(String(error));
    await note.close();
  } finally {
    await rm(target, { recursive: true, force: true });
    await rm(lock, { force: true });
  }
}

/** Takes the lock, if it is free. */
async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Frees the lock of a process that was killed while it built. */
async function breakIfOwnerDied(lock: string): Promise<void> {
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (!(owner > 0)) return;
  try {
    process.kill(owner, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') await rm(lock, { force: true });
  }
}

async function isRecent(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < RETRY_AFTER_MS;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
