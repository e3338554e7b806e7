/** Allows requests at a mean rate: `rate` a second, and `burst` more after a pause. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #updatedMs: number;

  /** @param nowMs the present, in milliseconds of a clock that never goes back. */
  constructor(rate: number, burst: number, nowMs: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#updatedMs = nowMs;
  }

  /** Takes a token. Returns 0 if there was one, otherwise the milliseconds until there is one. */
  take(nowMs: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#updatedMs) / 1_000) * this.#rate);
    this.#updatedMs = nowMs;
    if (this.#tokens < 1) return ((1 - this.#tokens) / this.#rate) * 1_000;
    this.#tokens -= 1;
    return 0;
  }
}
