import { checkMetadata } from './check-metadata.js';
import { checkPages } from './check-pages.js';
import { decodeColumn } from './decode-column.js';
import { DECODE, type DecodingMessage, type DecodingRequest } from './messages.js';
import { openBytes } from './parquet-bytes.js';
import { ParquetFault } from './parquet-fault.js';
import { startWatchdog } from './watchdog.js';

/** Size of the shortest Parquet file in bytes: two magic numbers of 4 bytes, and the length of the metadata. */
const MIN_BYTES = 12;

/** Milliseconds of processor time per byte of a decompressed column: about a hundred times the usual time. */
const MS_PER_BYTE = 1 / 1000;

/** Serves one request in the child process of `readParquet`. The parent asks for each row group with a message. */
export function serveDecoding(): void {
  if (process.argv[2] !== DECODE || process.send === undefined) return;
  // The parent has ended, or has stopped reading.
  process.once('disconnect', () => process.exit());
  process.once('message', (request: DecodingRequest) => {
    decode(request)
      .catch((error: unknown) => send(faultOf(error)))
      .then(() => process.disconnect());
  });
}

async function decode({ path, limits }: DecodingRequest): Promise<void> {
  const library = await Promise.all([import('hyparquet'), import('hyparquet/src/column.js')]).catch(() => undefined);
  if (library === undefined) return send({ kind: 'missing' });
  const [{ parquetMetadataAsync, parquetRead }, { parquetHeader }] = library;
  const watchdog = startWatchdog();
  watchdog.begin(limits.timeoutMs + limits.maxBytes * MS_PER_BYTE);
  const file = openBytes(path, limits.maxBytes);
  watchdog.begin(limits.timeoutMs + file.byteLength * MS_PER_BYTE);
  if (file.byteLength < MIN_BYTES) {
    const found = file.byteLength === 0 ? 'an empty file' : `a file of ${file.byteLength} bytes`;
    throw new ParquetFault(found, 'a complete Parquet file');
  }
  const metadata = await parquetMetadataAsync(file);
  const { names, groups } = checkMetadata(metadata, file.byteLength, limits);
  const keyValues = (metadata.key_value_metadata ?? []).map(({ key, value = '' }) => [key, value] as const);
  await send({ kind: 'head', keyValues, names });
  for (const group of groups) {
    for (const name of names) {
      const chunks = group.chunks.filter((chunk) => chunk.name === name);
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0);
      watchdog.begin(limits.timeoutMs + bytes * MS_PER_BYTE);
      for (const chunk of chunks) checkPages(await file.slice(chunk.start, chunk.end), chunk, parquetHeader);
      const values = await decodeColumn({ file, metadata, parquetRead }, group, chunks[0], watchdog.progress);
      watchdog.rest();
      await send({ kind: 'column', name, values });
    }
    await send({ kind: 'group', firstRow: group.firstRow, rows: group.rows });
    await nextRequest();
  }
  await send({ kind: 'end' });
}

function nextRequest(): Promise<void> {
  return new Promise((resolve) => {
    process.once('message', () => resolve());
  });
}

function send(message: DecodingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}

function faultOf(error: unknown): DecodingMessage {
  const expected = error instanceof ParquetFault ? error.expected : 'a complete Parquet file';
  return { kind: 'fault', expected, found: error instanceof Error ? error.message : String(error) };
}
