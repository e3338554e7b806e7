import { randomUUID } from 'node:crypto';
import { checkInteger, checkOptionNames } from '@ialp/core';
import { erasedEvents } from '../erased-events.js';
import { EventLogError } from '../errors.js';
import type { EventLog, LogBatch, LogPosition, ReadEventsOptions } from '../event-log.js';
import type { ServeEvent } from '../events.js';
import { checkReadOptions, DEFAULT_MAX_EVENTS } from '../read-options.js';

/** An event log in memory: nothing survives the process. */
export interface MemoryEventLog extends EventLog {
  /** Opens the same events again, as another process would do, or the same one after a restart. Works after `close`, too. */
  reopen(): MemoryEventLog;
}

/** Options of `createMemoryEventLog`. */
export interface MemoryEventLogOptions {
  /** Most events to store; `append` rejects beyond that, as on a full disk. Default: no limit. */
  readonly maxEvents?: number;
}

/** What the handles of one log share. */
interface Events {
  readonly id: string;
  readonly maxEvents: number;
  /** JSON of the events, as other drivers store it: callers cannot change it later. Undefined: erased. */
  texts: (string | undefined)[];
  /** How many events were dropped before the first one in `texts`. */
  dropped: number;
  readonly waiting: Set<() => void>;
}

/**
 * Creates an event log in memory, for tests and trials.
 * @throws {InvalidOptionError}
 */
export function createMemoryEventLog(options: MemoryEventLogOptions = {}): MemoryEventLog {
  checkOptionNames(options, ['maxEvents']);
  const { maxEvents = Number.MAX_SAFE_INTEGER } = options;
  checkInteger('maxEvents', maxEvents, 1);
  return openEvents({ id: randomUUID(), maxEvents, texts: [], dropped: 0, waiting: new Set() });
}

function openEvents(stored: Events): MemoryEventLog {
  const closing = new AbortController();

  const checkOpen = (): void => {
    if (closing.signal.aborted) throw new EventLogError('The event log is closed. Open it again with reopen().');
  };

  /** Index of the first event after a position, counted from the first that was ever stored. */
  const indexOf = (position: LogPosition): number => {
    const [id, text] = position.split(':');
    const index = Number(text);
    const end = stored.dropped + stored.texts.length;
    if (id !== stored.id || !Number.isSafeInteger(index) || index < 0 || index > end) {
      throw new EventLogError(`The position ${JSON.stringify(position)} belongs to another event log.`);
    }
    return index;
  };

  const take = (from: number, maxEvents: number): LogBatch => {
    const events: ServeEvent[] = [];
    let index = from;
    for (; index < stored.dropped + stored.texts.length && events.length < maxEvents; index++) {
      const text = stored.texts[index - stored.dropped];
      if (text !== undefined) events.push(JSON.parse(text));
    }
    return { events, position: `${stored.id}:${index}`, damaged: 0 };
  };

  return {
    specificationVersion: 'v1',
    async append(events) {
      checkOpen();
      const texts = events.map((event) => JSON.stringify(event));
      const count = stored.texts.length + texts.length;
      if (count > stored.maxEvents) {
        throw new EventLogError(
          `The event log in memory is full: expected at most ${stored.maxEvents} events; found ${count}. Raise maxEvents, or drop events.`,
        );
      }
      for (const text of texts) stored.texts.push(text);
      for (const wake of [...stored.waiting]) wake();
    },
    async read(options: ReadEventsOptions = {}) {
      checkReadOptions(options);
      checkOpen();
      const { after, maxEvents = DEFAULT_MAX_EVENTS, waitMs = 0, signal } = options;
      const from = after === undefined ? stored.dropped : indexOf(after);
      if (from < stored.dropped) {
        throw new EventLogError(
          `The events after the position ${JSON.stringify(after)} were dropped. Read from the oldest stored event: leave after out.`,
        );
      }
      const deadline = performance.now() + waitMs;
      let batch = take(from, maxEvents);
      while (batch.events.length === 0) {
        const leftMs = deadline - performance.now();
        if (leftMs <= 0 || signal?.aborted || closing.signal.aborted) break;
        await untilAppended(stored.waiting, leftMs, [closing.signal, ...(signal === undefined ? [] : [signal])]);
        if (signal?.aborted) break;
        batch = take(Math.max(from, stored.dropped), maxEvents);
      }
      return batch;
    },
    async drop(before) {
      checkOpen();
      const count = indexOf(before) - stored.dropped;
      if (count <= 0) return;
      stored.texts = stored.texts.slice(count);
      stored.dropped += count;
    },
    async erase(id) {
      checkOpen();
      const erased = erasedEvents(id);
      const events = stored.texts.map((text): ServeEvent | undefined =>
        text === undefined ? undefined : JSON.parse(text),
      );
      for (const event of events) if (event !== undefined) erased.findVisits(event);
      for (const event of events) if (event !== undefined) erased.findDecisions(event);
      let count = 0;
      for (const [k, event] of events.entries()) {
        if (event === undefined || !erased.includes(event)) continue;
        stored.texts[k] = undefined;
        count++;
      }
      return count;
    },
    async size() {
      return stored.texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
    },
    async close() {
      closing.abort();
    },
    reopen: () => openEvents(stored),
  };
}

/** Resolves when something was appended, the time is over, or a signal aborts. */
function untilAppended(waiting: Set<() => void>, leftMs: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      for (const signal of signals) signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, leftMs);
    waiting.add(wake);
    for (const signal of signals) signal.addEventListener('abort', wake);
  });
}
