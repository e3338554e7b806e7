import { join, resolve } from 'node:path';
import { checkInteger, createRandom, InvalidOptionError, type Random } from '@ialp/core';
import { cacheFolder, makeFolder } from '@ialp/core/files';
import { DownloadError, TermsNotAcceptedError } from './errors.js';
import { type ObtainOptions, obtain } from './obtain.js';
import { createProgressBar } from './progress-bar.js';
import { createMeter, type DownloadProgress } from './progress-meter.js';
import { checkAddresses, checkSource, type DatasetSource, type DatasetTerms } from './source.js';
import { type DatasetName, datasetSources } from './sources.js';
import { isUnpacked } from './unpacked-folder.js';
import { LostLock, withLock } from './with-lock.js';

/** Options of `downloadDataset`. */
export interface DownloadOptions {
  /** The folder for the files; it must be empty or not exist. Default: a folder in the cache, named after the data set. */
  readonly folder?: string;
  /** The folder for archives. Default: `cacheFolder()`. */
  readonly cache?: string;
  /** Addresses of the same zip file, such as your own mirror, that are tried before the publisher's. Default: none. */
  readonly mirrors?: readonly string[];
  /**
   * Gets the publisher's terms before anything is downloaded, and returns whether the user accepts them. `acceptOnTerminal()`
   * creates one that asks. Without one, nothing is downloaded.
   */
  readonly accept?: (terms: DatasetTerms) => boolean | Promise<boolean>;
  /** Aborts the download. The next call resumes it from the cache. */
  readonly signal?: AbortSignal;
  /** Called at most ten times per second while data arrive, and at the end of each response. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /**
   * The stream for a progress bar, if it is a terminal, and for the notice that an archive without a known checksum was trusted.
   * Default: standard error; `false` for none.
   */
  readonly progress?: NodeJS.WriteStream | false;
  /** An attempt fails after this time without data, in milliseconds. Default 30,000. */
  readonly stallTimeoutMs?: number;
  /** Further attempts at an address after a transient failure: a lost connection, status 5xx, 408, 425 or 429. `0..20`. Default 4. */
  readonly retries?: number;
  /** Milliseconds before the second attempt; doubled for each further one, and shortened at random by up to half. Default 1,000. */
  readonly initialDelayMs?: number;
  /** For the random part of the delays. Default: seeded with the process id, so that processes differ. */
  readonly random?: Random;
}

/**
 * Downloads a data set from its publisher and unpacks it; returns the absolute path of the folder with its files, ready
 * for its reader: `readMovieLens100k(await downloadDataset('movielens-100k', { accept: acceptOnTerminal() }))`.
 *
 * - Where the folder has the files already, it is returned at once, without network and without asking. Files that were
 *   unpacked there by hand count as well.
 * - The publisher's terms are shown first. None of these data sets comes with this package, and most may not be passed
 *   on.
 * - Addresses are tried in turn. A download that was cut resumes, also in a later call, if the server can say that its file
 *   is still the same. The archive stays in the cache as `<name>.zip`; one that was put there by hand
 *   is used like a downloaded one.
 * - The archive must match its checksum. Where none is known (`coat`, `goodbooks-10k`), the first download that unpacks is
 *   trusted, and its SHA-256 is kept beside it, in `<name>.zip.sha256`, for later ones to match.
 * - Two processes at the same time do not disturb each other: the second waits for the first, by a lock in the cache.
 * - The files appear in the folder all at once, or not at all.
 *
 * Requests are made by Node's `fetch`. It goes through a proxy where Node is told to: from Node 24 on by
 * `NODE_USE_ENV_PROXY=1` with `HTTPS_PROXY`, before by a global dispatcher of the package `undici`.
 *
 * @param dataset A name, or a `DatasetSource` of one's own.
 * @throws {InvalidOptionError} for a name that is not known, a source or an option that is not well formed.
 * @throws {TermsNotAcceptedError} if the terms are not accepted.
 * @throws {DownloadError} if no address gives a good archive, or the files cannot be written. Its `attempts` say why.
 * @throws the signal's reason if it is aborted.
 */
export async function downloadDataset(
  dataset: DatasetName | DatasetSource,
  options: DownloadOptions = {},
): Promise<string> {
  const source = typeof dataset === 'string' ? sourceOf(dataset) : dataset;
  checkSource(source);
  const { accept, progress = process.stderr } = options;
  const cache = resolve(options.cache ?? cacheFolder());
  const folder = resolve(options.folder ?? join(cache, source.name));
  const files = join(folder, source.folder ?? '');
  const bar = progress !== false && progress.isTTY ? createProgressBar(progress, source.name) : undefined;
  const settings = {
    ...checkOptions(source, options),
    cache,
    folder,
    meter: createMeter((state) => {
      bar?.set(state);
      options.onProgress?.(state);
    }),
    onFirstUse(sha256: string, record: string) {
      bar?.stop();
      if (progress === false) return;
      progress.write(
        `${source.name}: no checksum of this archive is known, so the first download is trusted. Its SHA-256 is ` +
          `${sha256}; it is stored in ${record} to verify later downloads.\n`,
      );
    },
  };

  const { signal } = settings;
  signal.throwIfAborted();
  try {
    if (await isUnpacked(folder, source)) return files;
    await checkAccepted(source, accept);
    await makeFolder(cache);
    await withLock(join(cache, `${source.name}.lock`), signal, async (held) => {
      if (!(await isUnpacked(folder, source))) await obtain(source, { ...settings, signal: held });
    });
    return files;
  } catch (error) {
    throw signal.aborted ? signal.reason : localFault(source, cache, folder, error);
  } finally {
    bar?.stop();
  }
}

function sourceOf(name: string): DatasetSource {
  if (Object.hasOwn(datasetSources, name)) return datasetSources[name as DatasetName];
  throw new InvalidOptionError('dataset', name, `one of ${Object.keys(datasetSources).join(', ')}, or a DatasetSource`);
}

/** The longest timeout and delay, in milliseconds. */
const HOUR_MS = 3_600_000;

type CheckedOptions = Pick<
  ObtainOptions,
  'urls' | 'signal' | 'stallTimeoutMs' | 'retries' | 'initialDelayMs' | 'random'
>;

function checkOptions(source: DatasetSource, options: DownloadOptions): CheckedOptions {
  const { mirrors = [], stallTimeoutMs = 30_000, retries = 4, initialDelayMs = 1000 } = options;
  checkAddresses('mirrors', mirrors);
  checkInteger('retries', retries, 0, 20);
  for (const [name, milliseconds] of Object.entries({ stallTimeoutMs, initialDelayMs })) {
    if (!(milliseconds > 0 && milliseconds <= HOUR_MS)) {
      throw new InvalidOptionError(name, milliseconds, `a number of milliseconds above 0, up to ${HOUR_MS}`);
    }
  }
  return {
    urls: [...mirrors, ...source.urls],
    signal: options.signal ?? new AbortController().signal,
    stallTimeoutMs,
    retries,
    initialDelayMs,
    random: options.random ?? createRandom(process.pid),
  };
}

async function checkAccepted(source: DatasetSource, accept: DownloadOptions['accept']): Promise<void> {
  const { name, terms } = source;
  if (accept === undefined) {
    const remedy = 'Pass accept: acceptOnTerminal() to be asked, or accept: () => true if you accept them.';
    throw new TermsNotAcceptedError(name, terms, remedy);
  }
  if ((await accept(terms)) === true) return;
  const remedy = 'Nothing was downloaded. Without a terminal, pass accept: () => true if you accept them.';
  throw new TermsNotAcceptedError(name, terms, remedy);
}

/** Adds advice to errors of this machine rather than of the network. Other errors are unchanged. */
function localFault(source: DatasetSource, cache: string, folder: string, error: unknown): unknown {
  if (error instanceof LostLock) {
    const fault = 'this process was suspended, and another one took the download over';
    return new DownloadError(source.name, { fault, remedy: 'Try again.' }, { cause: error });
  }
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const remedy =
    error.code === 'ENOSPC' || error.code === 'EDQUOT'
      ? 'Free space on that disk, or set the options cache and folder to another disk.'
      : `Allow this user to write to ${cache} and ${folder}, or set the options cache (or IALP_CACHE) and folder to others.`;
  return new DownloadError(source.name, { fault: error.message, remedy }, { cause: error });
}
