import { wait } from '@ialp/core/retry';
import type { EventLog, LogBatch, LogPosition } from '../event-log.js';

/** How a log is read. */
export interface PacedReadsOptions {
  readonly eventLog: EventLog;
  /** Most events in one read. */
  readonly maxEvents: number;
  /** How long to wait for events in one read. */
  readonly waitMs: number;
}

/** Least time between two reads, unless many events are waiting. */
const INTERVAL_MS = 20;
/** Many events, as a share of the most in one read. */
const MANY = 0.5;

/**
 * Reads a log that is written to all the time: a read takes time of its own, however few events it finds, so that hundreds of them a second would
 * take more than what is done with the events. The first event after a while is read at once.
 */
export class PacedReads {
  readonly #options: PacedReadsOptions;
  #next = 0;

  constructor(options: PacedReadsOptions) {
    this.#options = options;
  }

  /** Reads the events after a position. The signal ends all waiting. @throws {EventLogError} */
  async read(after: LogPosition | undefined, signal: AbortSignal): Promise<LogBatch> {
    const { eventLog, maxEvents, waitMs } = this.#options;
    const pause = this.#next - performance.now();
    if (pause > 0) await wait(pause, signal).catch(() => {});
    const batch = await eventLog.read({ after, maxEvents, waitMs, signal });
    this.#next = batch.events.length < MANY * maxEvents ? performance.now() + INTERVAL_MS : 0;
    return batch;
  }
}
