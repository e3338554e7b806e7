import { readFile, rm, writeFile } from 'node:fs/promises';
import { AttemptError } from './attempt-error.js';
import type { Digests } from './digests.js';
import type { DatasetSource } from './source.js';

/** What an archive was held against. */
export type Trust = 'checksum' | 'earlier-download' | 'first-use';

/**
 * Holds an archive against the checksum of its source; where it has none, against that of the first download, which lies
 * in the cache; where this is the first, against nothing.
 * @param record Path of the file with the first download's checksum.
 * @throws {AttemptError} if they differ. It names both.
 */
export async function checkTrusted(digests: Digests, source: DatasetSource, record: string): Promise<Trust> {
  if (source.checksum !== undefined) {
    const { algorithm, value } = source.checksum;
    if (digests[algorithm] === value) return 'checksum';
    throw new AttemptError(`expected an archive with the ${algorithm} ${value}; found ${digests[algorithm]}`, {});
  }
  const earlier = await readRecord(record);
  if (earlier === undefined) return 'first-use';
  if (digests.sha256 === earlier) return 'earlier-download';
  const remedy = `if the publisher has changed the data, remove ${record} to trust the new archive`;
  throw new AttemptError(
    `expected the sha256 of the first download, ${earlier}; found ${digests.sha256}: ${remedy}`,
    {},
  );
}

/** Keeps a first download's checksum, as `sha256sum --check` reads it. */
export async function recordTrusted(digests: Digests, archiveName: string, record: string): Promise<void> {
  await writeFile(record, `${digests.sha256}  ${archiveName}\n`);
}

/** Undefined if there is no record. A record that holds no digest is removed: it protects nothing. */
async function readRecord(record: string): Promise<string | undefined> {
  const text = await readFile(record, 'utf-8').catch(() => undefined);
  const digest = /^[0-9a-f]{64}(?= )/.exec(text ?? '')?.[0];
  if (text !== undefined && digest === undefined) await rm(record, { force: true });
  return digest;
}
