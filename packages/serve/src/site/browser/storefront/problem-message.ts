import { ApiError } from '../common/api.js';
import { explainError } from '../common/explain-error.js';

/** Waits before the first and the longest automatic attempt, in milliseconds. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;

/** Whether another attempt may succeed: later, or with a token. */
export function mayHelpToRetry(error: unknown): boolean {
  return explainError(error).isTemporary || (error instanceof ApiError && error.status === 401);
}

/** A message of what went wrong, with a button to try again. Temporary problems are also tried again by themselves, ever less often. */
export class ProblemMessage {
  readonly #place: HTMLElement;
  readonly #text: HTMLElement;
  readonly #button: HTMLButtonElement;
  #waitMs = FIRST_WAIT_MS;

  constructor(place: HTMLElement) {
    this.#place = place;
    this.#text = place.querySelector('p')!;
    this.#button = place.querySelector('button')!;
  }

  /** Shows an error that trying again does not help against. */
  show(error: unknown): void {
    this.#set(explainError(error).text);
    this.#button.hidden = true;
  }

  hide(): void {
    this.#place.hidden = true;
    this.#waitMs = FIRST_WAIT_MS;
  }

  /** Shows an error, and resolves when it is time to try again. */
  async untilRetry(error: unknown): Promise<void> {
    const { text, isTemporary } = explainError(error);
    const waitMs = Math.max(this.#waitMs, (error instanceof ApiError && error.retryAfterMs) || 0);
    const seconds = Math.ceil(waitMs / 1_000);
    this.#set(isTemporary ? `${text} It is tried again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.` : text);
    this.#button.hidden = false;
    this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS);
    await new Promise<void>((resolve) => {
      const timer = isTemporary ? setTimeout(() => done(), waitMs) : undefined;
      const done = (): void => {
        clearTimeout(timer);
        this.#button.removeEventListener('click', done);
        resolve();
      };
      this.#button.addEventListener('click', done);
    });
  }

  #set(text: string): void {
    this.#place.hidden = false;
    // The same text again would be announced again.
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }
}
