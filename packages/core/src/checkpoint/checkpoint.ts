import { CheckpointError } from '../errors/checkpoint-error.js';
import type { Random, ResumableRandom } from '../random/random.js';

/** A value of a checkpoint: plain data with typed arrays. */
export type CheckpointValue =
  | number
  | string
  | boolean
  | null
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | readonly CheckpointValue[]
  | Checkpoint;

/** A saved state by name of the values. An object restored from it continues bit for bit. */
export interface Checkpoint {
  readonly [name: string]: CheckpointValue;
}

/** The array types that a checkpoint may contain. */
export type CheckpointArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** An object whose state can be saved and restored. */
export interface Checkpointable {
  /** Returns a copy of the state that later results depend on. */
  checkpoint(): Checkpoint;
  /**
   * Restores a checkpoint of an object with the same options.
   * @throws {CheckpointError} if the checkpoint belongs to another object; the state is then unchanged.
   */
  restore(checkpoint: Checkpoint): void;
}

/**
 * Reads the values of a checkpoint with type checks. Every method throws a `CheckpointError` that names a missing or
 * invalid value.
 */
export class CheckpointReader {
  readonly #content: Checkpoint;
  readonly #path: string;

  constructor(content: CheckpointValue, path = 'checkpoint') {
    if (typeof content !== 'object' || content === null || Array.isArray(content) || ArrayBuffer.isView(content)) {
      throw new CheckpointError(`${path}: expected values by name; found ${describe(content)}.`);
    }
    this.#content = content as Checkpoint;
    this.#path = path;
  }

  /** Names of the values. */
  get names(): readonly string[] {
    return Object.keys(this.#content);
  }

  /** A nested checkpoint. */
  part(name: string): CheckpointReader {
    return new CheckpointReader(this.#of(name), `${this.#path}.${name}`);
  }

  /** The whole checkpoint, unchecked. */
  whole(): Checkpoint {
    return this.#content;
  }

  /** A nested checkpoint, unchecked, or null. */
  content(name: string): Checkpoint | null {
    return this.#of(name) === null ? null : this.part(name).#content;
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.#of(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#wrong(name, 'a finite number', value);
  }

  /** An integer of at least `minimum` (default 0). */
  count(name: string, minimum = 0): number {
    const value = this.#of(name);
    if (Number.isSafeInteger(value) && (value as number) >= minimum) return value as number;
    throw this.#wrong(name, `an integer of at least ${minimum}`, value);
  }

  /** An array of item indices from 0 to `items - 1`. */
  items(name: string, items: number, length?: number): Int32Array {
    const array = this.array(name, Int32Array, length);
    const wrong = array.findIndex((item) => item < 0 || item >= items);
    if (wrong === -1) return array;
    throw this.#wrong(`${name}[${wrong}]`, `an item index from 0 to ${items - 1}`, array[wrong]);
  }

  /** A typed array, of the given length if there is one. */
  array<A extends CheckpointArray>(name: string, Kind: new (length: number) => A, length?: number): A {
    const value = this.#of(name);
    if (!(value instanceof Kind)) throw this.#wrong(name, `a ${Kind.name}`, value);
    if (length === undefined || value.length === length) return value;
    throw new CheckpointError(`${this.#path}.${name}: expected ${length} numbers; found ${value.length}.`);
  }

  /** A list of typed arrays of the given length. */
  arrays<A extends CheckpointArray>(name: string, Kind: new (length: number) => A, length: number): readonly A[] {
    const value = this.#of(name);
    const isRight = (each: CheckpointValue): each is A => each instanceof Kind && each.length === length;
    if (Array.isArray(value) && value.every(isRight)) return value;
    throw this.#wrong(name, `a list of ${Kind.name}s of ${length} numbers`, value);
  }

  /** A list of plain numbers. */
  numbers(name: string): readonly number[] {
    const value = this.#of(name);
    if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
    throw this.#wrong(name, 'a list of numbers', value);
  }

  #of(name: string): CheckpointValue {
    if (Object.hasOwn(this.#content, name)) return this.#content[name];
    throw new CheckpointError(
      `${this.#path}.${name}: expected a value; found none. The checkpoint belongs to another object.`,
    );
  }

  #wrong(name: string, expected: string, found: CheckpointValue): CheckpointError {
    return new CheckpointError(`${this.#path}.${name}: expected ${expected}; found ${describe(found)}.`);
  }
}

function describe(value: CheckpointValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'nothing';
  return ArrayBuffer.isView(value) ? `a ${value.constructor.name}` : Array.isArray(value) ? 'a list' : 'values by name';
}

/**
 * The state of a random generator, for a checkpoint.
 * @throws {CheckpointError} if the generator has no `state` and `restore`.
 */
export function randomCheckpoint(random: Random): readonly number[] {
  return checkResumable(random).state();
}

/**
 * Restores the state of a random generator.
 * @throws {CheckpointError} if the generator or the state is invalid.
 */
export function restoreRandom(random: Random, state: readonly number[]): void {
  const resumable = checkResumable(random);
  try {
    resumable.restore(state);
  } catch (cause) {
    throw new CheckpointError(`The generator's state: ${(cause as Error).message}`, { cause });
  }
}

function checkResumable(random: Random): ResumableRandom {
  const { state, restore } = random as Partial<ResumableRandom>;
  if (typeof state === 'function' && typeof restore === 'function') return random as ResumableRandom;
  throw new CheckpointError(
    'random: expected a generator with `state` and `restore`, such as createRandom(1); found a generator without them.',
  );
}
