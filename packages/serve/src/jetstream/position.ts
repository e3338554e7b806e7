import { show } from '@ialp/core';
import { EventLogError } from '../errors.js';
import type { LogPosition } from '../event-log.js';

/** `<identity of the stream>:<sequence of the last message before the position>`. */
const FORM = /^([0-9a-z]+):(\d{1,16})$/;

/** The identity of a stream: when it was created. A stream that is deleted and created again has another one; one that is restored from a backup keeps it. */
export function identityOf(info: { readonly created: string | Date }): string {
  return Date.parse(String(info.created)).toString(36);
}

/** The position after a message. */
export function positionAfter(identity: string, sequence: number): LogPosition {
  return `${identity}:${sequence}`;
}

/** The sequence of a position. @throws {EventLogError} if it is not one, or one of another stream. */
export function sequenceOf(position: LogPosition, identity: string): number {
  const [, found, sequence] = FORM.exec(position) ?? [];
  if (found === identity) return Number(sequence);
  throw new EventLogError(
    found === undefined
      ? `after: expected a position that this log returned; found ${show(position)}.`
      : `after: ${show(position)} is a position of another stream, or of one that was deleted and created again since. Read from the beginning, without \`after\`.`,
  );
}
