import type { ServeEvent } from './events.js';

/** A place in an event log, as text that only the log itself interprets. It can be stored, and used again by another process. */
export type LogPosition = string;

/** Consecutive events of a log. */
export interface LogBatch {
  readonly events: readonly ServeEvent[];
  /** The position after these events: where the next read goes on. */
  readonly position: LogPosition;
  /** Events in between that could not be read, as their bytes are damaged. They are skipped. */
  readonly damaged: number;
}

/** Options of `EventLog.read`. */
export interface ReadEventsOptions {
  /** Where to begin. Default: the oldest event that is still stored. */
  readonly after?: LogPosition | undefined;
  /** Most events to return. Default 1,000. */
  readonly maxEvents?: number;
  /** How long to wait if there are no events yet. Default 0: returns at once, with an empty batch. */
  readonly waitMs?: number;
  /** Ends the waiting. The batch is then empty. */
  readonly signal?: AbortSignal;
}

/** Options of `EventLog.append`. */
export interface AppendOptions {
  /**
   * Whether to wait until the events would survive a power failure, too, as far as the log cares for that. Without it, `append` does not wait for
   * the disk. Default true.
   */
  readonly sync?: boolean;
}

/**
 * A durable sequence of events that several processes append to and read. `eventLogChecks` of `@ialp/serve/testing` checks the rules:
 *
 * - `append` resolves once its events would survive `kill -9` of every process that uses the log. Its events are stored together or not at
 *   all, unless it rejects: then any number of the first of them may be stored;
 * - every reader sees every event exactly once, in the same order again if it reads again from the same position. The events of one
 *   process come in the order in which it appended them;
 * - a damaged event is skipped and counted; the others stay readable;
 * - after `close`, a read that waits returns an empty batch, and all other methods but `close` reject.
 */
export interface EventLog {
  readonly specificationVersion: 'v1';
  /**
   * Appends events. Calls may overlap; they are written in the order of the calls.
   * @throws {EventLogError} if they could not be stored, such as on a full disk. The log stays usable.
   */
  append(events: readonly ServeEvent[], options?: AppendOptions): Promise<void>;
  /** Reads the events after a position. @throws {EventLogError} for a position of another log, or one whose events were dropped. */
  read(options?: ReadEventsOptions): Promise<LogBatch>;
  /** Deletes whole blocks of events before a position that nobody has to read again. Events after it are never deleted. */
  drop(before: LogPosition): Promise<void>;
  /**
   * Overwrites the events of a user or session that were appended before the call: decisions, what refers to them, and the ends of sessions;
   * `erasedEvents` says which. Erasure events stay. Positions stay valid. Returns how many were erased.
   */
  erase(id: string): Promise<number>;
  /** Bytes stored, for monitoring. */
  size(): Promise<number>;
  /** Ends what `append` has begun and releases all resources. A second call does nothing. */
  close(): Promise<void>;
}
