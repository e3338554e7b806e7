import type { AsyncConformanceCheck } from '@ialp/core/testing';
import { checkSame, settled } from './conformance-check.js';
import { idsOf, type LogCheck } from './event-log-reading.js';
import { numberedEvents } from './sample-events.js';

/** Longer than any check may take. */
const LONG_MS = 600_000;
/** So short that it is over soon, and long enough for a read to wait. */
const SHORT_MS = 30;

/** Rules of `EventLog.read` with `waitMs`. */
export function eventLogWaitingChecks(withLog: LogCheck, patienceMs: number): AsyncConformanceCheck[] {
  return [
    withLog('a read that waits ends with the next event', async (log) => {
      await log.append(numberedEvents(1));
      const { position } = await log.read();
      const waiting = log.read({ after: position, waitMs: LONG_MS });
      await new Promise((resolve) => setTimeout(resolve, SHORT_MS));
      await log.append(numberedEvents(1, 'x'));
      const { events } = await settled(waiting, 'a read that waits, after append', patienceMs);
      checkSame(idsOf(events), ['x0'], 'the events');
      const ready = await settled(log.read({ waitMs: LONG_MS }), 'a read that has no need to wait', patienceMs);
      checkSame(idsOf(ready.events), ['w0', 'x0'], 'the events of a read that has no need to wait');
    }),
    withLog('a read that waits ends with its time, and its position is valid', async (log) => {
      const started = performance.now();
      const { events, position, damaged } = await settled(
        log.read({ waitMs: SHORT_MS }),
        `a read that waits ${SHORT_MS} ms`,
        patienceMs,
      );
      // A timer may be early by a millisecond.
      checkSame(performance.now() - started >= SHORT_MS - 2, true, 'whether it waited');
      checkSame([events, damaged], [[], 0], 'its batch');
      await log.append(numberedEvents(1));
      checkSame(idsOf((await log.read({ after: position })).events), ['w0'], 'the events after it');
    }),
    withLog('a read that waits ends when its signal aborts', async (log) => {
      for (const isEarly of [true, false]) {
        const controller = new AbortController();
        if (isEarly) controller.abort();
        const waiting = log.read({ waitMs: LONG_MS, signal: controller.signal });
        if (!isEarly) setTimeout(() => controller.abort(), SHORT_MS);
        const { events, position } = await settled(waiting, 'a read whose signal aborts', patienceMs);
        checkSame(events, [], 'its events');
        checkSame((await log.read({ after: position })).events, [], 'the events after it');
      }
    }),
    withLog('a read that waits ends when the log is closed', async (log) => {
      const waiting = log.read({ waitMs: LONG_MS });
      await new Promise((resolve) => setTimeout(resolve, SHORT_MS));
      await log.close();
      checkSame((await settled(waiting, 'a read that waits, after close', patienceMs)).events, [], 'its events');
    }),
  ];
}
