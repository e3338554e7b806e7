import type { Exclusions } from '@ialp/core';

/** Lists of items by row, in one array that grows as it is needed. A list that outgrows its place moves to the end. */
export class ExclusionLists implements Exclusions {
  #offset: Int32Array<ArrayBuffer> = new Int32Array(0);
  #count: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** `[rows]`: items that each list can hold where it is. */
  #capacity: Int32Array<ArrayBuffer> = new Int32Array(0);
  #items: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** Where the next list begins. */
  #end = 0;

  get offset(): Int32Array {
    return this.#offset;
  }

  get count(): Int32Array {
    return this.#count;
  }

  get items(): Int32Array {
    return this.#items;
  }

  /** Empties the lists of the first `rows` rows, and uses their memory again. */
  clear(rows: number): void {
    for (const column of [this.#offset, this.#count, this.#capacity]) column.fill(0, 0, rows);
    this.#end = 0;
  }

  /** Empties the list of a row. */
  empty(row: number): void {
    this.#count[row] = 0;
  }

  /** Makes the list of a row a copy of another row's of other lists. */
  copy(row: number, { offset, count, items }: Exclusions, fromRow: number): void {
    const length = count[fromRow];
    const from = offset[fromRow];
    this.#count[row] = 0;
    this.#makeCapacity(row, length);
    const start = this.#offset[row];
    for (let k = 0; k < length; k++) this.#items[start + k] = items[from + k];
    this.#count[row] = length;
  }

  /** Adds items to the list of a row, unless they are in it. */
  add(row: number, items: Int32Array): void {
    this.#makeCapacity(row, this.#count[row] + items.length);
    const start = this.#offset[row];
    let end = start + this.#count[row];
    const own = new Set(this.#items.subarray(start, end));
    for (const item of items) if (!own.has(item)) this.#items[end++] = item;
    this.#count[row] = end - start;
  }

  /** Removes items from the list of a row. @param isRemoved `[items]`: 1 for an item to remove. */
  remove(row: number, isRemoved: Uint8Array): void {
    const start = this.#offset[row];
    let end = start;
    for (let place = start; place < start + this.#count[row]; place++) {
      if (isRemoved[this.#items[place]] === 0) this.#items[end++] = this.#items[place];
    }
    this.#count[row] = end - start;
  }

  /** The lists of the first `rows` rows. The arrays are views. */
  view(rows: number): Exclusions {
    return {
      offset: this.#offset.subarray(0, rows),
      count: this.#count.subarray(0, rows),
      items: this.#items.subarray(0, this.#end),
    };
  }

  /** Replaces all lists by others that stand one after the other. */
  replace(count: Int32Array, items: Int32Array): void {
    this.#items = items.slice();
    this.#end = items.length;
    for (let row = 0, offset = 0; row < count.length; row++) {
      [this.#offset[row], this.#count[row], this.#capacity[row]] = [offset, count[row], count[row]];
      offset += count[row];
    }
  }

  /** Makes place for a number of rows. */
  reserve(rows: number): void {
    this.#offset = grown(this.#offset, new Int32Array(rows));
    this.#count = grown(this.#count, new Int32Array(rows));
    this.#capacity = grown(this.#capacity, new Int32Array(rows));
  }

  #makeCapacity(row: number, length: number): void {
    if (length <= this.#capacity[row]) return;
    const capacity = Math.max(length, 2 * this.#capacity[row]);
    const start = this.#end;
    if (start + capacity > this.#items.length) {
      this.#items = grown(this.#items, new Int32Array(2 * (start + capacity)));
    }
    const from = this.#offset[row];
    this.#items.copyWithin(start, from, from + this.#count[row]);
    this.#offset[row] = start;
    this.#capacity[row] = capacity;
    this.#end += capacity;
  }
}

/** Copies an array to the beginning of a longer one. */
export function grown<A extends Int32Array | Float32Array | Float64Array | Uint8Array>(array: A, longer: A): A {
  longer.set(array);
  return longer;
}
