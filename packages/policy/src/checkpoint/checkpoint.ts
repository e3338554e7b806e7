import type { Random, ResumableRandom } from '@ialp/env';
import { CheckpointError } from '../errors.js';
import type { Network, Tensor, Weights } from '../network.js';

/** What a checkpoint is made of: plain data, with typed arrays. */
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

/** All that something depends on to go on as if it had never stopped, by name. */
export interface Checkpoint {
  readonly [name: string]: CheckpointValue;
}

/** The kinds of arrays that a checkpoint may hold. */
export type CheckpointArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Takes checkpoints apart. Every method throws a `CheckpointError` that names what is missing or wrong. */
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

  /** A part that has values by name itself. */
  part(name: string): CheckpointReader {
    return new CheckpointReader(this.#of(name), `${this.#path}.${name}`);
  }

  /** All of it, as it stands. */
  whole(): Checkpoint {
    return this.#content;
  }

  /** Values by name as they stand, or null where it says so. */
  content(name: string): Checkpoint | null {
    return this.#of(name) === null ? null : this.part(name).#content;
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.#of(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#wrong(name, 'a finite number', value);
  }

  /** An integer of at least 0, or of at least `minimum`. */
  count(name: string, minimum = 0): number {
    const value = this.#of(name);
    if (Number.isSafeInteger(value) && (value as number) >= minimum) return value as number;
    throw this.#wrong(name, `an integer of at least ${minimum}`, value);
  }

  /** An array of integers of the catalogue, each from 0 to `items - 1`. */
  items(name: string, items: number, length?: number): Int32Array {
    const array = this.array(name, Int32Array, length);
    const wrong = array.findIndex((item) => item < 0 || item >= items);
    if (wrong === -1) return array;
    throw this.#wrong(`${name}[${wrong}]`, `an item from 0 to ${items - 1}`, array[wrong]);
  }

  /** An array of a kind, and, where it is given, of a length. */
  array<A extends CheckpointArray>(name: string, Kind: new (length: number) => A, length?: number): A {
    const value = this.#of(name);
    if (!(value instanceof Kind)) throw this.#wrong(name, `a ${Kind.name}`, value);
    if (length === undefined || value.length === length) return value;
    throw new CheckpointError(`${this.#path}.${name}: expected ${length} numbers; found ${value.length}.`);
  }

  /** A list of arrays of a kind and length. */
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

  /** Tensors by name. */
  weights(name: string): Weights {
    const tensors = this.part(name);
    return Object.fromEntries(
      Object.keys(tensors.#content).map((tensor): [string, Tensor] => {
        const own = tensors.part(tensor);
        return [tensor, { shape: own.numbers('shape'), data: own.array('data', Float32Array) }];
      }),
    );
  }

  #of(name: string): CheckpointValue {
    if (Object.hasOwn(this.#content, name)) return this.#content[name];
    throw new CheckpointError(
      `${this.#path}.${name}: expected a value; found none. It is the checkpoint of something else.`,
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

/** A network's weights with its optimiser's memory, as part of a checkpoint. */
export function networkCheckpoint(network: Pick<Network, 'trainingState'>): Checkpoint {
  return weightsCheckpoint(network.trainingState());
}

/** Tensors as part of a checkpoint. */
export function weightsCheckpoint(weights: Weights): Checkpoint {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data }]));
}

/**
 * Where a generator is in its numbers.
 * @throws {CheckpointError} for a generator that cannot tell.
 */
export function randomCheckpoint(random: Random): readonly number[] {
  return requireResumable(random).state();
}

/** Brings a generator to where another was. @throws {CheckpointError} */
export function restoreRandom(random: Random, state: readonly number[]): void {
  const resumable = requireResumable(random);
  try {
    resumable.restore(state);
  } catch (cause) {
    throw new CheckpointError(`The generator's state: ${(cause as Error).message}`, { cause });
  }
}

function requireResumable(random: Random): ResumableRandom {
  const { state, restore } = random as Partial<ResumableRandom>;
  if (typeof state === 'function' && typeof restore === 'function') return random as ResumableRandom;
  throw new CheckpointError(
    'random: expected a generator with `state` and `restore`, such as createRandom of @ialp/env makes; found one without.',
  );
}
