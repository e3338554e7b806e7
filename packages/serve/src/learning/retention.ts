import type { EventLog, LogPosition } from '../event-log.js';

/** The time of an event, in milliseconds since 1970, and the position after it. */
export type Mark = readonly [at: number, position: LogPosition];

/** Time between two marks, in milliseconds. */
const MARK_INTERVAL_MS = 3_600_000;

/** Drops events that are older than is asked for. It remembers an hourly position in the log, from which old events can be dropped. */
export class Retention {
  readonly #eventLog: EventLog;
  readonly #retentionMs: number;
  #marks: readonly Mark[] = [];

  /** @param retentionMs how long events are stored, in milliseconds. */
  constructor(eventLog: EventLog, retentionMs: number) {
    this.#eventLog = eventLog;
    this.#retentionMs = retentionMs;
  }

  /** Positions from which events are dropped, oldest first. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Continues with marks that were stored. */
  restore(marks: readonly Mark[]): void {
    this.#marks = marks;
  }

  /** Marks a position that the learner will not have to read from again, and the time of the newest event before it. */
  mark(readUntil: number, position: LogPosition | undefined): void {
    const last = this.#marks.at(-1);
    if (position === undefined || readUntil < (last?.[0] ?? 0) + MARK_INTERVAL_MS) return;
    this.#marks = [...this.#marks, [readUntil, position]];
  }

  /** Drops what is too old. @throws {EventLogError} */
  async drop(readUntil: number): Promise<void> {
    const isOld = ([at]: Mark): boolean => at + this.#retentionMs < readUntil;
    const last = this.#marks.findLast(isOld);
    if (last === undefined) return;
    await this.#eventLog.drop(last[1]);
    this.#marks = this.#marks.filter((mark) => !isOld(mark));
  }
}
