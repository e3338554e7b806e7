import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatasetError } from '../errors.js';

/** How a published file writes its letters. `latin1` is ISO-8859-1. */
export type TextEncoding = 'utf-8' | 'latin1';

/** A text file as lines. Line `k` of the file, counted from 1, is `lines[k - 1]`. */
export interface TextFile {
  /** Where it was read from, as the caller wrote it. */
  readonly path: string;
  /** At least one line, without the line ends. Empty lines at the end of the file are left out. */
  readonly lines: readonly string[];
  /** Whether the last line ended with a line end. Where it did not, the file may have been cut short. */
  readonly closed: boolean;
}

const UTF8_BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a file as lines; they may end with LF or CRLF.
 * @param remedy What the user can do if the file is missing or damaged.
 * @throws {DatasetError} as `readText` does, and where no line has anything in it.
 */
export async function readTextFile(path: string, encoding: TextEncoding, remedy: string): Promise<TextFile> {
  const text = await readText(path, encoding, remedy);
  const lines = text.split(/\r?\n/);
  const closed = lines.at(-1) === '';
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new DatasetError({ file: path, expected: 'lines of text', found: 'none', remedy });
  return { path, lines, closed };
}

/**
 * Reads a file as one string, without a byte-order mark. A UTF-8 mark outweighs `encoding`: a program that writes it
 * has turned the file into UTF-8.
 * @param remedy What the user can do if the file is missing or damaged.
 * @throws {DatasetError} where the file is missing, may not be read, is empty or is not in its encoding.
 */
export async function readText(path: string, encoding: TextEncoding, remedy: string): Promise<string> {
  const bytes = await readBytes(path, remedy);
  if (bytes.length === 0) throw new DatasetError({ file: path, expected: 'text', found: 'an empty file', remedy });
  const marked = bytes.subarray(0, UTF8_BYTE_ORDER_MARK.length).equals(UTF8_BYTE_ORDER_MARK);
  // Not TextDecoder for Latin-1: the web's 'latin1' is Windows-1252.
  if (encoding === 'latin1' && !marked) return bytes.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DatasetError(
      { file: path, expected: 'text in UTF-8', found: 'bytes that are not UTF-8', remedy },
      { cause },
    );
  }
}

/** Whether there is a file (not a folder) at a path. False as well where it cannot be looked at. */
export async function hasFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

async function readBytes(path: string, remedy: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const fault = await faultOf(path, cause, remedy);
    throw new DatasetError({ file: path, expected: 'a file that can be read', ...fault }, { cause });
  }
}

/** What stopped the operating system from reading a file, and what to do. */
async function faultOf(path: string, cause: unknown, remedy: string): Promise<{ found: string; remedy: string }> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const folder = dirname(path);
    const exists = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    return { found: exists ? 'no such file' : `no folder ${folder}`, remedy };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return { found: 'a file without permission to read it', remedy: 'Allow this user to read the file.' };
  }
  if (code === 'EISDIR') return { found: 'a folder', remedy };
  return { found: `an error of the operating system (${code})`, remedy };
}
