/** Logs in Parquet files: what `@ialp/metrics/logs/parquet` publishes. For Node; needs `hyparquet`. */
import { readFile } from 'node:fs/promises';
import { MissingPackageError } from '../errors.js';
import { LogFileError } from './log-file-error.js';
import { type LogTable, LogTableBuilder } from './log-table.js';

/** The key of the file's metadata under which `@ialp/env/logs/parquet` keeps its header. */
const KEY = 'ialp.log';

/**
 * Reads a log from a Parquet file: columns of numbers, booleans and text, as `readJsonLines` reads fields; others are left out. The whole
 * file is held in memory. Compressed columns need what `hyparquet` can unpack: Snappy, or nothing.
 * @throws {LogFileError} where the file cannot be read, is no Parquet file, or has rows without a value.
 * @throws {MissingPackageError} where `hyparquet` is not installed.
 */
export async function readParquet(path: string): Promise<LogTable> {
  const { parquetMetadata, parquetReadObjects } = await import('hyparquet').catch((cause) => {
    throw new MissingPackageError('hyparquet', 'readParquet', { cause });
  });
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new LogFileError(
      { file: path, expected: 'a file that can be read', found: error.code ?? error.message },
      { cause: error },
    );
  });
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const builder = new LogTableBuilder();
  let header: LogTable['header'];
  try {
    const metadata = parquetMetadata(file);
    const text = metadata.key_value_metadata?.find(({ key }) => key === KEY)?.value;
    if (text !== undefined) header = JSON.parse(text);
    for (const [row, fields] of (await parquetReadObjects({ file, metadata })).entries()) {
      const fault = builder.append(withNumbers(fields));
      if (fault !== undefined) throw new LogFileError({ file: path, line: row + 1, ...fault });
    }
  } catch (cause) {
    if (cause instanceof LogFileError) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new LogFileError({ file: path, expected: 'a whole Parquet file', found }, { cause });
  }
  const table = builder.table();
  if (table.rows === 0) throw new LogFileError({ file: path, found: 'none', expected: 'at least one row' });
  return { ...table, ...(header !== undefined && { header }) };
}

/** Integers of 64 bits come as bigints. */
function withNumbers(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}
