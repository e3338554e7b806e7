import { show } from '@ialp/core';
import { EventLogError } from '../errors.js';
import type { LogPosition } from '../event-log.js';

/** A place in the segments of a log: where the next line begins. */
export interface SegmentPlace {
  /** Number of the segment. */
  readonly segment: number;
  /** Bytes before the place. */
  readonly offset: number;
}

/** Writes a place as a position. @param log id of the log. */
export function formatPosition(log: string, { segment, offset }: SegmentPlace): LogPosition {
  return JSON.stringify({ log, segment, offset });
}

/** Reads a position. @throws {EventLogError} if it is no position, or one of another log. */
export function parsePosition(log: string, position: LogPosition): SegmentPlace {
  const { log: found, segment, offset } = fieldsOf(position);
  if (typeof found !== 'string' || !isCount(segment) || !isCount(offset)) {
    throw new EventLogError(`Expected a position of an event log; found ${show(position)}.`);
  }
  if (found !== log) {
    throw new EventLogError(
      `The position belongs to another event log: expected one of log ${log}; found ${show(found)}. Was the folder of the log replaced?`,
    );
  }
  return { segment: segment as number, offset: offset as number };
}

function fieldsOf(position: unknown): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(position as string));
  } catch {
    return {};
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
