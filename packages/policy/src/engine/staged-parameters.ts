import type { Weights } from '../network.js';
import type { Address, Arena } from './arena.js';
import { checkFinite, type Parameters, type Slot } from './parameters.js';
import { sameBits } from './same-bits.js';

/** Numbers in one step: about 0.2 ms to check and to copy them. */
const STEP_NUMBERS = 2 ** 16;

/** Numbers of a tensor that follow each other in memory and in the tensor. */
interface Run {
  /** Place in the tensor, without padding. */
  readonly start: number;
  /** Place in a part of the parameters, with padding. */
  readonly offset: number;
  readonly length: number;
}

/**
 * A second memory for the values of a network's parameters, in which new ones are made ready in steps while the network computes with its own.
 * Then the two change places, which takes no time. It is allocated with the first weights that differ.
 */
export class StagedParameters {
  readonly #arena: Arena;
  readonly #parameters: Parameters;
  /** Where the new values are made ready; 0 before it is allocated. */
  #spare: Address = 0;

  constructor(arena: Arena, parameters: Parameters) {
    this.#arena = arena;
    this.#parameters = parameters;
  }

  get isAllocated(): boolean {
    return this.#spare !== 0;
  }

  /** Allocates the memory. @param allocate of a number of floats, all 0, as padding has to be. */
  allocate(allocate: (count: number) => Address): void {
    this.#spare = allocate(this.#parameters.count);
  }

  /** Whether the network has these weights already, bit for bit, in steps. */
  *holds(weights: Weights): Generator<void, boolean, void> {
    for (const slot of this.#parameters.slots) {
      const { data } = weights[slot.name];
      for (const piece of piecesOf(slot)) {
        for (const { start, offset, length } of piece) {
          const own = this.#arena.floats(this.#parameters.values + 4 * offset, length);
          if (!sameBits(own, data.subarray(start, start + length))) return false;
        }
        yield;
      }
    }
    return true;
  }

  /** Checks and copies new values, in steps. @throws {WeightsError} for a number that is not finite. */
  *write(weights: Weights): Generator<void, void, void> {
    for (const slot of this.#parameters.slots) {
      const { data } = weights[slot.name];
      for (const piece of piecesOf(slot)) {
        for (const { start, offset, length } of piece) {
          const numbers = data.subarray(start, start + length);
          checkFinite(slot.name, numbers, start);
          this.#arena.floats(this.#spare + 4 * offset, length).set(numbers);
        }
        yield;
      }
    }
  }

  /** Address of the new values of a tensor. */
  value(name: string): Address {
    return this.#spare + 4 * this.#parameters.slot(name).offset;
  }

  /** Makes the new values those of the network. */
  swap(): void {
    [this.#parameters.values, this.#spare] = [this.#spare, this.#parameters.values];
  }
}

/** A tensor in pieces of about `STEP_NUMBERS`, each as its runs: one, or its rows where these are padded. */
function* piecesOf({ rows, columns, stride, offset }: Slot): Generator<Run[], void, void> {
  const isWhole = columns === stride || rows === 1;
  if (isWhole) {
    const count = rows * columns;
    for (let start = 0; start < count; start += STEP_NUMBERS) {
      yield [{ start, offset: offset + start, length: Math.min(STEP_NUMBERS, count - start) }];
    }
    return;
  }
  const together = Math.max(1, Math.floor(STEP_NUMBERS / stride / SHORT_RUNS));
  for (let first = 0; first < rows; first += together) {
    const length = Math.min(together, rows - first);
    yield Array.from({ length }, (_, k) => ({
      ...{ start: (first + k) * columns, offset: offset + (first + k) * stride, length: columns },
    }));
  }
}

/** How much longer a number takes where rows are padded, as each row is copied by itself. */
const SHORT_RUNS = 8;

/** Rows of a table in ranges `[first, last)` for one step each, divided at multiples of 8. */
export function* rangesOfRows(rows: number, width: number): Generator<readonly [number, number], void, void> {
  const together = 8 * Math.max(1, Math.floor(STEP_NUMBERS / width / 8));
  for (let first = 0; first < rows; first += together) yield [first, Math.min(rows, first + together)];
}
