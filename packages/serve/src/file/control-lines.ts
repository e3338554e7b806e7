import { NEWLINE, parseLine } from './line-format.js';

/** Lines that are no events. */
export type ControlLine =
  /** The first line of a segment. */
  | { readonly type: 'segment'; readonly log: string; readonly segment: number; readonly version: number }
  /** The end of a segment: what follows is not read. */
  | { readonly type: 'seal' }
  /** An event that was erased. */
  | { readonly type: 'erased' }
  /** Ends a line that a killed writer has left. */
  | { readonly type: 'mark' };

const TYPES: ReadonlySet<unknown> = new Set<ControlLine['type']>(['segment', 'seal', 'erased', 'mark']);

/** Whether the value of a line is no event. */
export function isControl(value: { readonly type: string }): value is ControlLine {
  return TYPES.has(value.type);
}

/** Finds the header of a segment in its first bytes. */
export function findHeader(bytes: Buffer): (ControlLine & { readonly type: 'segment' }) | undefined {
  for (const { value } of valuesIn(bytes)) if (value.type === 'segment') return value;
  return undefined;
}

/** Where the first seal begins in consecutive bytes of a segment; -1 if there is no seal. */
export function sealPlace(bytes: Buffer): number {
  for (const { value, start } of valuesIn(bytes)) if (value.type === 'seal') return start;
  return -1;
}

/** Where the last event ends in consecutive bytes of a segment; -1 if there is no event before the seal. */
export function lastEventEnd(bytes: Buffer): number {
  let found = -1;
  for (const { value, end } of valuesIn(bytes)) {
    if (value.type === 'seal') break;
    if (!isControl(value)) found = end;
  }
  return found;
}

/** The values of the whole lines. Bytes before the first newline may be the end of a line. */
function* valuesIn(bytes: Buffer): Generator<{
  readonly value: ControlLine | { readonly type: 'other' };
  readonly start: number;
  readonly end: number;
}> {
  let start = 0;
  for (let newline = bytes.indexOf(NEWLINE); newline !== -1; newline = bytes.indexOf(NEWLINE, start)) {
    const line = parseLine(bytes.subarray(start, newline));
    if (line.type === 'json') yield { value: JSON.parse(line.json), start, end: newline + 1 };
    start = newline + 1;
  }
}
