import type { DeadLetterReason } from './errors.js';

/** Prefix of the keys of results. */
export const JOB = 'job.';
/** Prefix of the keys of values that the processes of a queue agree on. */
export const ABOUT = 'about.';

/** A job that is not tried again, with the reason. */
export interface DeadLetter {
  readonly content: unknown;
  readonly deliveries: number;
  readonly reason: DeadLetterReason;
}

const encoder = new TextEncoder();

/** A value as the bytes of its JSON. */
export function encode(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value ?? null));
}
