import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { described, InvalidOptionError } from '@ialp/core';
import { makeFolderSync } from '@ialp/core/files';

/** An append-only file. Appended bytes survive if the process is killed. */
export interface AppendFile {
  append(bytes: Uint8Array): void;
  close(): void;
}

/** @throws {InvalidOptionError} unless the path is a non-empty string. */
export function checkPath(option: string, path: unknown): void {
  if (typeof path === 'string' && path !== '') return;
  throw new InvalidOptionError(option, path, 'a path (a non-empty string)');
}

/** Opens a file for appending, and creates its folder if it does not exist. */
export function openToAppend(path: string): AppendFile {
  makeFolderSync(dirname(path));
  let file: number | undefined = openSync(path, 'a');
  return {
    append(bytes) {
      if (file === undefined) throw new InvalidOptionError('logger', described('a closed logger'), 'an open logger');
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
