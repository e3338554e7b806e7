import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { DatasetSource } from '../download/source.js';
import { zip } from './zip.js';

/** A made-up data set as its publisher would zip it. */
export const ARCHIVE: Buffer = zip([
  { name: 'made-up-1.0/README', content: 'Made up.\n' },
  { name: 'made-up-1.0/ratings.csv', content: `user,item,rating\n${'1,2,3\n'.repeat(20_000)}` },
  { name: 'made-up-1.0/features/items.csv', content: 'id,title\n2,Two\n', deflate: true },
]);

/** How `made-up` would be described; a test changes what it is about. */
export function sourceOf(urls: readonly string[], changes: Partial<DatasetSource> = {}): DatasetSource {
  return {
    name: 'made-up',
    urls,
    page: 'https://publisher.example/made-up',
    checksum: { algorithm: 'sha256', value: sha256(ARCHIVE) },
    terms: {
      title: 'Made Up 1.0',
      publisher: 'A. Nobody',
      summary: 'For tests alone.',
      link: 'https://publisher.example/terms',
      citation: 'A. Nobody. On Nothing. 2020.',
    },
    files: ['ratings.csv', 'features/items.csv'],
    unpackedLimit: 1_000_000,
    ...changes,
  };
}

/** Without a checksum: the first download is trusted. */
export function untrustedSource(urls: readonly string[], changes: Partial<DatasetSource> = {}): DatasetSource {
  const { checksum: _, ...source } = sourceOf(urls, changes);
  return source;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A stream that records what is written to it and claims to be a terminal if `isTTY` is true. */
export function fakeTerminal(isTTY: boolean): { stream: NodeJS.WriteStream; written(): string } {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  const terminal = Object.assign(stream, {
    isTTY,
    columns: 120,
    rows: 40,
    cursorTo: () => true,
    clearLine: () => true,
  });
  return { stream: terminal as unknown as NodeJS.WriteStream, written: () => text };
}
