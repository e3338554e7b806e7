import { InvalidOptionError } from '@ialp/core';
import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import { EventLogError } from '../errors.js';
import type { EventLog } from '../event-log.js';
import type { ServeEvent } from '../events.js';
import { check, checkRejects, checkSame, PATIENCE_MS } from './conformance-check.js';
import { eventLogErasureChecks } from './event-log-erasure-checks.js';
import { eventLogFaultChecks } from './event-log-fault-checks.js';
import { idsOf, readAll } from './event-log-reading.js';
import { eventLogSharingChecks } from './event-log-sharing-checks.js';
import { eventLogWaitingChecks } from './event-log-waiting-checks.js';
import { numberedEvents, variedEvents } from './sample-events.js';

/** Options of `eventLogChecks`. */
export interface EventLogCheckOptions {
  /** Opens the log of `open` again, as another process does, also after it was closed. Default: none; the rules for several handles are not checked. */
  readonly reopen?: (log: EventLog) => EventLog | Promise<EventLog>;
  /** Changes a stored byte of the event that contains a text. Default: none; the rule for damage is not checked. */
  readonly damage?: (log: EventLog, text: string) => Promise<void>;
  /** Makes appending fail, as on a full disk, until the returned function is called. Default: none; the rule is not checked. */
  readonly obstruct?: (log: EventLog) => Promise<() => Promise<void>>;
  /** Events of 100 bytes after which `drop` has a whole block to delete. Default 1,000. */
  readonly blockEvents?: number;
  /** How long to wait for what has to happen soon, in milliseconds. Default 10,000. */
  readonly patienceMs?: number;
}

/**
 * The rules of `EventLog`, one check each, for any test runner.
 * @param open opens an empty log, another one with each call.
 */
export function eventLogChecks(
  open: () => EventLog | Promise<EventLog>,
  options: EventLogCheckOptions = {},
): AsyncConformanceCheck[] {
  const { blockEvents = 1000, patienceMs = PATIENCE_MS } = options;
  const withLog = (name: string, run: (log: EventLog) => Promise<void>): AsyncConformanceCheck =>
    check(name, async () => {
      const log = await open();
      try {
        await run(log);
      } finally {
        await log.close();
      }
    });

  return [
    withLog("specificationVersion is 'v1'", async ({ specificationVersion: found }) => {
      checkSame(found, 'v1', 'specificationVersion');
    }),
    withLog('events come back as they were appended, in order', async (log) => {
      const events = variedEvents();
      const appended = structuredClone(events);
      for (const event of appended) await log.append([event]);
      // The log must not share objects with its callers.
      for (const event of appended) Object.assign(event, { at: -1 });
      const found = await readAll(log);
      events.forEach((event, k) => {
        checkSame(found[k], event, `event ${k}`);
      });
      checkSame(found.length, events.length, 'number of events');
      Object.assign(found[0], { at: -1 });
      checkSame((await readAll(log))[0], events[0], 'an event, after a reader has changed its copy');
    }),
    withLog('an empty log has a position from which reading goes on', async (log) => {
      await log.append([]);
      const { events, position, damaged } = await log.read();
      checkSame([events, damaged], [[], 0], 'the first read');
      await log.append(numberedEvents(3));
      checkSame(idsOf((await log.read({ after: position })).events), ['w0', 'w1', 'w2'], 'the events after it');
    }),
    withLog('reading goes on where it ended, with every event once', async (log) => {
      const events = numberedEvents(40);
      for (let k = 0; k < 40; k += 8) await log.append(events.slice(k, k + 8));
      for (const maxEvents of [1, 3, 8, 39, 40, 1000]) {
        const found = await readAll(log, { maxEvents }, ({ events: batch }) => {
          checkRule(
            batch.length <= maxEvents,
            `maxEvents ${maxEvents}: expected no more events; found ${batch.length}`,
          );
        });
        checkSame(idsOf(found), idsOf(events), `events in batches of ${maxEvents}`);
      }
    }),
    withLog('reading again from a position gives the same events in the same order', async (log) => {
      await log.append(numberedEvents(5));
      const { position } = await log.read({ maxEvents: 2 });
      const first = await readAll(log, { after: position });
      await log.append(numberedEvents(5, 'x'));
      const second = await readAll(log, { after: position });
      checkSame(idsOf(second).slice(0, 3), idsOf(first), 'the events after it');
      checkSame(second.length, 8, 'number of events after it');
    }),
    withLog('calls that overlap are stored in their order', async (log) => {
      const events = numberedEvents(500);
      await Promise.all(events.map((event) => log.append([event])));
      checkSame(idsOf(await readAll(log)), idsOf(events), 'the events');
    }),
    withLog('a position of another log, or of none, is refused', async (log) => {
      const other = await open();
      try {
        await other.append(numberedEvents(1));
        const { position } = await other.read();
        await log.append(numberedEvents(2));
        for (const after of [position, '', 'x', '{}', '-1']) {
          await checkRejects(() => log.read({ after }), EventLogError, `read({ after: ${JSON.stringify(after)} })`);
        }
      } finally {
        await other.close();
      }
    }),
    withLog('options that are not valid are refused', async (log) => {
      for (const options of [{ maxEvents: 0 }, { maxEvents: 1.5 }, { waitMs: -1 }, { before: 'x' }]) {
        await checkRejects(() => log.read(options), InvalidOptionError, `read(${JSON.stringify(options)})`);
      }
    }),
    withLog('drop deletes no event after the position', async (log) => {
      const events = numberedEvents(3 * blockEvents);
      await appendInParts(log, events);
      const { position } = await log.read({ maxEvents: blockEvents });
      await log.drop(position);
      checkSame(
        idsOf(await readAll(log, { after: position })),
        idsOf(events.slice(blockEvents)),
        'the events after it',
      );
      const stored = idsOf(await readAll(log));
      checkSame(stored, idsOf(events).slice(events.length - stored.length), 'the stored events');
      checkRule(stored.length >= 2 * blockEvents, `expected ${2 * blockEvents} events or more; found ${stored.length}`);
    }),
    withLog('drop deletes blocks, and their positions are refused', async (log) => {
      const start = (await log.read()).position;
      const events = numberedEvents(3 * blockEvents);
      await appendInParts(log, events);
      const before = await log.size();
      const middle = (await log.read({ after: start, maxEvents: 2 * blockEvents })).position;
      const first = (await log.read({ after: start, maxEvents: 1 })).position;
      await log.drop(middle);
      const left = await log.size();
      checkRule(left < before, `expected fewer than ${before} bytes after drop; found ${left}`);
      await checkRejects(
        () => log.read({ after: first }),
        EventLogError,
        'read after a position whose events are gone',
      );
      await log.drop(middle);
      await log.append(numberedEvents(1, 'x'));
      checkSame(idsOf(await readAll(log, { after: middle })).at(-1), 'x0', 'an event appended after drop');
    }),
    withLog('size is the number of bytes stored', async (log) => {
      const before = await log.size();
      await log.append(numberedEvents(100));
      const after = await log.size();
      checkRule(
        Number.isSafeInteger(before) && before >= 0 && after >= before + 1000,
        `expected at least 1,000 bytes more after 100 events; found ${before} and ${after}`,
      );
    }),
    check('after close nothing is read or stored, and closing again does nothing', async () => {
      const log = await open();
      const appended = log.append(numberedEvents(1));
      await log.close();
      await appended;
      await log.close();
      await checkRejects(() => log.append(numberedEvents(1)), EventLogError, 'append after close');
      await checkRejects(() => log.read(), EventLogError, 'read after close');
      if (options.reopen === undefined) return;
      const again = await options.reopen(log);
      const found = await readAll(again);
      await again.close();
      checkSame(idsOf(found), ['w0'], 'the events after opening again');
    }),
    ...eventLogErasureChecks(withLog),
    ...eventLogWaitingChecks(withLog, patienceMs),
    ...eventLogSharingChecks(withLog, options.reopen, patienceMs),
    ...eventLogFaultChecks(withLog, options),
  ];
}

async function appendInParts(log: EventLog, events: readonly ServeEvent[]): Promise<void> {
  for (let k = 0; k < events.length; k += 50) await log.append(events.slice(k, k + 50));
}
