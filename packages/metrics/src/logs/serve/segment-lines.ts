import { crc32 } from 'node:zlib';
import type { ServedEvent } from './events.js';

/** `<crc> <length><sign> `, which the JSON follows: CRC-32 of all behind it, bytes of the JSON, place of the event in its call of `append`. */
const PREFIX = /^([0-9a-f]{8}) (\d{1,10})([<=>]?) /;
const PREFIX_BYTES = 21;
const CHECKSUM_BYTES = 9;
const NEWLINE = 10;

type ParsedLine =
  | { readonly kind: 'value'; readonly value: StoredValue; readonly sign: string }
  | { readonly kind: 'cut' | 'damaged' | 'empty' };

/** An event, or a line of the log itself. */
type StoredValue =
  | ServedEvent
  | { readonly type: 'segment'; readonly version?: number }
  | { readonly type: 'seal' }
  | { readonly type: 'mark' }
  | { readonly type: 'erased' };

/** What a segment holds. */
export interface SegmentEvents {
  readonly events: readonly ServedEvent[];
  /** Lines that could not be read, as their bytes are damaged. */
  readonly damaged: number;
  /** Events that were erased. */
  readonly erased: number;
  /** Version of the format; undefined if its line cannot be read. */
  readonly version: number | undefined;
}

/**
 * Reads the events of a segment of a file event log. Lines with a wrong checksum are skipped. So are lines that a killed writer has left, and
 * calls of `append` whose last event is missing: they were never acknowledged.
 */
export function eventsOfSegment(bytes: Buffer): SegmentEvents {
  const events: ServedEvent[] = [];
  let [damaged, erased, version]: [number, number, number | undefined] = [0, 0, undefined];
  /** Events of a call whose last one was not found yet; undefined: erased. */
  let call: (ServedEvent | undefined)[] = [];
  let isAfterCut = false;
  const takeCall = (): void => {
    for (const event of call) {
      if (event === undefined) erased++;
      else events.push(event);
    }
    call = [];
  };

  for (let at = 0, end = 0; at < bytes.length; at = end + 1) {
    const newline = bytes.indexOf(NEWLINE, at);
    end = newline === -1 ? bytes.length : newline;
    const line = parseLine(bytes.subarray(at, end));
    const isWithin = line.kind === 'value' && (line.sign === '=' || line.sign === '>');
    if (isAfterCut) {
      // Only damage leaves half a line within a call; a killed writer leaves it at the end, and nobody was told that the call was stored.
      if (isWithin) {
        damaged++;
        takeCall();
      } else if (line.kind !== 'damaged') call = [];
      isAfterCut = false;
    }
    if (line.kind === 'cut') isAfterCut = true;
    else if (line.kind === 'damaged') {
      damaged++;
      takeCall();
    } else if (line.kind === 'value') {
      if (!isWithin) call = [];
      const { value } = line;
      if (value.type === 'seal') break;
      if (value.type === 'segment') version ??= value.version;
      else if (value.type !== 'mark') {
        call.push(value.type === 'erased' ? undefined : value);
        if (line.sign === '' || line.sign === '>') takeCall();
      }
    }
  }
  return { events, damaged, erased, version };
}

function parseLine(line: Buffer): ParsedLine {
  if (line.length === 0) return { kind: 'empty' };
  const prefix = PREFIX.exec(line.toString('latin1', 0, PREFIX_BYTES));
  if (prefix === null) return { kind: line.length < PREFIX_BYTES ? 'cut' : 'damaged' };
  const [{ length: start }, checksum, length, sign] = prefix;
  if (Number.parseInt(checksum, 16) === crc32(line.subarray(CHECKSUM_BYTES))) {
    return { kind: 'value', value: JSON.parse(line.toString('utf8', start)), sign };
  }
  return { kind: line.length - start < Number(length) ? 'cut' : 'damaged' };
}
