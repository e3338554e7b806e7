import { repeatedName } from '@ialp/core';
import { readBytes } from '@ialp/core/files';
import { createLogFileError, LogFileError } from '../logs/log-file-error.js';

/**
 * Reads a file as UTF-8, without a byte-order mark.
 * @throws {LogFileError} if it cannot be read or is not UTF-8.
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file, { createError: createLogFileError });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LogFileError({ file, expected: 'text in UTF-8', found: 'bytes that are not UTF-8' }, { cause });
  }
}

/** Reads a JSON file. @throws {LogFileError} if it cannot be read or is not valid JSON. */
export async function readJson(file: string): Promise<unknown> {
  return parseJson(await readText(file), file);
}

/**
 * Parses JSON text.
 * @param line line of the text, in a file of JSON lines.
 * @throws {LogFileError} if it is not JSON, or an object has a repeated field.
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
  throw new LogFileError({
    ...place,
    expected: 'objects without repeated fields',
    found,
    remedy: 'Remove one of them.',
  });
}
