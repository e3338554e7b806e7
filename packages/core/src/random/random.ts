import { InvalidOptionError } from '../errors/invalid-option-error.js';

/**
 * A seeded source of randomness. Everything random in this project takes one as an argument.
 *
 * It is an interface so that packages need only its type; `createRandom` makes one.
 */
export interface Random {
  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number;
  /** Uniform in `[0, 1)`, a multiple of 2^-32. */
  uniform(): number;
  /** Uniform integer in `0..bound-1`, without modulo bias. `bound` is an integer in `1..2^32`; others are refused. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /**
   * An independent generator named by integer keys. It depends on this generator's seed and the keys alone, not on how
   * many numbers were drawn, so that streams can be made in any order: `random.fork(session, episode)`. Keys are integers of at
   * most 53 bits, one or more; others are refused, for two of them could name one stream.
   */
  fork(...keys: number[]): Random;
}

/** A generator whose place in its numbers can be kept, for checkpoints. */
export interface ResumableRandom extends Random {
  /** All that its next numbers depend on: plain numbers, of which JSON loses nothing. */
  state(): readonly number[];
  /**
   * Goes on from where `state` was asked for.
   * @throws {InvalidOptionError} for anything else; it then stays where it is.
   */
  restore(state: readonly number[]): void;
}

/** A 32-bit mixer with full avalanche (the finaliser of MurmurHash3, A. Appleby, public domain). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Words of 32 bits in the state of a generator: its key, and its place. */
const WORDS = 7;

/**
 * sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, one of them a counter, so that no seed has a short cycle. It
 * begins from a key of 96 bits, into which seeds and fork keys are folded.
 */
export class SmallFastRandom implements ResumableRandom {
  #key0 = 0x243f6a88 | 0;
  #key1 = 0x85a308d3 | 0;
  #key2 = 0x13198a2e | 0;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;
  #spare = 0;
  #hasSpare = false;

  /** Begins the numbers of a seed. */
  seed(seed: number): this {
    this.#key0 = 0x243f6a88 | 0;
    this.#key1 = 0x85a308d3 | 0;
    this.#key2 = 0x13198a2e | 0;
    this.#absorb(seed);
    return this.#begin();
  }

  /** Begins the numbers of `parent.fork(first, second)` in place: a simulator begins many sessions a second. */
  become(parent: SmallFastRandom, first: number, second: number): void {
    this.#takeKey(parent);
    this.#absorb(first);
    this.#absorb(second);
    this.#begin();
  }

  uint32(): number {
    return this.#next() >>> 0;
  }

  /** The next 32 bits as a signed integer, which no caller has to box. */
  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  uniform(): number {
    return (this.#next() >>> 0) * 2 ** -32;
  }

  integer(bound: number): number {
    // Integers from 1 to 2^32 - 1 are what `>>> 0` leaves as it is; the full check runs only for other values.
    if (bound >>> 0 !== bound || bound === 0) requireBound(bound);
    let draw = this.uint32();
    // Reject the incomplete last block of the 32-bit range: every residue is then equally likely. Where that block begins
    // has to be known only for a draw that may lie in it.
    if (draw > 2 ** 32 - bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound);
      while (draw >= limit) draw = this.uint32();
    }
    // Both are told to be unsigned: a remainder of integers takes a tenth of the time of one of doubles.
    return bound < 2 ** 32 ? draw % (bound >>> 0) : draw;
  }

  normal(): number {
    // Marsaglia's polar method; it gives two at a time.
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spare = y * scale;
        this.#hasSpare = true;
        return x * scale;
      }
    }
  }

  state(): readonly number[] {
    const words = [this.#key0, this.#key1, this.#key2, this.#a, this.#b, this.#c, this.#counter];
    return [...words, this.#hasSpare ? 1 : 0, this.#hasSpare ? this.#spare : 0];
  }

  restore(state: readonly number[]): void {
    requireState(state);
    const [hasSpare, spare] = state.slice(WORDS);
    [this.#key0, this.#key1, this.#key2, this.#a, this.#b, this.#c, this.#counter] = state;
    this.#hasSpare = hasSpare === 1;
    this.#spare = spare;
  }

  fork(...keys: number[]): Random {
    const child = new SmallFastRandom();
    child.#takeKey(this);
    if (keys.length === 0) throw new InvalidOptionError('keys', 'none', 'at least one integer, such as random.fork(1)');
    for (const part of keys) child.#absorb(part);
    return child.#begin();
  }

  #takeKey(parent: SmallFastRandom): void {
    this.#key0 = parent.#key0;
    this.#key1 = parent.#key1;
    this.#key2 = parent.#key2;
  }

  /** Folds one integer into the key; keys of different length or order give different streams. */
  #absorb(part: number): void {
    const low = part | 0;
    // What 32 bits hold is an integer; the full check runs only for other values.
    if (low !== part) requireKey(part);
    // Most keys are small; the quotient of others is a number that would have to be allocated.
    const high = part >= 0 && part < 2 ** 32 ? 0 : Math.floor(part / 2 ** 32) | 0;
    this.#key0 = mix(this.#key0 ^ mix(low + 0x9e3779b9));
    this.#key1 = mix(this.#key1 + this.#key0 + mix(high ^ 0x7f4a7c15));
    this.#key2 = mix(this.#key2 ^ (this.#key1 + 0x3c6ef372));
  }

  #begin(): this {
    this.#a = this.#key0;
    this.#b = this.#key1;
    this.#c = this.#key2;
    this.#counter = 1;
    this.#hasSpare = false;
    for (let round = 0; round < 12; round++) this.#next();
    return this;
  }
}

function requireKey(key: number): void {
  if (Number.isSafeInteger(key)) return;
  throw new InvalidOptionError('key', key, 'an integer of at most 53 bits, such as random.fork(1)');
}

function requireState(state: readonly number[]): void {
  const expected = `the state of a generator, ${WORDS + 2} numbers, as state() gives it`;
  if (!Array.isArray(state)) throw new InvalidOptionError('state', state, expected);
  const [hasSpare, spare] = state.slice(WORDS);
  const isWhole = state.length === WORDS + 2 && state.slice(0, WORDS).every((word) => word === (word | 0));
  if (isWhole && (hasSpare === 0 || hasSpare === 1) && Number.isFinite(spare)) return;
  throw new InvalidOptionError('state', state, expected);
}

function requireBound(bound: number): void {
  if (bound === 2 ** 32) return;
  throw new InvalidOptionError('bound', bound, `an integer from 1 to ${2 ** 32}`);
}

/**
 * A generator for a seed: an integer of at most 53 bits. The same seed gives the same numbers on every machine.
 * @throws {InvalidOptionError} for a seed that is not a safe integer.
 */
export function createRandom(seed: number): ResumableRandom {
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidOptionError('seed', seed, 'an integer of at most 53 bits, such as createRandom(1)');
  }
  return new SmallFastRandom().seed(seed);
}
