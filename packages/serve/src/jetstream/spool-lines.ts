import { crc32 } from 'node:zlib';

/** An event that waits to be published. */
export interface SpoolEntry {
  /** Id of the message, by which the stream recognises one that it has. */
  readonly id: string;
  readonly subject: string;
  /** The event as JSON. */
  readonly data: string;
}

const CHECKSUM_DIGITS = 8;
const NEW_LINE = 0x0a;

/** An entry as a line: a checksum, then JSON. */
export function formatEntry({ id, subject, data }: SpoolEntry): Buffer {
  const body = JSON.stringify([id, subject, data]);
  return Buffer.from(`${checksumOf(Buffer.from(body))} ${body}\n`);
}

/** Entries of whole lines, up to `most`, each with the offset after its line. Lines whose checksum is wrong are skipped. */
export function parseEntries(bytes: Buffer, most: number): (SpoolEntry & { readonly end: number })[] {
  const entries: (SpoolEntry & { readonly end: number })[] = [];
  for (let start = 0; entries.length < most; ) {
    const stop = bytes.indexOf(NEW_LINE, start);
    if (stop < 0) break;
    const entry = parseLine(bytes.subarray(start, stop));
    start = stop + 1;
    if (entry !== undefined) entries.push({ ...entry, end: start });
  }
  return entries;
}

function parseLine(line: Buffer): SpoolEntry | undefined {
  const body = line.subarray(CHECKSUM_DIGITS + 1);
  if (line.subarray(0, CHECKSUM_DIGITS).toString() !== checksumOf(body)) return undefined;
  const [id, subject, data] = JSON.parse(body.toString()) as [string, string, string];
  return { id, subject, data };
}

function checksumOf(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
