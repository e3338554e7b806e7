import type { ServeEvent } from '../events.js';

/**
 * The earliest time of events, by the clocks of the processes that wrote them. The time of feedback does not count: its giver may have named it. So one
 * event whose time is wrong does not make it later than it is, and windows do not close before the events are read that belong in them.
 * @returns undefined if no event has such a time.
 */
export function earliestTime(events: readonly ServeEvent[]): number | undefined {
  let earliest: number | undefined;
  for (const event of events) {
    if (event.type !== 'feedback') earliest = Math.min(earliest ?? event.at, event.at);
  }
  return earliest;
}

/** The later of a time and that of an event, which is at most the present: a clock may have been ahead. The time of feedback does not count. */
export function latestTime(time: number, event: ServeEvent): number {
  return event.type === 'feedback' ? time : Math.max(time, Math.min(event.at, Date.now()));
}
