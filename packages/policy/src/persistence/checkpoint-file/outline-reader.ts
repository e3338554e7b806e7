import type { Checkpoint, CheckpointValue } from '@ialp/core';
import { ARRAYS, type ArrayKind, isLittleEndian, MOST_DEPTH, NAMED_NUMBERS, reverseOnBigEndian } from './format.js';

/** What an outline says that `saveCheckpoint` never wrote. */
export class OutlineFault extends Error {}

/**
 * A checkpoint from the outline of a file and its arrays' bytes. Nothing is taken on trust: a digest says that the bytes are
 * those that were written, not that `saveCheckpoint` wrote them. With `copy` off, arrays are views of `data` where they can be.
 * @throws {OutlineFault}
 */
export function readOutline(outline: unknown, data: Uint8Array, copy: boolean): Checkpoint {
  const reader = new OutlineReader(data, copy);
  const checkpoint = reader.read(outline, 'checkpoint', 0);
  if (!Array.isArray(outline) || outline[0] !== 'named') throw new OutlineFault('checkpoint: expected values by name');
  reader.checkAllRead();
  return checkpoint as Checkpoint;
}

class OutlineReader {
  readonly #data: Uint8Array;
  readonly #copy: boolean;
  /** Bytes that belong to the arrays so far: they stand one behind the other, in the order of the outline. */
  #reached = 0;

  constructor(data: Uint8Array, copy: boolean) {
    this.#data = data;
    this.#copy = copy;
  }

  checkAllRead(): void {
    if (this.#reached === this.#data.length) return;
    throw new OutlineFault(`expected ${this.#reached} bytes of arrays; found ${this.#data.length}`);
  }

  read(outline: unknown, path: string, depth: number): CheckpointValue {
    if (depth > MOST_DEPTH) throw new OutlineFault(`expected values nested at most ${MOST_DEPTH} deep; found more`);
    if (outline === null || typeof outline === 'boolean' || typeof outline === 'string') return outline;
    if (typeof outline === 'number' && Number.isFinite(outline)) return outline;
    if (!Array.isArray(outline))
      throw new OutlineFault(`${path}: expected a value; found an object or a number beyond all`);
    const [tag, ...parts] = outline;
    switch (tag) {
      case 'list':
        return parts.map((part, k) => this.read(part, `${path}[${k}]`, depth + 1));
      case 'number':
        return numberOf(parts, path);
      case 'named':
        return this.#named(parts, path, depth);
      case 'array':
        return this.#array(parts, path);
      default:
        throw new OutlineFault(`${path}: expected list, number, named or array`);
    }
  }

  #named(parts: readonly unknown[], path: string, depth: number): Checkpoint {
    const [pairs] = parts;
    const isPair = (pair: unknown): pair is [string, unknown] =>
      Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string';
    if (parts.length !== 1 || !Array.isArray(pairs) || !pairs.every(isPair)) {
      throw new OutlineFault(`${path}: expected names, each with a value`);
    }
    if (new Set(pairs.map(([name]) => name)).size !== pairs.length) {
      throw new OutlineFault(`${path}: expected each name once`);
    }
    return Object.fromEntries(pairs.map(([name, own]) => [name, this.read(own, `${path}.${name}`, depth + 1)]));
  }

  #array(parts: readonly unknown[], path: string): CheckpointValue {
    const [kind, first, length] = parts;
    if (parts.length !== 3 || typeof kind !== 'string' || !Object.hasOwn(ARRAYS, kind)) {
      throw new OutlineFault(`${path}: expected an array of the kind ${Object.keys(ARRAYS).join(', ')}`);
    }
    const Kind = ARRAYS[kind as ArrayKind];
    const left = this.#data.length - this.#reached;
    if (
      !(Number.isSafeInteger(length) && (length as number) >= 0 && (length as number) <= left / Kind.BYTES_PER_ELEMENT)
    ) {
      throw new OutlineFault(`${path}: expected a ${kind} of at most ${left} bytes; found ${String(length)} numbers`);
    }
    if (first !== this.#reached) {
      throw new OutlineFault(`${path}: expected an array that begins at byte ${this.#reached}; found ${String(first)}`);
    }
    const width = Kind.BYTES_PER_ELEMENT;
    const bytes = this.#data.subarray(this.#reached, this.#reached + (length as number) * width);
    this.#reached += bytes.length;
    if (!this.#copy && bytes.byteOffset % width === 0 && (isLittleEndian() || width === 1)) {
      return new Kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, length as number);
    }
    const array = new Kind(length as number);
    new Uint8Array(array.buffer).set(reverseOnBigEndian(bytes, array));
    return array;
  }
}

function numberOf(parts: readonly unknown[], path: string): number {
  const [text] = parts;
  if (parts.length === 1 && typeof text === 'string' && NAMED_NUMBERS.includes(text)) return Number(text);
  throw new OutlineFault(`${path}: expected one of the numbers ${NAMED_NUMBERS.join(', ')}`);
}
