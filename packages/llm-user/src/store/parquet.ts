import { described, type FileFault, InvalidOptionError, MissingPackageError } from '@ialp/core';
import { readParquet as readGroups } from '@ialp/core/parquet';
import type { ReplyRecord } from '../reply-store.js';
import { fnv1a } from '../text/fnv1a.js';
import { parseReplyRecord } from './parse-reply-record.js';

/** Replies in a row group. */
const GROUP = 50_000;
/** The columns: texts, and numbers. Every one may be empty in a row. */
const TEXTS = [
  'request',
  'fingerprint',
  'model',
  'promptVersion',
  'text',
  'system',
  'prompt',
  'probabilities',
] as const;
const COUNTS = ['input', 'output'] as const;
/** What a reply's checksum stands in. Parquet itself does not tell a text that has changed into another one. */
const CHECKSUM = 'checksum';

type Row = Readonly<Record<(typeof TEXTS)[number], string | null> & Record<(typeof COUNTS)[number], number | null>> & {
  readonly [CHECKSUM]?: number;
};

/**
 * Writes a Parquet file of a row a reply: texts as UTF-8 (`probabilities` as JSON), token counts and a checksum as `INT32`. Gives
 * their number.
 * @throws {MissingPackageError} without `hyparquet-writer`.
 */
export async function writeParquet(path: string, records: Iterable<ReplyRecord>): Promise<number> {
  const { fileWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer').catch((cause) => {
    throw new MissingPackageError('hyparquet-writer', 'Export as Parquet', { cause });
  });
  const columnsOf = (rows: readonly Row[]) => [
    ...TEXTS.map((name) => ({ name, data: rows.map((row) => row[name]), type: 'STRING' as const, nullable: true })),
    ...COUNTS.map((name) => ({ name, data: rows.map((row) => row[name]), type: 'INT32' as const, nullable: true })),
    { name: CHECKSUM, data: rows.map((row) => row[CHECKSUM]), type: 'INT32' as const, nullable: false },
  ];
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
  });
  let count = 0;
  let rows: Row[] = [];
  const flush = async (): Promise<void> => {
    if (rows.length > 0) await writer.write({ columnData: columnsOf(rows), rowGroupSize: GROUP });
    count += rows.length;
    rows = [];
  };
  for (const record of records) if (rows.push(rowOf(record)) === GROUP) await flush();
  await flush();
  await writer.finish();
  return count;
}

/**
 * Reads them back, in a process of its own, since a damaged file may never let its reader go.
 * @throws {InvalidOptionError} where the file is no Parquet file of replies, or a reply is not as it was written; it names the row.
 *   {MissingPackageError} without `hyparquet`.
 */
export async function* readParquet(path: string): AsyncGenerator<ReplyRecord> {
  const createError = ({ file, found, expected }: FileFault): Error => new InvalidOptionError(file, found, expected);
  try {
    for await (const { firstRow, rows, columns } of readGroups(path, { createError })) {
      for (let k = 0; k < rows; k++) {
        const row = Object.fromEntries([...columns].map(([name, values]) => [name, values[k]]));
        yield recordOf(row as unknown as Row, `${path}, row ${firstRow + k + 1}`);
      }
    }
  } catch (error) {
    if (!MissingPackageError.isInstance(error)) throw error;
    throw new MissingPackageError('hyparquet', 'Import of Parquet', { cause: error });
  }
}

function rowOf(record: ReplyRecord): Row {
  const { usage, words, probabilities, ...rest } = record;
  return {
    ...rest,
    [CHECKSUM]: checksumOf(record),
    system: words?.system ?? null,
    prompt: words?.prompt ?? null,
    probabilities: probabilities === undefined ? null : JSON.stringify(probabilities),
    input: usage?.input ?? null,
    output: usage?.output ?? null,
  };
}

function recordOf({ [CHECKSUM]: checksum, ...row }: Row, where: string): ReplyRecord {
  const { probabilities, input, output, system, prompt, ...rest } = row;
  const record = {
    ...rest,
    ...(typeof probabilities === 'string' && { probabilities: parse(probabilities) }),
    ...(typeof input === 'number' && typeof output === 'number' && { usage: { input, output } }),
    ...(typeof system === 'string' && typeof prompt === 'string' && { words: { system, prompt } }),
  };
  // The same rules as for a line of JSON.
  const parsed = parseReplyRecord(JSON.stringify(record), where);
  // Files that others made have none.
  if (checksum === undefined || checksum === checksumOf(parsed)) return parsed;
  throw new InvalidOptionError(
    where,
    described('another one'),
    'a reply as it was written, by its checksum; export it again',
  );
}

function checksumOf({ usage, words, probabilities, ...rest }: ReplyRecord): number {
  const { request, fingerprint, model, promptVersion, text } = rest;
  const fields = [request, fingerprint, model, promptVersion, text, probabilities ?? null];
  const optional = [usage?.input, usage?.output, words?.system, words?.prompt].map((value) => value ?? null);
  // As a signed number, which INT32 is.
  return fnv1a(JSON.stringify([...fields, ...optional])) | 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
