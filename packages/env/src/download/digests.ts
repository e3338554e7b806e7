import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Checksum } from './source.js';

/** A file's checksums, hexadecimal, in small letters. */
export type Digests = Readonly<Record<Checksum['algorithm'], string>>;

/** Reads a file once for all its checksums. A signal that is aborted ends it with the signal's reason. */
export async function digestFile(path: string, signal?: AbortSignal): Promise<Digests> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  for await (const bytes of createReadStream(path)) {
    signal?.throwIfAborted();
    sha256.update(bytes as Buffer);
    md5.update(bytes as Buffer);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}
