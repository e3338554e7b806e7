import { described, InvalidOptionError } from '../errors/invalid-option-error.js';

/**
 * A seeded random generator. All random code of the ialp packages takes one as an argument. `createRandom` creates one;
 * other implementations of the interface work as well.
 */
export interface Random {
  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number;
  /** Uniform in `[0, 1)`, a multiple of 2^-32. */
  uniform(): number;
  /** Uniform integer in `0..bound-1`, without modulo bias. `bound` is an integer in `1..2^32`; other values throw. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /**
   * Derives an independent generator from integer keys. It depends only on this generator's seed and the keys, not on
   * how many numbers were drawn, so streams can be created in any order: `random.fork(session, episode)`. One or more
   * keys, integers of at most 53 bits; other values throw, because two of them could name the same stream.
   */
  fork(...keys: number[]): Random;
}

/** A random generator whose state can be saved, for checkpoints. */
export interface ResumableRandom extends Random {
  /** The complete state: plain numbers that JSON preserves. */
  state(): readonly number[];
  /**
   * Continues from a saved state.
   * @throws {InvalidOptionError} if the state is invalid; the generator is then unchanged.
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

/** Number of 32-bit words in the state: key, position and counter. */
const WORDS = 7;

/**
 * sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, 32 of them a counter, so that no seed has a short cycle. It
 * starts from a key of 96 bits into which seeds and fork keys are folded.
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

  /** Restarts the generator with a seed. */
  seed(seed: number): this {
    this.#key0 = 0x243f6a88 | 0;
    this.#key1 = 0x85a308d3 | 0;
    this.#key2 = 0x13198a2e | 0;
    this.#absorb(seed);
    return this.#start();
  }

  /** Becomes `parent.fork(first, second)` in place, without allocation: a simulator starts many sessions per second. */
  become(parent: SmallFastRandom, first: number, second: number): void {
    this.#takeKey(parent);
    this.#absorb(first);
    this.#absorb(second);
    this.#start();
  }

  uint32(): number {
    return this.#next() >>> 0;
  }

  /** The next 32 bits as a signed integer, which engines need not box. */
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
    // `>>> 0` leaves integers from 1 to 2^32 - 1 unchanged; the full check runs only for other values.
    if (bound >>> 0 !== bound || bound === 0) checkBound(bound);
    let draw = this.uint32();
    // Reject draws in the incomplete last block of the 32-bit range, so that all residues are equally likely. The start
    // of that block is computed only for draws that may lie in it.
    if (draw > 2 ** 32 - bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound);
      while (draw >= limit) draw = this.uint32();
    }
    // Both operands and the result are unsigned: an integer remainder takes a tenth of the time of one of doubles.
    return bound < 2 ** 32 ? (draw % (bound >>> 0)) >>> 0 : draw;
  }

  normal(): number {
    // Marsaglia's polar method, which generates two numbers at once.
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
    checkState(state);
    const [hasSpare, spare] = state.slice(WORDS);
    [this.#key0, this.#key1, this.#key2, this.#a, this.#b, this.#c, this.#counter] = state;
    this.#hasSpare = hasSpare === 1;
    this.#spare = spare;
  }

  fork(...keys: number[]): Random {
    const child = new SmallFastRandom();
    child.#takeKey(this);
    if (keys.length === 0)
      throw new InvalidOptionError('keys', described('none'), 'at least one integer, such as random.fork(1)');
    for (const part of keys) child.#absorb(part);
    return child.#start();
  }

  #takeKey(parent: SmallFastRandom): void {
    this.#key0 = parent.#key0;
    this.#key1 = parent.#key1;
    this.#key2 = parent.#key2;
  }

  /** Folds one integer into the key; keys of different length or order give different streams. */
  #absorb(part: number): void {
    const low = part | 0;
    // A 32-bit value is an integer; the full check runs only for other values.
    if (low !== part) checkKey(part);
    // Most keys are small; the quotient of larger ones would have to be allocated.
    const high = part >= 0 && part < 2 ** 32 ? 0 : Math.floor(part / 2 ** 32) | 0;
    this.#key0 = mix(this.#key0 ^ mix(low + 0x9e3779b9));
    this.#key1 = mix(this.#key1 + this.#key0 + mix(high ^ 0x7f4a7c15));
    this.#key2 = mix(this.#key2 ^ (this.#key1 + 0x3c6ef372));
  }

  #start(): this {
    this.#a = this.#key0;
    this.#b = this.#key1;
    this.#c = this.#key2;
    this.#counter = 1;
    this.#hasSpare = false;
    for (let round = 0; round < 12; round++) this.#next();
    return this;
  }
}

function checkKey(key: number): void {
  if (Number.isSafeInteger(key)) return;
  throw new InvalidOptionError('key', key, 'an integer of at most 53 bits, such as random.fork(1)');
}

function checkState(state: readonly number[]): void {
  const expected = `the state of a generator, ${WORDS + 2} numbers, the result of state()`;
  if (!Array.isArray(state)) throw new InvalidOptionError('state', state, expected);
  const [hasSpare, spare] = state.slice(WORDS);
  const isWhole = state.length === WORDS + 2 && state.slice(0, WORDS).every((word) => word === (word | 0));
  if (isWhole && (hasSpare === 0 || hasSpare === 1) && Number.isFinite(spare)) return;
  throw new InvalidOptionError('state', state, expected);
}

function checkBound(bound: number): void {
  if (bound === 2 ** 32) return;
  throw new InvalidOptionError('bound', bound, `an integer from 1 to ${2 ** 32}`);
}

/**
 * Creates a random generator.
 * @param seed an integer of at most 53 bits. The same seed gives the same numbers on every machine.
 * @throws {InvalidOptionError} if the seed is not a safe integer.
 */
export function createRandom(seed: number): ResumableRandom {
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidOptionError('seed', seed, 'an integer of at most 53 bits, such as createRandom(1)');
  }
  return new SmallFastRandom().seed(seed);
}
