/** Number of observed decisions that count. */
const WINDOW = 1_000;

/** How often the policy would have put the same item first as another recommender, over the last observed decisions. */
export class Agreement {
  readonly #agreed = new Uint8Array(WINDOW);
  #count = 0;
  #sum = 0;

  add(isSame: boolean): void {
    const place = this.#count++ % WINDOW;
    this.#sum += (isSame ? 1 : 0) - this.#agreed[place];
    this.#agreed[place] = isSame ? 1 : 0;
  }

  /** Whether enough decisions were observed for the share to mean something, and it has reached a degree. */
  hasReached(degree: number): boolean {
    return this.#count >= WINDOW && this.#sum / WINDOW >= degree;
  }

  /** Null before the first decision. */
  get share(): number | null {
    return this.#count === 0 ? null : this.#sum / Math.min(WINDOW, this.#count);
  }
}
