import { describe, expect, test } from 'vitest';
import { EventLogError } from '../errors.js';
import type { EventLog, LogBatch, ReadEventsOptions } from '../event-log.js';
import type { ServeEvent } from '../events.js';
import { createMemoryEventLog, type MemoryEventLog } from '../memory/event-log.js';
import { expectEveryRuleTried, type Faults, violated } from '../test-support/planted-faults.js';
import { eventLogChecks } from './index.js';

/** What the handles of one log share: whether it is full, and the texts of damaged events. */
interface Storage {
  isFull: boolean;
  readonly damaged: string[];
}

interface TestedLog extends EventLog {
  readonly storage: Storage;
  reopen(): TestedLog;
}

/** Replaces methods of each handle. */
type Change = (log: EventLog, storage: Storage) => Partial<Record<keyof EventLog, unknown>>;

function tested(inner: MemoryEventLog, change: Change, storage: Storage = { isFull: false, damaged: [] }): TestedLog {
  const log: EventLog = {
    ...inner,
    async append(events) {
      if (storage.isFull) throw new EventLogError('The disk is full.');
      await inner.append(events);
    },
    async read(options) {
      const batch = await inner.read(options);
      const events = batch.events.filter((event) => !storage.damaged.some((text) => textOf(event).includes(text)));
      return { ...batch, events, damaged: batch.events.length - events.length };
    },
  };
  return {
    ...log,
    ...(change(log, storage) as Partial<EventLog>),
    storage,
    reopen: () => tested(inner.reopen(), change, storage),
  };
}

const textOf = (event: ServeEvent): string => JSON.stringify(event);

function checksOf(change: Change, patienceMs = 100) {
  return eventLogChecks(() => tested(createMemoryEventLog(), change), {
    reopen: (log) => (log as TestedLog).reopen(),
    damage: async (log, text) => void (log as TestedLog).storage.damaged.push(text),
    obstruct: async (log) => {
      const { storage } = log as TestedLog;
      storage.isFull = true;
      return async () => {
        storage.isFull = false;
      };
    },
    blockEvents: 20,
    patienceMs,
  });
}

/** Changes what `read` returns. */
const reading =
  (change: (batch: LogBatch, options: ReadEventsOptions, log: EventLog) => LogBatch | Promise<LogBatch>): Change =>
  (log) => ({
    read: async (options: ReadEventsOptions = {}) => change(await log.read(options), options, log),
  });
const appending =
  (append: (events: readonly ServeEvent[], log: EventLog) => Promise<void>): Change =>
  (log) => ({ append: (events: readonly ServeEvent[]) => append(events, log) });
const never = new Promise<never>(() => undefined);

let calls = 0;
const SAME = 'events come back as they were appended, in order';
const EMPTY = 'an empty log has a position from which reading goes on';
const GOES_ON = 'reading goes on where it ended, with every event once';
const FOREIGN = 'a position of another log, or of none, is refused';
const BLOCKS = 'drop deletes blocks, and their positions are refused';
const DROP = 'drop deletes no event after the position';
const CLOSED = 'after close nothing is read or stored, and closing again does nothing';
const ERASE = 'erase overwrites the events of a user or session, and what refers to them';
const WAIT = 'a read that waits ends with the next event';
const TIME = 'a read that waits ends with its time, and its position is valid';
const SIGNAL = 'a read that waits ends when its signal aborts';
const HANDLES = 'all handles see the same events in the same order';
const DAMAGE = 'a damaged event is skipped and counted, the others stay readable';
const FULL = 'a log that cannot store events rejects, and is usable afterwards';

/** Shared by no handles but those of one test. */
function keepingObjects(): Change {
  const kept: ServeEvent[] = [];
  return (log) => ({
    append: async (events: readonly ServeEvent[]) => {
      kept.push(...events);
      await log.append(events);
    },
    read: async (options: ReadEventsOptions = {}) => {
      const batch = await log.read(options);
      return { ...batch, events: batch.events.map((event) => kept.find((each) => sameId(each, event)) ?? event) };
    },
  });
}

const sameId = (a: ServeEvent, b: ServeEvent): boolean => 'id' in a && 'id' in b && a.id === b.id;

const FAULTS: Faults<Change> = [
  ["specificationVersion is 'v1'", 'another version', () => ({ specificationVersion: 'v2' })],
  [SAME, 'objects that are shared with callers', keepingObjects()],
  [
    SAME,
    'lone surrogates that are replaced',
    appending((events, log) => log.append(JSON.parse(JSON.stringify(events).replaceAll('\\ud800', '?')))),
  ],
  [
    SAME,
    'a field too few',
    reading((batch) => ({ ...batch, events: batch.events.map(({ at: _, ...rest }) => rest as ServeEvent) })),
  ],
  [
    EMPTY,
    'no position for an empty log',
    reading((batch) => (batch.events.length === 0 ? { ...batch, position: '' } : batch)),
  ],
  [
    GOES_ON,
    'more events than were asked for',
    (log) => ({
      read: ({ maxEvents = 1000, ...options }: ReadEventsOptions = {}) =>
        log.read({ ...options, maxEvents: maxEvents + 1 }),
    }),
  ],
  [
    GOES_ON,
    'an event twice',
    reading(async (batch, options, log) =>
      batch.events.length < 2
        ? batch
        : { ...batch, position: (await log.read({ ...options, maxEvents: batch.events.length - 1 })).position },
    ),
  ],
  [
    'reading again from a position gives the same events in the same order',
    'an order that depends on what was appended since',
    reading((batch) => ({ ...batch, events: batch.events.toSorted((a, b) => (textOf(a) < textOf(b) ? 1 : -1)) })),
  ],
  [
    'calls that overlap are stored in their order',
    'calls that overtake each other',
    appending(async (events, log) => {
      if (++calls % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await log.append(events);
    }),
  ],
  [
    FOREIGN,
    'another log’s position taken for the start',
    (log) => ({
      read: (options: ReadEventsOptions = {}) =>
        log.read(options).catch(() => log.read({ ...options, after: undefined })),
    }),
  ],
  [
    'options that are not valid are refused',
    'no checks',
    (log) => ({
      read: ({ after, maxEvents = 1000, waitMs = 0, signal }: ReadEventsOptions = {}) =>
        log.read({
          after,
          maxEvents: Math.max(1, Math.floor(maxEvents)),
          waitMs: Math.max(0, waitMs),
          ...(signal === undefined ? {} : { signal }),
        }),
    }),
  ],
  [
    DROP,
    'an event too many dropped',
    (log) => ({ drop: async (before: string) => log.drop((await log.read({ after: before, maxEvents: 1 })).position) }),
  ],
  [BLOCKS, 'nothing dropped', () => ({ drop: async () => undefined })],
  [
    BLOCKS,
    'dropped events skipped in silence',
    (log) => ({
      read: (options: ReadEventsOptions = {}) =>
        log.read(options).catch((error) => {
          if (!String(error).includes('dropped')) throw error;
          return log.read({ ...options, after: undefined });
        }),
    }),
  ],
  ['size is the number of bytes stored', 'a size of nothing', () => ({ size: async () => 0 })],
  [CLOSED, 'closing that does nothing', () => ({ close: async () => undefined })],
  [
    CLOSED,
    'closing that fails the second time',
    (log) => {
      let isClosed = false;
      return {
        close: async () => {
          if (isClosed) throw new EventLogError('The log is closed.');
          isClosed = true;
          await log.close();
        },
      };
    },
  ],
  [
    CLOSED,
    'an event that is lost when the log is closed',
    (log) => {
      let isClosed = false;
      return {
        append: async (events: readonly ServeEvent[]) => {
          await null;
          if (!isClosed) await log.append(events);
          else await log.append([]).catch(() => undefined);
        },
        close: async () => {
          isClosed = true;
          await log.close();
        },
      };
    },
  ],
  [ERASE, 'nothing erased', () => ({ erase: async () => 0 })],
  [ERASE, 'a wrong count', (log) => ({ erase: async (id: string) => (await log.erase(id)) + 1 })],
  [
    ERASE,
    'feedback that stays',
    (log) => {
      const feedback: ServeEvent[] = [];
      return {
        append: async (events: readonly ServeEvent[]) => {
          feedback.push(...events.filter(({ type }) => type === 'feedback'));
          await log.append(events);
        },
        erase: async (id: string) => {
          const count = await log.erase(id);
          await log.append(feedback.splice(0));
          return count;
        },
      };
    },
  ],
  [
    'positions stay valid when events are erased',
    'events that move up',
    (log) => {
      let moved = 0;
      return {
        erase: async (id: string) => {
          const count = await log.erase(id);
          moved += count;
          return count;
        },
        read: async (options: ReadEventsOptions = {}) => {
          if (moved === 0 || options.after === undefined) return log.read(options);
          const [name, index] = options.after.split(':');
          return log.read({ ...options, after: `${name}:${Math.max(0, Number(index) - 1)}` });
        },
      };
    },
  ],
  [
    WAIT,
    'a wait that does not end',
    (log) => ({
      read: (options: ReadEventsOptions = {}) => ((options.waitMs ?? 0) > 1000 ? never : log.read(options)),
    }),
  ],
  [WAIT, 'no wait', (log) => ({ read: ({ waitMs: _, ...options }: ReadEventsOptions = {}) => log.read(options) })],
  [TIME, 'no wait', (log) => ({ read: ({ waitMs: _, ...options }: ReadEventsOptions = {}) => log.read(options) })],
  [
    TIME,
    'a wait without end',
    (log) => ({ read: (options: ReadEventsOptions = {}) => (options.waitMs ? never : log.read(options)) }),
  ],
  [
    SIGNAL,
    'a signal that is ignored',
    (log) => ({ read: ({ signal: _, ...options }: ReadEventsOptions = {}) => log.read(options) }),
  ],
  [
    SIGNAL,
    'an error instead of a batch',
    (log) => ({
      read: async (options: ReadEventsOptions = {}) => {
        options.signal?.throwIfAborted();
        return log.read(options);
      },
    }),
  ],
  [
    'a read that waits ends when the log is closed',
    'a wait that goes on',
    (log) => ({ read: (options: ReadEventsOptions = {}) => (options.waitMs ? never : log.read(options)) }),
  ],
  [
    HANDLES,
    'events of its own alone',
    (log) => {
      const own = new Set<string>();
      return {
        append: async (events: readonly ServeEvent[]) => {
          for (const event of events) own.add(textOf(event));
          await log.append(events);
        },
        read: async (options: ReadEventsOptions = {}) => {
          const batch = await log.read(options);
          return { ...batch, events: batch.events.filter((event) => own.has(textOf(event))) };
        },
      };
    },
  ],
  [
    'a read that waits ends with an event of another handle',
    'a wait for its own events',
    (log) => {
      const own: (() => void)[] = [];
      return {
        append: async (events: readonly ServeEvent[]) => {
          await log.append(events);
          for (const wake of own.splice(0)) wake();
        },
        read: async (options: ReadEventsOptions = {}) => {
          const { waitMs = 0, ...rest } = options;
          if (waitMs > 1000) await new Promise<void>((resolve) => own.push(resolve));
          return log.read(rest);
        },
      };
    },
  ],
  [
    'positions are valid for all handles',
    'positions of a handle',
    (log) => {
      const given = new Set<string | undefined>([undefined]);
      return {
        read: async (options: ReadEventsOptions = {}) => {
          if (!given.has(options.after)) throw new EventLogError('This position is unknown.');
          const batch = await log.read(options);
          given.add(batch.position);
          return batch;
        },
      };
    },
  ],
  [
    'erase reaches the events of other handles',
    'erased for one handle',
    (log) => {
      const hidden = new Set<string>();
      return {
        erase: async (id: string) => {
          const { events } = await log.read();
          for (const event of events) if (textOf(event).includes(id)) hidden.add(textOf(event));
          return hidden.size;
        },
        read: async (options: ReadEventsOptions = {}) => {
          const batch = await log.read(options);
          return { ...batch, events: batch.events.filter((event) => !hidden.has(textOf(event))) };
        },
      };
    },
  ],
  [DAMAGE, 'damage that is not counted', reading((batch) => ({ ...batch, damaged: 0 }))],
  [
    DAMAGE,
    'damage that ends the log',
    reading((batch) => {
      if (batch.damaged > 0) throw new EventLogError('The log is damaged.');
      return batch;
    }),
  ],
  [
    DAMAGE,
    'a damaged event that is returned',
    (log, storage) => {
      const damaged = storage.damaged;
      return {
        read: async (options: ReadEventsOptions = {}) => {
          const texts = damaged.splice(0);
          const batch = await log.read(options);
          damaged.push(...texts);
          return { ...batch, damaged: texts.length };
        },
      };
    },
  ],
  [
    FULL,
    'an event that is lost in silence',
    (log) => ({ append: (events: readonly ServeEvent[]) => log.append(events).catch(() => undefined) }),
  ],
  [
    FULL,
    'another error',
    (log) => ({
      append: (events: readonly ServeEvent[]) =>
        log.append(events).catch((error) => {
          if (String(error).includes('full')) throw new TypeError('ENOSPC');
          throw error;
        }),
    }),
  ],
  [
    FULL,
    'a log that is lost with the first failure',
    (log) => {
      let isLost = false;
      return {
        append: async (events: readonly ServeEvent[]) => {
          if (isLost) throw new EventLogError('The log has failed.');
          await log.append(events).catch((error) => {
            isLost = true;
            throw error;
          });
        },
      };
    },
  ],
];

describe('eventLogChecks', () => {
  test('pass a log that follows the rules', async () => {
    expect(await violated(checksOf(() => ({}), 10_000))).toEqual([]);
  });

  test.each(FAULTS)('%s: catch %s', async (rule, _, change) => {
    expect(await violated(checksOf(change).filter(({ name }) => name === rule))).toEqual([rule]);
  });

  test('have a fault for every rule above', () =>
    expectEveryRuleTried(
      checksOf(() => ({})),
      FAULTS,
    ));
});
