import { CheckpointError, type Exclusions } from '@ialp/core';
import { ItemFilters } from './item-filters.js';

/** Length of the lists at first, unless sessions end earlier. */
const INITIAL_CAPACITY = 64;

/**
 * The items that each session was shown, in order: the exclusions of a simulator without repeats. The lists of all slots have the same
 * capacity. It doubles when one of them is full, which replaces `items`; otherwise nothing is allocated.
 */
export class ShownItems implements Exclusions {
  readonly offset: Int32Array;
  readonly count: Int32Array;
  items: Int32Array;
  readonly #maximum: number;
  #capacity: number;
  #filters: ItemFilters;

  /** @param maximum items that a session can be shown. */
  constructor(sessions: number, maximum: number) {
    this.#maximum = maximum;
    this.#capacity = Math.min(maximum, INITIAL_CAPACITY);
    this.count = new Int32Array(sessions);
    this.offset = Int32Array.from(this.count, (_, slot) => slot * this.#capacity);
    this.items = new Int32Array(sessions * this.#capacity);
    this.#filters = new ItemFilters(sessions, this.#capacity);
  }

  /** Empties the list of a slot. */
  clear(slot: number): void {
    const first = this.offset[slot];
    this.#filters.clear(slot, this.items, first, first + this.count[slot]);
    this.count[slot] = 0;
  }

  /** Appends an item to the list of a slot. */
  append(slot: number, item: number): void {
    if (this.count[slot] === this.#capacity) this.#grow();
    this.items[this.offset[slot] + this.count[slot]++] = item;
    this.#filters.add(slot, item);
  }

  /** Whether the list of a slot has an item. */
  has(slot: number, item: number): boolean {
    return this.#filters.mayHave(slot, item) && this.#find(slot, item);
  }

  /** Whether the list of any slot has the item of that slot. @param items `[slots]` */
  hasAny(items: Int32Array): boolean {
    const filters = this.#filters;
    for (let slot = 0; slot < items.length; slot++) {
      if (filters.mayHave(slot, items[slot]) && this.#find(slot, items[slot])) return true;
    }
    return false;
  }

  #find(slot: number, item: number): boolean {
    const first = this.offset[slot];
    const end = first + this.count[slot];
    for (let place = first; place < end; place++) if (this.items[place] === item) return true;
    return false;
  }

  /** Appends the items of a turn to the lists of all slots. @param actions `[sessions, slateSize]` */
  appendTurn(actions: Int32Array, slateSize: number): void {
    let place = 0;
    for (let slot = 0; slot < this.count.length; slot++) {
      for (let shown = 0; shown < slateSize; shown++) this.append(slot, actions[place++]);
    }
  }

  /** The lists of all slots, one after the other. */
  concatenated(): Int32Array {
    const all = new Int32Array(this.count.reduce((sum, count) => sum + count, 0));
    let end = 0;
    for (const [slot, count] of this.count.entries()) {
      all.set(this.items.subarray(this.offset[slot], this.offset[slot] + count), end);
      end += count;
    }
    return all;
  }

  /**
   * Checks concatenated lists.
   * @param items items from 0 to their number - 1.
   * @param counts `[sessions]` lengths of the lists.
   * @returns a function that replaces the lists by them.
   * @throws {CheckpointError} for another number of items, or an item twice in a list.
   */
  read(items: Int32Array, counts: Int32Array): () => void {
    const ends = counts.slice();
    for (let slot = 1; slot < ends.length; slot++) ends[slot] += ends[slot - 1];
    const total = ends[ends.length - 1];
    if (items.length !== total) {
      throw new CheckpointError(`checkpoint.shown: expected ${total} items, as the turns say; found ${items.length}.`);
    }
    const lists = Array.from(ends, (end, slot) => items.subarray(end - counts[slot], end));
    const slot = lists.findIndex((list) => new Set(list).size < list.length);
    if (slot >= 0) {
      throw new CheckpointError(`checkpoint.shown: expected distinct items in session ${slot}; found one twice.`);
    }
    return () => {
      for (const [to, list] of lists.entries()) {
        this.clear(to);
        for (const item of list) this.append(to, item);
      }
    };
  }

  #grow(): void {
    const before = this.#capacity;
    this.#capacity = Math.min(this.#maximum, 2 * before);
    const items = new Int32Array(this.count.length * this.#capacity);
    for (let slot = 0; slot < this.count.length; slot++) {
      items.set(this.items.subarray(slot * before, slot * before + this.count[slot]), slot * this.#capacity);
      this.offset[slot] = slot * this.#capacity;
    }
    this.items = items;
    this.#filters = new ItemFilters(this.count.length, this.#capacity);
    for (let slot = 0; slot < this.count.length; slot++) {
      const first = this.offset[slot];
      for (let place = first; place < first + this.count[slot]; place++) this.#filters.add(slot, items[place]);
    }
  }
}
