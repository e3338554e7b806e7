import { expect, test } from 'vitest';
import type { EventLog, ReadEventsOptions } from '../event-log.js';
import type { ServeEvent } from '../events.js';
import { createMemoryEventLog } from '../memory/event-log.js';
import { PacedReads } from './paced-reads.js';

const event = (k: number): ServeEvent => ({ type: 'activation', at: k, decision: `d${k}` });
const open = () => {
  const log = createMemoryEventLog();
  const reads: ReadEventsOptions[] = [];
  const eventLog: EventLog = {
    ...log,
    read(options = {}) {
      reads.push(options);
      return log.read(options);
    },
  };
  return { log, reads, eventLog };
};

test('events that come one by one are read several at a time, in their order', async () => {
  const { log, reads, eventLog } = open();
  const paced = new PacedReads({ eventLog, maxEvents: 100, waitMs: 1_000 });
  const { signal } = new AbortController();
  const found: number[] = [];
  const writing = (async () => {
    for (let k = 0; k < 200; k++) {
      await log.append([event(k)]);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  let position: string | undefined;
  while (found.length < 200) {
    const batch = await paced.read(position, signal);
    found.push(...batch.events.map(({ at }) => at));
    position = batch.position;
  }
  await writing;
  expect(found).toEqual(Array.from({ length: 200 }, (_, k) => k));
  expect(reads.length).toBeLessThan(60);
});

test('a signal ends the pause between two reads', async () => {
  const { log, eventLog } = open();
  const paced = new PacedReads({ eventLog, maxEvents: 100, waitMs: 60_000 });
  const end = new AbortController();
  await log.append([event(1)]);
  const { position } = await paced.read(undefined, end.signal);
  const next = paced.read(position, end.signal);
  end.abort();
  expect((await next).events).toEqual([]);
});
