import { readFile, rm, writeFile } from 'node:fs/promises';
import { AttemptError } from './attempt-error.js';
import type { Digests } from './digests.js';
import type { DatasetSource } from './source.js';

/** What an archive was verified with. */
export type Trust = 'checksum' | 'earlier-download' | 'first-use';

/**
 * Verifies an archive with the checksum of its source; without one, with that of the first download, stored in the cache; the first
 * download itself is trusted.
 * @param record path of the file with the checksum of the first download.
 * @throws {AttemptError} if the checksums differ; the message has both.
 */
export async function checkTrusted(digests: Digests, source: DatasetSource, record: string): Promise<Trust> {
  if (source.checksum !== undefined) {
    const { algorithm, value } = source.checksum;
    if (digests[algorithm] === value) return 'checksum';
    throw new AttemptError(`expected an archive with the ${algorithm} ${value}; found ${digests[algorithm]}`);
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

/** Stores the checksum of a first download, in the format of `sha256sum --check`. */
export async function recordTrusted(digests: Digests, archiveName: string, record: string): Promise<void> {
  await writeFile(record, `${digests.sha256}  ${archiveName}\n`);
}

/** Undefined if there is no record. A record without a digest is useless and removed. */
async function readRecord(record: string): Promise<string | undefined> {
  const text = await readFile(record, 'utf-8').catch(() => undefined);
  const digest = /^[0-9a-f]{64}(?= )/.exec(text ?? '')?.[0];
  if (text !== undefined && digest === undefined) await rm(record, { force: true });
  return digest;
}
