import { readFile } from 'node:fs/promises';
import { LogFileError } from '../logs/log-file-error.js';

/** The text of a file. @throws {LogFileError} */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf-8');
  } catch (cause) {
    const found = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new LogFileError({ file, expected: 'a file that can be read', found }, { cause });
  }
}

/** A file of JSON. @throws {LogFileError} */
export async function readJson(file: string): Promise<unknown> {
  return parseJson(await readText(file), file);
}

/** @param line where the text stands, in a file of JSON lines. @throws {LogFileError} */
export function parseJson(text: string, file: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new LogFileError({ file, ...(line !== undefined && { line }), expected: 'JSON', found }, { cause });
  }
}
