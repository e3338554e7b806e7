import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { InvalidOptionError } from '@ialp/core';

const MAGIC = 'GGUF';

/** @throws {InvalidOptionError} where a path names no GGUF file. */
export async function checkGguf(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InvalidOptionError('path', path, 'a GGUF file; no such file exists');
  if (!found.isFile()) throw new InvalidOptionError('path', path, 'a GGUF file; this is a folder');
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    if (buffer.toString('latin1') !== MAGIC) {
      throw new InvalidOptionError('path', path, `a GGUF file; this one does not begin with ${MAGIC}`);
    }
  } finally {
    await file.close();
  }
}

/** The SHA-256 of a file, in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
