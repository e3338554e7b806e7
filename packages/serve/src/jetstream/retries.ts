import type { Connection } from './connection.js';

/** The first wait after a failure while there is a connection, and the longest. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Waits between attempts: for a connection, and longer after each failure. */
export class Retries {
  #waitMs = 0;
  readonly #connection: Connection;
  readonly #signal: AbortSignal;

  /** @param signal ends a wait. */
  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  succeeded(): void {
    this.#waitMs = 0;
  }

  /** Resolves when the next attempt may be made. */
  async next(): Promise<void> {
    if (this.#waitMs > 0)
      await this.#until((wake) => {
        const timer = setTimeout(wake, this.#waitMs);
        return () => clearTimeout(timer);
      });
    this.#waitMs = Math.min(LONGEST_WAIT_MS, 2 * this.#waitMs || FIRST_WAIT_MS);
    while (!this.#connection.isConnected && !this.#signal.aborted) {
      await this.#until((wake) => this.#connection.onChange(wake));
    }
  }

  #until(listen: (wake: () => void) => () => void): Promise<void> {
    return new Promise((resolve) => {
      if (this.#signal.aborted) return resolve();
      const wake = (): void => {
        stop();
        this.#signal.removeEventListener('abort', wake);
        resolve();
      };
      const stop = listen(wake);
      this.#signal.addEventListener('abort', wake);
    });
  }
}
