import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import type { EventLog, LogBatch, ReadEventsOptions } from '../event-log.js';
import type { ServeEvent } from '../events.js';

/** Makes a check that gets an empty log, which is closed afterwards. */
export type LogCheck = (name: string, run: (log: EventLog) => Promise<void>) => AsyncConformanceCheck;

/** More events than any check appends, and more reads than it needs. A faulty log must not be read without end. */
const MANY = 100_000;

/** Reads a log to its end. */
export async function readAll(
  log: EventLog,
  options: ReadEventsOptions = {},
  onBatch: (batch: LogBatch) => void = () => undefined,
): Promise<ServeEvent[]> {
  const events: ServeEvent[] = [];
  let after = options.after;
  for (let reads = 0; ; reads++) {
    const batch = await log.read({ ...options, ...(after === undefined ? {} : { after }) });
    onBatch(batch);
    events.push(...batch.events);
    checkRule(events.length + reads < MANY, 'reading on from each position: expected an end; found none');
    after = batch.position;
    if (batch.events.length === 0 && batch.damaged === 0) return events;
  }
}

/** The ids of events that have one. */
export function idsOf(events: readonly ServeEvent[]): string[] {
  return events.map((event) => ('id' in event ? event.id : event.type));
}
