import { type Checkpoint, CheckpointError } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';

/** A session that has not ended. */
export interface OpenSession {
  /** Turn of the next decision to record. */
  nextTurn: number;
  /** Turn of the next decision to release: the earlier ones have their feedback. */
  releasedTurn: number;
  /** Whether the feedback to its last decision is known, but not yet that to an earlier one. */
  hasEnd: boolean;
  /** Its trajectory in batch `batch`. */
  trajectory: number;
  batch: number;
  /** The last check in which it was seen. */
  check: number;
  /** Rows of its waiting decisions, from turn `releasedTurn` to `nextTurn - 1`. */
  readonly waiting: number[];
}

/** Number of ended sessions whose keys are remembered. */
const REMEMBERED_ENDS = 100_000;

/** Sessions by key, and the keys of those that ended recently, so that a decision that comes after the end is noticed. */
export class OpenSessions {
  readonly #open = new Map<number, OpenSession>();
  readonly #ended = new Set<number>();
  #checks = 0;

  /** Number of open sessions. */
  get size(): number {
    return this.#open.size;
  }

  /** Begins a check of a batch, and returns its number. */
  nextCheck(): number {
    return ++this.#checks;
  }

  /** A session that has not ended; undefined for one that is not known. */
  get(key: number): OpenSession | undefined {
    return this.#open.get(key);
  }

  /** Adds a session with its first recorded decision to come in `turn`. */
  begin(key: number, turn: number): OpenSession {
    const session = {
      nextTurn: turn,
      releasedTurn: turn,
      hasEnd: false,
      trajectory: -1,
      batch: -1,
      check: -1,
      waiting: [],
    };
    this.#open.set(key, session);
    return session;
  }

  /** Ends a session. */
  end(key: number): void {
    this.#open.delete(key);
    this.#ended.add(key);
    if (this.#ended.size <= REMEMBERED_ENDS) return;
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest);
      break;
    }
  }

  /** Whether a session ended, as far as that is remembered. */
  hasEnded(key: number): boolean {
    return this.#ended.has(key);
  }

  /** A copy of the open sessions, and of the keys of those that ended recently. */
  checkpoint(): Checkpoint {
    const sessions = Array.from(this.#open.values());
    return {
      keys: Float64Array.from(this.#open.keys()),
      nextTurn: Int32Array.from(sessions, ({ nextTurn }) => nextTurn),
      releasedTurn: Int32Array.from(sessions, ({ releasedTurn }) => releasedTurn),
      hasEnd: Uint8Array.from(sessions, ({ hasEnd }) => (hasEnd ? 1 : 0)),
      waiting: Int32Array.from(sessions.flatMap(({ waiting }) => waiting)),
      ended: Float64Array.from(this.#ended),
    };
  }

  /**
   * Reads a checkpoint, and returns a function that replaces all sessions by its.
   * @param rows number of rows of waiting decisions.
   * @throws {CheckpointError}
   */
  read(reader: CheckpointReader, rows: number): () => void {
    const keys = reader.array('keys', Float64Array);
    const [nextTurn, releasedTurn] = ['nextTurn', 'releasedTurn'].map((name) =>
      reader.array(name, Int32Array, keys.length),
    );
    const hasEnd = reader.array('hasEnd', Uint8Array, keys.length);
    const lengths = nextTurn.map((next, k) => next - releasedTurn[k]);
    const waiting = reader.items(
      'waiting',
      rows,
      lengths.reduce((sum, length) => sum + length, 0),
    );
    const ended = reader.array('ended', Float64Array);
    if (lengths.some((length) => length < 0) || new Set(waiting).size !== waiting.length) {
      throw new CheckpointError('sessions: expected turns in order, and each waiting decision once; found others.');
    }
    return () => {
      this.clear();
      let from = 0;
      keys.forEach((key, k) => {
        const session = this.begin(key, releasedTurn[k]);
        session.nextTurn = nextTurn[k];
        session.hasEnd = hasEnd[k] === 1;
        session.waiting.push(...waiting.subarray(from, from + lengths[k]));
        from += lengths[k];
      });
      for (const key of ended) this.#ended.add(key);
    };
  }

  /** Keys of the sessions with waiting decisions. */
  waitingKeys(): Float64Array {
    return Float64Array.from(Array.from(this.#open).flatMap(([key, { waiting }]) => (waiting.length > 0 ? [key] : [])));
  }

  /** Rows of the waiting decisions of all sessions. */
  waitingRows(): Set<number> {
    return new Set(Array.from(this.#open.values()).flatMap(({ waiting }) => waiting));
  }

  /** Forgets all sessions. */
  clear(): void {
    this.#open.clear();
    this.#ended.clear();
  }
}
