import { randomInt } from 'node:crypto';

/** Keys are below 2^52, where those of the joiner begin: a random prefix of 31 bits and a count of 21. */
const KEYS_PER_PREFIX = 2 ** 21;
const PREFIXES = 2 ** 31;

/** Makes keys of visits. Those of two processes differ unless they draw the same prefix, of two thousand million. */
export class VisitKeys {
  #prefix = randomInt(PREFIXES);
  #count = 0;

  next(): number {
    if (this.#count === KEYS_PER_PREFIX) {
      this.#prefix = randomInt(PREFIXES);
      this.#count = 0;
    }
    return this.#prefix * KEYS_PER_PREFIX + this.#count++;
  }
}
