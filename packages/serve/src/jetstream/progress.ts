import type { SpoolMark } from './spool.js';
import type { SpoolEntry } from './spool-lines.js';

/** What an outbox needs to know of the stream. */
export interface Destination {
  /** Opens the stream again after a failure, or creates it if it is gone. @returns its identity. */
  reopen(): Promise<string>;
  /** Which of these message ids are in the stream after a message. */
  findStored(after: number, ids: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

/** How far the events of an outbox are in the stream. */
export class Progress {
  mark: SpoolMark;
  readonly #destination: Destination;

  constructor(destination: Destination, mark: SpoolMark) {
    this.#destination = destination;
    this.mark = mark;
  }

  /** All events up to the one with this sequence are confirmed. */
  confirm(sequence: number): void {
    if (sequence > this.mark.sequence) this.mark = { ...this.mark, sequence };
  }

  /**
   * Opens the stream again after a failure, and looks for entries in it that were sent without an answer.
   * @returns the ids of those that it has.
   */
  async recover(entries: readonly SpoolEntry[]): Promise<ReadonlySet<string>> {
    const identity = await this.#destination.reopen();
    // A stream that was created again may hold any of them.
    if (this.mark.identity !== identity) this.mark = { identity, sequence: 0 };
    if (entries.length === 0) return new Set();
    return await this.#destination.findStored(this.mark.sequence, new Set(entries.map(({ id }) => id)));
  }
}
