import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '@ialp/core/files';
import { buildNatsServer } from './build-nats-server.js';

/** The version that is built where no other is installed. */
export const NATS_SERVER_VERSION = 'v2.11.10';

/** Why a test without a nats-server is skipped, and what makes it run. */
export const NO_NATS_SERVER = 'there is no nats-server: install it, name its binary in NATS_SERVER, or install Go';

/** Where Debian installs servers; not everybody's PATH has these folders. */
const SYSTEM_FOLDERS = process.platform === 'win32' ? [] : ['/usr/local/sbin', '/usr/sbin'];
const EXECUTABLE = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/**
 * Path of a nats-server binary: the one that the environment's `NATS_SERVER` names, one on the PATH, or one in the cache folder of ialp. If it is
 * not there but Go is installed, it is built once into the cache folder, which takes minutes at most. Undefined if all that fails.
 * @throws if `NATS_SERVER` names something that cannot be run.
 */
export async function findNatsServer(): Promise<string | undefined> {
  const named = process.env['NATS_SERVER'];
  if (named) {
    if (await isExecutable(named)) return named;
    throw new Error(`NATS_SERVER=${named}: expected the path of a nats-server binary. Correct or unset the variable.`);
  }
  const installed = await findOnPath(EXECUTABLE);
  if (installed !== undefined) return installed;
  const folder = join(cacheFolder(), 'nats-server', NATS_SERVER_VERSION);
  const built = join(folder, EXECUTABLE);
  if (await isExecutable(built)) return built;
  const go = await findOnPath(process.platform === 'win32' ? 'go.exe' : 'go');
  if (go === undefined) return undefined;
  await buildNatsServer({ go, version: NATS_SERVER_VERSION, folder });
  return (await isExecutable(built)) ? built : undefined;
}

async function findOnPath(name: string): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...folders, ...SYSTEM_FOLDERS]) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
