/** Bits for each item of a full list: four in ten items that are not in it then share a bit with one that is, and few in shorter lists. */
const BITS_PER_ITEM = 2;
const WORD_SHIFT = 5;
const WORD_BITS = 2 ** WORD_SHIFT;
/** Words of a filter that is cleared as a whole. */
const SHORT_FILTER = 16;

/**
 * A filter for a list of items in each slot (B. H. Bloom, CACM 1970, with one hash function: the item modulo the number of bits). Most
 * items that a list does not have are known from one word, without a search.
 */
export class ItemFilters {
  /** `[slots, words]`, where `words` is a power of two. */
  readonly #filters: Int32Array;
  /** Logarithm of `words`: products with a shift stay integers for the engine. */
  readonly #shift: number;

  /** @param capacity items of each list. */
  constructor(slots: number, capacity: number) {
    this.#shift = Math.ceil(Math.log2(Math.max(WORD_BITS, capacity * BITS_PER_ITEM) / WORD_BITS));
    this.#filters = new Int32Array(slots << this.#shift);
  }

  /** False only if the item was not added to the filter of the slot. */
  mayHave(slot: number, item: number): boolean {
    return (this.#filters[this.#word(slot, item)] & (1 << (item & (WORD_BITS - 1)))) !== 0;
  }

  add(slot: number, item: number): void {
    this.#filters[this.#word(slot, item)] |= 1 << (item & (WORD_BITS - 1));
  }

  /** Empties the filter of a slot. @param items the items that were added are `items[first]` to `items[end - 1]`. */
  clear(slot: number, items: Int32Array, first: number, end: number): void {
    const words = 1 << this.#shift;
    // Short filters are filled: which of the two is less work is not predictable for the processor.
    if (words > SHORT_FILTER && end - first < words) {
      for (let place = first; place < end; place++) this.#filters[this.#word(slot, items[place])] = 0;
    } else {
      for (let word = slot * words; word < (slot + 1) * words; word++) this.#filters[word] = 0;
    }
  }

  #word(slot: number, item: number): number {
    return (slot << this.#shift) + ((item >>> WORD_SHIFT) & ((1 << this.#shift) - 1));
  }
}
