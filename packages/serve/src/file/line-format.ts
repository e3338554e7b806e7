import { crc32 } from 'node:zlib';

/**
 * How an event log is stored. A line is `<crc> <length> <json>`: the CRC-32 of all that follows it, as 8 hexadecimal digits; the bytes of
 * the JSON, as decimal digits, with a sign behind for a call of `append` that has several events; and the JSON. Lines that are written at once
 * begin with an empty line. So a line that is shorter than its length was cut when its writer was killed, and one that has its length but not its
 * checksum is damaged.
 */
const LINE = /^([0-9a-f]{8}) (\d{1,10})([<=>]?) /;
/** The longest prefix: checksum, length, sign and two blanks. */
const PREFIX_BYTES = 21;
/** A line may begin at any place of a damaged one, if the newline between them is damaged. */
const LINE_WITHIN = /[0-9a-f]{8} \d{1,10}[<=>]? \{/g;

/** Place of a line in its call of `append`: the only one, the first, in between, or the last. */
export type Sign = '' | '<' | '=' | '>';

/** The byte that ends a line. */
export const NEWLINE = 10;

/** Encodes a line, with its newline. */
export function encodeLine(json: string, sign: Sign = ''): Buffer {
  const length = Buffer.byteLength(json);
  const prefix = `${length}${sign} `;
  const bytes = Buffer.allocUnsafe(9 + prefix.length + length + 1);
  bytes.write(prefix, 9, 'latin1');
  bytes.write(json, 9 + prefix.length);
  bytes.write(checksumOf(bytes.subarray(9, -1)), 0, 'latin1');
  bytes[8] = 32;
  bytes[bytes.length - 1] = NEWLINE;
  return bytes;
}

/**
 * What is in a line: JSON, nothing, the beginning of a line whose writer was killed, or damaged bytes, of which `restAt` is where a whole line
 * follows.
 */
export type ParsedLine =
  | { readonly type: 'json'; readonly json: string; readonly sign: Sign }
  | { readonly type: 'empty' }
  | { readonly type: 'cut' }
  | { readonly type: 'damaged'; readonly hasPrefix: boolean; readonly restAt?: number };

const EMPTY: ParsedLine = { type: 'empty' };
const CUT: ParsedLine = { type: 'cut' };

/** Parses a line, without its newline. */
export function parseLine(line: Buffer): ParsedLine {
  if (line.length === 0) return EMPTY;
  const prefix = LINE.exec(line.toString('latin1', 0, Math.min(line.length, PREFIX_BYTES)));
  if (prefix !== null) {
    const [{ length: jsonAt }, crc, digits, sign] = prefix;
    if (crc === checksumOf(line.subarray(9))) {
      return { type: 'json', json: line.toString('utf8', jsonAt), sign: sign as Sign };
    }
    // Whole JSON in a line that seems too short: it is the length that is damaged.
    if (line.length - jsonAt < Number(digits) && !isJson(line.subarray(jsonAt))) return CUT;
  } else if (line.length < PREFIX_BYTES && isStart(line)) {
    return CUT;
  }
  return damagedLine(line, prefix !== null);
}

/** Where the JSON of a line begins; 0 if the line has no valid prefix. */
export function jsonPlace(line: Buffer): number {
  return LINE.exec(line.toString('latin1', 0, Math.min(line.length, PREFIX_BYTES)))?.[0].length ?? 0;
}

/** Whether a short line is a beginning of a prefix. */
function isStart(line: Buffer): boolean {
  return /^(?:[0-9a-f]{0,8}|[0-9a-f]{8} \d{0,10}[<=>]?)$/.test(line.toString('latin1'));
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

function damagedLine(line: Buffer, hasPrefix: boolean): ParsedLine {
  for (const { index } of line.toString('latin1').matchAll(LINE_WITHIN)) {
    if (index > 0 && parseStart(line.subarray(index))) return { type: 'damaged', hasPrefix, restAt: index };
  }
  return { type: 'damaged', hasPrefix };
}

/** Whether a line is whole. */
function parseStart(line: Buffer): boolean {
  return line.toString('latin1', 0, 8) === checksumOf(line.subarray(9));
}

function checksumOf(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
