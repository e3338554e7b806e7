import { backOff } from './back-off.js';

/** Options of `CircuitBreaker`. */
export interface CircuitBreakerOptions {
  /** Failures in a row after which requests are no longer sent. */
  readonly maxFailures: number;
  /** The first pause, in milliseconds; doubled after each probe that fails. */
  readonly pauseMs: number;
  /** The longest pause, in milliseconds. */
  readonly maxPauseMs: number;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

/** What to do with a request: `send` it and wait for the answer; `skip` it; or skip it and send a `probe` that nobody waits for. */
export type Passage = 'send' | 'skip' | 'probe';

/**
 * Stops sending requests to a server that fails, and finds out with single probes whether it is back. Pauses have jitter, so that clients which
 * failed together do not return together.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failures = 0;
  #pauses = 0;
  /** When the pause ends; undefined while requests are sent. */
  #until: number | undefined;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Says what to do with a request. */
  enter(): Passage {
    if (this.#until === undefined) return 'send';
    if (performance.now() < this.#until) return 'skip';
    // The next probe follows after another pause even if the result of this one is never known.
    this.#pause(0);
    return 'probe';
  }

  /** The server answered. */
  succeed(): void {
    this.#failures = 0;
    this.#pauses = 0;
    this.#until = undefined;
  }

  /**
   * The server did not answer as it should.
   * @param passage what `enter` said of the request.
   * @param retryAfterMs how long the server asks to wait, which begins a pause at once.
   */
  fail(passage: Passage, retryAfterMs?: number): void {
    // Requests that were sent before the pause began say nothing new.
    if (this.#until !== undefined && passage === 'send') return;
    this.#failures++;
    if (passage === 'send' && this.#failures < this.#options.maxFailures && retryAfterMs === undefined) return;
    this.#pauses++;
    this.#pause(retryAfterMs ?? 0);
  }

  #pause(atLeastMs: number): void {
    const { pauseMs, maxPauseMs, random } = this.#options;
    const waitMs = backOff(this.#pauses, pauseMs, maxPauseMs, random);
    this.#until = performance.now() + Math.max(waitMs, Math.min(atLeastMs, maxPauseMs));
  }
}
