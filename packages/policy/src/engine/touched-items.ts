import type { Address, Arena } from './arena.js';
import { padded } from './parameters.js';

/**
 * The items of which a batch trains the weights, each with a row in a block of gradients: `0` for the first, and so on. The block has no row for any
 * other item, so that its size depends on the batch and not on the catalogue.
 */
export class TouchedItems {
  readonly #arena: Arena;
  readonly #items: number;
  readonly #rows = new Map<number, number>();
  #capacity = 0;
  /** Whether the batch touches the whole catalogue, and whether `index` lists it. */
  #isWhole = false;
  #listsAll = false;
  /** `[count]`: the items, in the order of their rows. */
  index: Address = 0;
  count = 0;

  /** @param items in the catalogue. */
  constructor(arena: Arena, items: number) {
    this.#arena = arena;
    this.#items = items;
  }

  /** Allocates for up to `count` items. @returns the rows that a block of gradients needs. */
  reserve(count: number): number {
    this.#capacity = Math.min(count, this.#items);
    this.#listsAll = false;
    this.index = this.#arena.allocateFloats(this.#capacity);
    this.clear();
    return padded(this.#capacity);
  }

  /** Begins a batch. */
  clear(): void {
    this.#rows.clear();
    this.#isWhole = false;
    this.count = 0;
  }

  /** A copy of the items; undefined for the whole catalogue. */
  list(): Int32Array | undefined {
    return this.#isWhole ? undefined : this.#arena.integers(this.index, this.count).slice();
  }

  /** Touches `count` items at an address, and writes the row of each to another one. */
  place(items: Address, rows: Address, count: number): void {
    const listed = this.#arena.integers(items, count);
    const places = this.#arena.integers(rows, count);
    if (this.#isWhole) {
      places.set(listed);
      return;
    }
    const index = this.#arena.integers(this.index, this.#capacity);
    for (let k = 0; k < count; k++) {
      let row = this.#rows.get(listed[k]);
      if (row === undefined) {
        row = this.count++;
        this.#rows.set(listed[k], row);
        index[row] = listed[k];
      }
      places[k] = row;
    }
    this.#listsAll = false;
  }

  /** Touches the whole catalogue, at the beginning of a batch: the row of an item is its index. */
  placeAll(): void {
    this.count = this.#items;
    this.#isWhole = true;
    if (this.#listsAll) return;
    const index = this.#arena.integers(this.index, this.#items);
    for (let item = 0; item < this.#items; item++) index[item] = item;
    this.#listsAll = true;
  }
}
