import { type FileFault, MissingPackageError as MissingCorePackageError } from '@ialp/core';
import { readParquet as readGroups } from '@ialp/core/parquet';
import { InvalidOptionError, MissingPackageError } from '../errors.js';
import { parseReplyRecord, type ReplyRecord } from '../reply-store.js';

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

type Row = Readonly<Record<(typeof TEXTS)[number], string | null> & Record<(typeof COUNTS)[number], number | null>>;

/**
 * Writes a Parquet file of a row a reply: texts as UTF-8 (`probabilities` as JSON), token counts as `INT32`. Gives their number.
 * @throws {MissingPackageError} without `hyparquet-writer`.
 */
export async function writeParquet(path: string, records: Iterable<ReplyRecord>): Promise<number> {
  const { fileWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer').catch((cause) => {
    throw new MissingPackageError('hyparquet-writer', 'Export as Parquet', { cause });
  });
  const columnsOf = (rows: readonly Row[]) => [
    ...TEXTS.map((name) => ({ name, data: rows.map((row) => row[name]), type: 'STRING' as const, nullable: true })),
    ...COUNTS.map((name) => ({ name, data: rows.map((row) => row[name]), type: 'INT32' as const, nullable: true })),
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
 * @throws {InvalidOptionError} where the file is no Parquet file of replies. {MissingPackageError} without `hyparquet`.
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
    if (!MissingCorePackageError.isInstance(error)) throw error;
    throw new MissingPackageError('hyparquet', 'Import of Parquet', { cause: error });
  }
}

function rowOf({ usage, words, probabilities, ...rest }: ReplyRecord): Row {
  return {
    ...rest,
    system: words?.system ?? null,
    prompt: words?.prompt ?? null,
    probabilities: probabilities === undefined ? null : JSON.stringify(probabilities),
    input: usage?.input ?? null,
    output: usage?.output ?? null,
  };
}

function recordOf({ probabilities, input, output, system, prompt, ...rest }: Row, where: string): ReplyRecord {
  const record = {
    ...rest,
    ...(typeof probabilities === 'string' && { probabilities: parse(probabilities) }),
    ...(typeof input === 'number' && typeof output === 'number' && { usage: { input, output } }),
    ...(typeof system === 'string' && typeof prompt === 'string' && { words: { system, prompt } }),
  };
  // The same rules as for a line of JSON.
  return parseReplyRecord(JSON.stringify(record), where);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
