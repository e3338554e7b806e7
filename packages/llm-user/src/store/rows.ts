import type { ReplyRecord } from '../reply-store.js';
import { fnv1a } from '../text/fnv1a.js';

/** A reply as the tables hold it, with its model beside it. */
export interface ReplyRow {
  readonly fingerprint: string;
  readonly model: string;
  readonly request: string;
  readonly prompt_version: string;
  /** Tokens, for sums. */
  readonly input: number | null;
  readonly output: number | null;
  /** The rest of the record as JSON: so any text comes back as it was, one with a NUL in it too. */
  readonly reply: string;
  readonly checksum: number;
}

/** A row as SQLite gives it. */
export interface StoredRow {
  readonly id: number;
  readonly fingerprint: Uint8Array | null;
  readonly model: Uint8Array | null;
  readonly request: Uint8Array | null;
  readonly prompt_version: Uint8Array | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly reply: Uint8Array | null;
  readonly checksum: number | null;
}

/**
 * Selects `StoredRow`s; a condition may follow. Texts come as bytes and numbers as integers, whatever stands there: libsql
 * ends the process at a text that is not UTF-8, which a damaged file may hold.
 */
export const SELECT = `SELECT r.id, CAST(m.fingerprint AS BLOB) AS fingerprint, CAST(m.model AS BLOB) AS model,
    CAST(r.request AS BLOB) AS request, CAST(r.prompt_version AS BLOB) AS prompt_version,
    CAST(r.input AS INTEGER) AS input, CAST(r.output AS INTEGER) AS output, CAST(r.reply AS BLOB) AS reply,
    CAST(r.checksum AS INTEGER) AS checksum
  FROM replies r JOIN models m ON m.id = r.model`;

/** A row with its texts as such. A text that is damaged is another text, which the checksum tells. */
export function readRow(row: StoredRow): ReplyRow {
  const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8');
  return {
    fingerprint: text(row.fingerprint),
    model: text(row.model),
    request: text(row.request),
    prompt_version: text(row.prompt_version),
    input: row.input,
    output: row.output,
    reply: text(row.reply),
    checksum: row.checksum ?? -1,
  };
}

/** A record as a row. */
export function rowOf({ request, fingerprint, model, promptVersion, ...rest }: ReplyRecord): ReplyRow {
  const row = {
    fingerprint,
    model,
    request,
    prompt_version: promptVersion,
    input: rest.usage?.input ?? null,
    output: rest.usage?.output ?? null,
    reply: JSON.stringify(rest),
  };
  return { ...row, checksum: checksumOf(row) };
}

/** A row as a record, or undefined where it is not what was written. */
export function recordOf(row: ReplyRow): ReplyRecord | undefined {
  if (checksumOf(row) !== row.checksum) return undefined;
  const { request, fingerprint, model, prompt_version: promptVersion, reply } = row;
  return { request, fingerprint, model, promptVersion, ...(JSON.parse(reply) as { text: string }) };
}

/** SQLite finds a page that is out of order, but not a byte of a text that has changed. */
function checksumOf({
  fingerprint,
  model,
  request,
  prompt_version,
  input,
  output,
  reply,
}: Omit<ReplyRow, 'checksum'>): number {
  return fnv1a(JSON.stringify([fingerprint, model, request, prompt_version, input, output, reply]));
}
