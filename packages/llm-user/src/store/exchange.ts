import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { checkMethods, InvalidOptionError } from '@ialp/core';
import { checkOptions, checkStore } from '../check-inputs.js';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { readJsonLines, writeJsonLines } from './json-lines.js';
import { readParquet, writeParquet } from './parquet.js';

/** Options of `exportReplies`. */
export interface ExportOptions {
  /** Whether to export stored prompts. Without them the file reveals nothing about users and items. Default true. */
  readonly prompts?: boolean;
  /** Exports only replies of models with this name. Default: all models. */
  readonly model?: string;
}

/** Result of an import. */
export interface ImportResult {
  /** Replies added. */
  readonly added: number;
  /** Replies skipped, because the store already had a reply to the request. */
  readonly known: number;
}

/** Replies that are put into a store at once. */
const BATCH = 1000;

/**
 * Writes the replies of a store to a file, in the format of its extension: `.jsonl`, `.jsonl.gz` or `.parquet` (requires
 * `hyparquet-writer`). The file is written atomically and replaces an existing one.
 * @returns the number of replies.
 * @throws {InvalidOptionError} for another extension, or a folder that does not exist; {ReplyStoreError}; errors of the file system.
 */
export async function exportReplies(
  store: { records(): Iterable<ReplyRecord> },
  path: string,
  options: ExportOptions = {},
): Promise<number> {
  checkMethods('store', store, ['records'], 'a store that lists its replies, such as await openReplyStore(path)');
  checkOptions(options, '{ prompts: false }', ['prompts', 'model']);
  const { prompts = true, model } = options;
  const format = formatOf(path);
  const folder = dirname(resolve(path));
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new InvalidOptionError(
      'path',
      path,
      `a file in a folder that exists (there is no folder ${folder}; make it first)`,
    );
  }
  const temporary = join(dirname(path), `.${basename(path)}-${randomUUID()}.tmp`);
  const records = selected(store.records(), prompts, model);
  try {
    const count = await (format === 'parquet'
      ? writeParquet(temporary, records)
      : writeJsonLines(temporary, records, format === 'gzip'));
    await rename(temporary, path);
    return count;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Reads the replies of a file that `exportReplies` wrote into a store. Replies to requests that the store has already are skipped.
 * @throws {InvalidOptionError} for a store of another version of the interface, and at the first line or row that is not a reply; those before it are stored.
 */
export async function importReplies(store: ReplyStore, path: string): Promise<ImportResult> {
  checkStore(store);
  const format = formatOf(path);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new InvalidOptionError('path', path, 'a file of replies');
  let added = 0;
  let known = 0;
  let batch: Promise<void>[] = [];
  const put = async (record: ReplyRecord): Promise<void> => {
    if ((await store.get(record.fingerprint, record.request)) !== undefined) known++;
    else {
      await store.put(record);
      added++;
    }
  };
  const records = format === 'parquet' ? readParquet(path) : readJsonLines(path);
  try {
    for await (const record of records) {
      if (batch.push(put(record)) < BATCH) continue;
      await Promise.all(batch);
      batch = [];
    }
  } finally {
    await Promise.all(batch);
  }
  return { added, known };
}

function formatOf(path: string): 'lines' | 'gzip' | 'parquet' {
  if (path.endsWith('.jsonl')) return 'lines';
  if (path.endsWith('.jsonl.gz')) return 'gzip';
  if (path.endsWith('.parquet')) return 'parquet';
  throw new InvalidOptionError('path', path, 'a name that ends in .jsonl, .jsonl.gz or .parquet');
}

function* selected(
  records: Iterable<ReplyRecord>,
  withWords: boolean,
  model: string | undefined,
): Generator<ReplyRecord> {
  for (const record of records) {
    if (model !== undefined && record.model !== model) continue;
    const { words: _, ...wordless } = record;
    yield withWords ? record : wordless;
  }
}
