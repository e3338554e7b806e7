import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LogFileError } from './log-file-error.js';
import { type LogTable, LogTableBuilder } from './log-table.js';

/** The word by which `@ialp/env/logs` marks the first line of its logs. */
const HEADED = 'ialp.log';

/**
 * Reads a log of JSON lines: an object for each row, `{"session":"anna","item":3,"reward":1,"propensity":0.25,"target":0.5}`. Fields of
 * numbers, booleans and text become columns; the first row says which there are, and `terminated`, `truncated` and `position` may be left out
 * where they are 0. Logs of `@ialp/env/logs` are such logs, with a header as their first line. A path that ends in `.gz` is unpacked.
 * Memory grows with rows times columns, 8 bytes each.
 * @throws {LogFileError} where the file cannot be read, is empty, or has a line that is not such a row; it names the line.
 */
export async function readJsonLines(path: string): Promise<LogTable> {
  const builder = new LogTableBuilder();
  let header: LogTable['header'];
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() === '') continue;
    const fields = parse(text, path, line);
    if (line === 1 && fields['format'] === HEADED) {
      header = fields;
      continue;
    }
    const fault = builder.append(fields);
    if (fault !== undefined) throw new LogFileError({ file: path, line, ...fault });
  }
  const table = builder.table();
  if (table.rows === 0) throw new LogFileError({ file: path, found: 'none', expected: 'at least one row' });
  return { ...table, ...(header !== undefined && { header }) };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  // Errors of the file reach the reader of the last stream; there is nothing else to do about them.
  const bytes: Readable = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
  let rest = '';
  try {
    for await (const text of bytes.setEncoding('utf-8')) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const found = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new LogFileError({ file: path, expected: 'a file that can be read to its end', found }, { cause });
  } finally {
    file.destroy();
  }
  if (rest !== '') yield rest;
}

function parse(text: string, file: string, line: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const found = text.length > 60 ? `${text.slice(0, 60)}...` : text;
    throw new LogFileError({ file, line, expected: 'an object in JSON', found }, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new LogFileError({ file, line, expected: 'an object', found: JSON.stringify(value) });
}
