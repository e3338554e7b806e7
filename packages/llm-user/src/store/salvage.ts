import { open } from 'node:fs/promises';
import type { ReplyRecord } from '../reply-store.js';
import { checkStoreBytes } from './check-store-bytes.js';
import { ReplyStoreError } from './errors.js';
import { openReplyStore } from './file-store.js';
import { recordOf } from './rows.js';
import { type RowPlace, SqlitePages, type SqliteRow, type SqliteValue } from './sqlite-pages.js';

/** Result of a salvage. */
export interface SalvageResult {
  readonly kept: number;
  /** Replies that cannot be read, as far as the damaged file shows. */
  readonly lost: number;
}

/** What SQLite makes a page of, unless it is told otherwise; a store never is. */
const PAGE_BYTES = 4096;
/** Of the write-ahead log that stores of earlier versions had: its header, and that of each page in it. */
const LOG_HEADER_BYTES = 32;
const LOG_PAGE_HEADER_BYTES = 24;
/** No reply takes less room than this: how many a file can hold at most. */
const LEAST_BYTES = 20;
const MODEL_COLUMNS = 3;
const REPLY_COLUMNS = 8;
const BATCH = 1000;

/** Rows that a file holds. */
interface Finds {
  /** Fingerprint and name of each model; more than one of an id where a damaged one is among them. */
  readonly models: Map<number, Map<string, readonly [string, string]>>;
  /** Where rows lie that look like replies. */
  readonly replies: RowPlace[];
  readonly pages: SqlitePages;
}

/**
 * Copies every readable reply of a damaged store to another store, which may be new. Reads the file page by page, without SQLite, so that
 * damage affects only the replies where it is. Verifies each reply's checksum.
 * @throws {ReplyStoreError} if there is no such file, or no readable reply in it.
 */
export async function salvageReplies(path: string, to: string): Promise<SalvageResult> {
  await checkStoreBytes(path);
  const file = await open(path, 'r').catch((error: unknown) => {
    const fault = { expected: 'a file that can be opened', found: 'none', remedy: 'Check the path.' };
    throw new ReplyStoreError(path, 'missing', fault, { cause: error });
  });
  const log = await open(`${path}-wal`, 'r').catch(() => undefined);
  try {
    const size = (await file.stat()).size;
    const logSize = log === undefined ? 0 : (await log.stat()).size;
    const finds = [await search(new SqlitePages(file, size, PAGE_BYTES), 0, PAGE_BYTES)];
    if (log !== undefined) {
      const pages = new SqlitePages(log, logSize, PAGE_BYTES);
      finds.push(await search(pages, LOG_HEADER_BYTES + LOG_PAGE_HEADER_BYTES, PAGE_BYTES + LOG_PAGE_HEADER_BYTES));
    }
    return await copy(path, finds, to, (size + logSize) / LEAST_BYTES);
  } finally {
    await file.close();
    await log?.close();
  }
}

async function search(pages: SqlitePages, start: number, step: number): Promise<Finds> {
  const models: Finds['models'] = new Map();
  const replies: RowPlace[] = [];
  for await (const { id, page, cell, values } of pages.rows(start, step)) {
    if (values[0] !== null) continue;
    if (values.length === MODEL_COLUMNS) {
      const model = [textOf(values[1]), textOf(values[2])] as const;
      const same = models.get(id) ?? new Map<string, readonly [string, string]>();
      models.set(id, same.set(JSON.stringify(model), model));
    } else if (values.length === REPLY_COLUMNS) replies.push({ id, page, cell });
  }
  return { models, replies, pages };
}

async function copy(path: string, finds: readonly Finds[], to: string, most: number): Promise<SalvageResult> {
  const models = finds.flatMap((find) =>
    [...find.models].flatMap(([id, some]) => [...some.values()].map((model) => ({ id, model }))),
  );
  const places = finds.flatMap(({ replies, pages }) => replies.map((place) => ({ place, pages })));
  // In the order in which they came.
  places.sort((a, b) => a.place.id - b.place.id);
  const kept = new Set<number>();
  const seen = new Set<number>();
  let target: Awaited<ReturnType<typeof openReplyStore>> | undefined;
  try {
    let batch: ReplyRecord[] = [];
    const write = async (): Promise<void> => {
      if (batch.length === 0) return;
      target ??= await openReplyStore(to);
      const store = target;
      await Promise.all(batch.map((record) => store.put(record)));
      batch = [];
    };
    for (const { place, pages } of places) {
      if (place.id > most) continue;
      seen.add(place.id);
      if (kept.has(place.id)) continue;
      const row = await pages.rowAt(place);
      const record = row && replyOf(row, models);
      if (record === undefined) continue;
      kept.add(place.id);
      // Those that are put at once are written in one transaction.
      if (batch.push(record) === BATCH) await write();
    }
    await write();
  } finally {
    await target?.close();
  }
  if (target === undefined) {
    throw new ReplyStoreError(path, 'damaged', {
      expected: 'at least one reply that can be read',
      found: 'none',
      remedy: 'Check the path.',
    });
  }
  // Replies are numbered from 1 without gaps: a number that is missing was a reply.
  const last = places.reduce(
    (greatest, { place }) => (seen.has(place.id) ? Math.max(greatest, place.id) : greatest),
    0,
  );
  return { kept: kept.size, lost: last - kept.size };
}

/** The record, if the row's checksum holds with one of the models: with its own first, since the model's number may be damaged. */
function replyOf(
  { values }: SqliteRow,
  models: readonly { readonly id: number; readonly model: readonly [string, string] }[],
): ReplyRecord | undefined {
  const [, modelId, request, promptVersion, input, output, reply, checksum] = values;
  const own = models.filter(({ id }) => id === modelId);
  for (const { model } of own.length > 0 ? own : models) {
    const record = recordOf({
      fingerprint: model[0],
      model: model[1],
      request: textOf(request),
      prompt_version: textOf(promptVersion),
      input: numberOf(input),
      output: numberOf(output),
      reply: textOf(reply),
      checksum: numberOf(checksum) ?? -1,
    });
    if (record !== undefined) return record;
  }
  return undefined;
}

function textOf(value: SqliteValue): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : '';
}

function numberOf(value: SqliteValue): number | null {
  return typeof value === 'number' ? value : null;
}
