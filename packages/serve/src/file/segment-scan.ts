import type { ServeEvent } from '../events.js';
import type { ControlLine } from './control-lines.js';
import { NEWLINE, parseLine } from './line-format.js';

/** What was found in consecutive bytes of a segment. */
export interface Scan {
  readonly events: ServeEvent[];
  readonly damaged: number;
  /** Bytes that need not be read again. */
  readonly end: number;
  /** Whether the segment ends here. */
  readonly isSealed: boolean;
}

/**
 * Finds the events in bytes that begin with a line. Calls that were not written to their end are left out: their writer was killed, or told
 * its caller that they were not stored. Lines that may still be completed are not counted to `end`.
 */
export function scanLines(bytes: Buffer, maxEvents: number): Scan {
  const events: ServeEvent[] = [];
  let damaged = 0;
  let end = 0;
  let isSealed = false;
  /** Lines of a call whose last line was not found yet. */
  let call: { readonly event: ServeEvent | undefined; readonly end: number }[] = [];
  let before: 'whole' | 'cut' | 'damaged' = 'whole';

  /** Takes the lines of a call. Returns whether all could be taken. */
  const takeCall = (): boolean => {
    for (const line of call) {
      if (events.length === maxEvents) return false;
      if (line.event !== undefined) events.push(line.event);
      end = line.end;
    }
    call = [];
    return true;
  };

  for (let at = 0; events.length < maxEvents && !isSealed; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline === -1) break;
    const start = at;
    const line = parseLine(bytes.subarray(at, newline));
    at = newline + 1;
    const isWithin = line.type === 'json' && (line.sign === '=' || line.sign === '>');
    if (before === 'cut') {
      // A killed writer leaves a line that the next group ends. Otherwise a byte of the line was turned into a newline.
      if (isWithin || line.type === 'empty' || (line.type === 'damaged' && !line.hasPrefix)) {
        if (!takeCall()) break;
        damaged++;
        before = 'damaged';
      } else {
        call = [];
      }
    }
    if (line.type === 'cut') {
      before = 'cut';
      continue;
    }
    if (line.type === 'damaged') {
      if (!takeCall()) break;
      if (line.hasPrefix || before !== 'damaged') damaged++;
      if (line.restAt !== undefined) at = start + line.restAt;
      before = 'damaged';
    } else if (line.type === 'empty') {
      if (before !== 'damaged') before = 'whole';
    } else {
      before = 'whole';
      // The writer of the call before was killed.
      if (!isWithin) call = [];
      const value = JSON.parse(line.json) as ServeEvent | ControlLine;
      if (value.type === 'seal') isSealed = true;
      else if (value.type !== 'segment' && value.type !== 'mark') {
        call.push({ event: value.type === 'erased' ? undefined : value, end: at });
        const isLast = line.sign === '' || line.sign === '>';
        if (isLast && !takeCall()) break;
      }
    }
    if (call.length === 0) end = at;
  }
  return { events, damaged, end, isSealed };
}
