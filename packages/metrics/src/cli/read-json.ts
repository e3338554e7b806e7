import { repeatedName } from '@ialp/core';
import { readBytes } from '@ialp/core/files';
import { createLogFileError, LogFileError } from '../logs/log-file-error.js';

/** The text of a file in UTF-8, without a byte-order mark. @throws {LogFileError} */
export async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file, { createError: createLogFileError });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LogFileError({ file, expected: 'text in UTF-8', found: 'bytes that are not UTF-8' }, { cause });
  }
}

/** A file of JSON. @throws {LogFileError} */
export async function readJson(file: string): Promise<unknown> {
  return parseJson(await readText(file), file);
}

/**
 * @param line where the text stands, in a file of JSON lines.
 * @throws {LogFileError} where it is not JSON, or an object has a field twice.
 */
export function parseJson(text: string, file: string, line?: number): unknown {
  const place = { file, ...(line !== undefined && { line }) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new LogFileError({ ...place, expected: 'JSON', found }, { cause });
  }
  const name = repeatedName(text);
  if (name === undefined) return value;
  const found = `${JSON.stringify(name)} twice`;
  throw new LogFileError({ ...place, expected: 'each field of an object once', found, remedy: 'Remove one of them.' });
}
