import type { AsyncConformanceCheck } from '@ialp/core/testing';
import type { ServeEvent } from '../events.js';
import { checkSame } from './conformance-check.js';
import { idsOf, type LogCheck, readAll } from './event-log-reading.js';
import { decisionEvent, numberedEvents } from './sample-events.js';

const USER = 'user "1"\n';

const EVENTS: ServeEvent[] = [
  decisionEvent('d1', { session: 's1', key: 11 }),
  decisionEvent('d2', { session: 's1', key: 11, user: USER }),
  decisionEvent('d3', { session: 's2', key: 12, user: 'user' }),
  { type: 'feedback', id: 'f1', at: 1, decision: 'd1', reward: 1 },
  { type: 'feedback', id: 'f3', at: 1, decision: 'd3', reward: 1 },
  { type: 'end', at: 1, session: 's1' },
  { type: 'item', at: 1, item: { id: 'i', text: USER } },
  { type: 'erasure', at: 1, id: USER },
  decisionEvent('d4', { session: USER, key: 13 }),
  { type: 'retraction', id: 'r2', at: 1, decision: 'd2' },
];
const LEFT = ['d3', 'f3', 'item', USER];

/** Rules of `EventLog.erase`. */
export function eventLogErasureChecks(withLog: LogCheck): AsyncConformanceCheck[] {
  return [
    withLog('erase overwrites the events of a user or session, and what refers to them', async (log) => {
      for (const event of EVENTS) await log.append([event]);
      checkSame(await log.erase('nobody'), 0, 'events of nobody that were erased');
      checkSame(await log.erase('d1'), 0, 'events of a decision’s id that were erased');
      checkSame(await log.erase(USER), 6, 'events of a user that were erased');
      checkSame(idsOf(await readAll(log)), LEFT, 'the events after it');
      checkSame(await log.erase(USER), 0, 'events erased by a second call');
      checkSame(await log.erase('s2'), 2, 'events of a session that were erased');
      checkSame(idsOf(await readAll(log)), ['item', USER], 'the events after that');
    }),
    withLog('positions stay valid when events are erased', async (log) => {
      for (const event of EVENTS) await log.append([event]);
      const positions = [(await log.read({ maxEvents: 1 })).position];
      while (positions.length < EVENTS.length) {
        positions.push((await log.read({ after: positions.at(-1), maxEvents: 1 })).position);
      }
      await log.erase(USER);
      await log.append(numberedEvents(1));
      const isLeft = EVENTS.map((event) => LEFT.includes(idsOf([event])[0]));
      for (const [k, after] of positions.entries()) {
        const expected = [...idsOf(EVENTS.filter((_, index) => index > k && isLeft[index])), 'w0'];
        checkSame(idsOf(await readAll(log, { after })), expected, `the events after position ${k}`);
      }
    }),
  ];
}
