import type { AsyncConformanceCheck } from '@ialp/core/testing';
import { EventLogError } from '../errors.js';
import type { EventLog } from '../event-log.js';
import { checkRejects, checkSame } from './conformance-check.js';
import { idsOf, type LogCheck, readAll } from './event-log-reading.js';
import { numberedEvents } from './sample-events.js';

/** What the rules for faults need. */
interface Faults {
  readonly damage?: (log: EventLog, text: string) => Promise<void>;
  readonly obstruct?: (log: EventLog) => Promise<() => Promise<void>>;
}

/** Rules for damaged bytes, and for storage that fails. */
export function eventLogFaultChecks(withLog: LogCheck, { damage, obstruct }: Faults): AsyncConformanceCheck[] {
  const checks: AsyncConformanceCheck[] = [];
  if (damage !== undefined) {
    checks.push(
      withLog('a damaged event is skipped and counted, the others stay readable', async (log) => {
        await log.append(numberedEvents(9));
        await damage(log, 'w4');
        let damaged = 0;
        const events = await readAll(log, { maxEvents: 2 }, (batch) => {
          damaged += batch.damaged;
        });
        checkSame(idsOf(events), idsOf(numberedEvents(9)).toSpliced(4, 1), 'the events');
        checkSame(damaged, 1, 'events that were counted as damaged');
      }),
    );
  }
  if (obstruct !== undefined) {
    checks.push(
      withLog('a log that cannot store events rejects, and is usable afterwards', async (log) => {
        await log.append(numberedEvents(3));
        const clear = await obstruct(log);
        await checkRejects(() => log.append(numberedEvents(1, 'lost')), EventLogError, 'append');
        await clear();
        await log.append(numberedEvents(2, 'x'));
        const found = idsOf(await readAll(log));
        checkSame(found.slice(0, 3), ['w0', 'w1', 'w2'], 'the events before');
        checkSame(found.slice(-2), ['x0', 'x1'], 'the events after');
      }),
    );
  }
  return checks;
}
