import { fnv1a } from '../fnv1a.js';
import type { ReplyRecord } from '../reply-store.js';

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

/** Selects `ReplyRow`s; a condition may follow. */
export const SELECT = `SELECT m.fingerprint, m.model, r.request, r.prompt_version, r.input, r.output, r.reply, r.checksum
  FROM replies r JOIN models m ON m.id = r.model`;

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
