import type { AsyncConformanceCheck } from '@ialp/core/testing';
import type { EventLog } from '../event-log.js';
import { checkSame, settled } from './conformance-check.js';
import { idsOf, type LogCheck, readAll } from './event-log-reading.js';
import { decisionEvent, numberedEvent, numberedEvents } from './sample-events.js';

/** Longer than any check may take. */
const LONG_MS = 600_000;

/** Rules for several handles of one log. */
export function eventLogSharingChecks(
  withLog: LogCheck,
  reopen: ((log: EventLog) => EventLog | Promise<EventLog>) | undefined,
  patienceMs: number,
): AsyncConformanceCheck[] {
  if (reopen === undefined) return [];
  const withTwo = (name: string, run: (one: EventLog, two: EventLog) => Promise<void>): AsyncConformanceCheck =>
    withLog(name, async (one) => {
      const two = await reopen(one);
      try {
        await run(one, two);
      } finally {
        await two.close();
      }
    });
  return [
    withTwo('all handles see the same events in the same order', async (one, two) => {
      const calls: Promise<void>[] = [];
      const seen: string[] = [];
      let after = (await two.read()).position;
      // One reader follows while both append.
      for (let k = 0; k < 100; k++) {
        calls.push(one.append([numberedEvent(k, 'a')]), two.append([numberedEvent(k, 'b')]));
        const batch = await two.read({ after, maxEvents: 7 });
        seen.push(...idsOf(batch.events));
        after = batch.position;
      }
      await Promise.all(calls);
      seen.push(...idsOf(await readAll(two, { after })));
      checkSame(idsOf(await readAll(one)), seen, 'the events of a second reader');
      for (const writer of ['a', 'b']) {
        const own = seen.filter((id) => id.startsWith(writer));
        checkSame(own, idsOf(numberedEvents(100, writer)), `the events of writer ${writer}`);
      }
    }),
    withTwo('a read that waits ends with an event of another handle', async (one, two) => {
      await one.append(numberedEvents(1));
      const { position } = await two.read();
      const waiting = two.read({ after: position, waitMs: LONG_MS });
      await new Promise((resolve) => setTimeout(resolve, 30));
      await one.append(numberedEvents(1, 'x'));
      const { events } = await settled(waiting, 'a read that waits, after append by another handle', patienceMs);
      checkSame(idsOf(events), ['x0'], 'the events');
    }),
    withTwo('positions are valid for all handles', async (one, two) => {
      await one.append(numberedEvents(6));
      const { position } = await one.read({ maxEvents: 4 });
      checkSame(idsOf(await readAll(two, { after: position })), ['w4', 'w5'], 'the events after it, of another handle');
      await one.close();
      checkSame(idsOf(await readAll(two, { after: position })), ['w4', 'w5'], 'the same, after the first has closed');
    }),
    withTwo('erase reaches the events of other handles', async (one, two) => {
      await one.append([decisionEvent('d1', { session: 's' })]);
      await two.append([{ type: 'feedback', id: 'f1', at: 1, decision: 'd1', reward: 1 }, numberedEvent(0)]);
      checkSame(await one.erase('s'), 2, 'events that were erased');
      for (const log of [one, two]) checkSame(idsOf(await readAll(log)), ['w0'], 'the events after it');
    }),
  ];
}
