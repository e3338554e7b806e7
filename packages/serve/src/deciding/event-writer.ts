import { EventLogError } from '../errors.js';
import type { AppendOptions, EventLog } from '../event-log.js';
import type { DecisionEvent, ServeEvent } from '../events.js';

/** Ids of decisions that could not be logged, of which the last are remembered. */
const MAX_UNLOGGED = 100_000;

/** Writes the events of this process to the log, and knows what could not be written. */
export class EventWriter {
  readonly #eventLog: EventLog;
  readonly #onError: (error: unknown) => void;
  readonly #unlogged = new Set<string>();
  #unloggedCount = 0;
  #isFailing = false;

  constructor(eventLog: EventLog, onError: (error: unknown) => void) {
    this.#eventLog = eventLog;
    this.#onError = onError;
  }

  /** Whether the last event could not be written. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Number of decisions that could not be logged. */
  get unloggedDecisions(): number {
    return this.#unloggedCount;
  }

  /** Whether a decision of this process could not be logged. Of such decisions, the last are remembered. */
  isUnlogged(decision: string): boolean {
    return this.#unlogged.has(decision);
  }

  /** Appends an event. @throws {EventLogError} if it could not be stored. */
  async append(event: ServeEvent, options?: AppendOptions): Promise<void> {
    try {
      await this.#eventLog.append([event], options);
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      throw error;
    }
  }

  /** Appends a decision, whose user sees a slate all the same if it cannot be stored. Returns whether it was. */
  async appendDecision(event: DecisionEvent): Promise<boolean> {
    try {
      // A killed process loses nothing that the system has. A user should not wait for the disk.
      await this.append(event, { sync: false });
      return true;
    } catch (error) {
      if (!EventLogError.isInstance(error)) throw error;
      this.#onError(error);
      this.#unloggedCount++;
      this.#unlogged.add(event.id);
      if (this.#unlogged.size > MAX_UNLOGGED) this.#unlogged.delete(this.#unlogged.values().next().value!);
      return false;
    }
  }
}
