import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hasFile } from '../datasets/parsing/byte-stream.js';
import { AttemptError } from './attempt-error.js';
import { digestFile } from './digests.js';
import { type DownloadAttempt, DownloadError } from './errors.js';
import { fetchArchive, type RetryOptions } from './fetch-archive.js';
import { discardPart, forgetPart } from './part-file.js';
import type { ProgressMeter } from './progress-meter.js';
import type { DatasetSource } from './source.js';
import { checkTrusted, recordTrusted, type Trust } from './trusted-digest.js';
import { unpackZip } from './unpack-zip.js';
import { fillFolder } from './unpacked-folder.js';

/** Checked options of `obtain`. */
export interface ObtainOptions extends RetryOptions {
  /** Addresses, in the order in which they are tried. */
  readonly urls: readonly string[];
  /** The folder of the archive. It exists. */
  readonly cache: string;
  /** The folder for the files. It is empty or does not exist. */
  readonly folder: string;
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  /** Called when an archive without a known checksum is trusted for the first time. */
  readonly onFirstUse: (sha256: string, record: string) => void;
}

/**
 * Puts a data set into its folder: from the archive in the cache if there is one, otherwise from the first address with a complete,
 * trusted archive that can be unpacked.
 * @throws {DownloadError} if no archive is usable.
 * @throws the signal's reason if it is aborted, and errors of the file system as they are.
 */
export async function obtain(source: DatasetSource, options: ObtainOptions): Promise<void> {
  const { cache, urls, signal, meter, stallTimeoutMs } = options;
  const archive = join(cache, `${source.name}.zip`);
  const part = join(cache, `${source.name}.part`);
  const attempts: DownloadAttempt[] = [];
  if (await hasFile(archive)) {
    if (await use(archive, archive)) return;
    await discardPart(archive);
  }
  for (const url of urls) {
    const limit = source.unpackedLimit;
    const request = { url, part, limit, stallTimeoutMs, signal, meter, ...(source.bytes && { bytes: source.bytes }) };
    if (!(await fetchArchive(request, options, (attempt) => attempts.push(attempt)))) continue;
    if (await use(part, url)) {
      await rename(part, archive);
      await forgetPart(part);
      return;
    }
    await discardPart(part);
  }
  const remedy =
    `Try again later, which resumes this download; or download the zip file by hand from ${source.page}, save it as ` +
    `${archive} and try again.`;
  throw new DownloadError(source.name, { attempts, remedy });

  /** Unpacks an archive; returns false if it is unusable. @param from the address, for the attempts. */
  async function use(path: string, from: string): Promise<boolean> {
    try {
      await unpackTrusted(source, path, basename(archive), `${archive}.sha256`, options);
      return true;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      attempts.push({ url: from, reason: error.message });
      return false;
    }
  }
}

async function unpackTrusted(
  source: DatasetSource,
  path: string,
  archiveName: string,
  record: string,
  { folder, signal, onFirstUse }: ObtainOptions,
): Promise<void> {
  const digests = await digestFile(path, signal);
  const trust: Trust = await checkTrusted(digests, source, record);
  await fillFolder(folder, source, digests, (temporary) => {
    return unpackZip(path, temporary, source.unpackedLimit, signal);
  });
  // Only now: an archive that cannot be unpacked is no reference for later ones.
  if (trust !== 'first-use') return;
  await recordTrusted(digests, archiveName, record);
  onFirstUse(digests.sha256, record);
}
