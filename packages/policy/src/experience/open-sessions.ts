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

/** Sessions by key, and the keys of those that ended lately, so that a decision that comes after the end is noticed. */
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

  /** Forgets all sessions. */
  clear(): void {
    this.#open.clear();
    this.#ended.clear();
  }
}
