import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Checksum } from './source.js';

/** Checksums of a file, in lower-case hexadecimal. */
export type Digests = Readonly<Record<Checksum['algorithm'], string>>;

/** Computes all checksums of a file in one pass. @throws the signal's reason if it is aborted. */
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
