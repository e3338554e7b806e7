/** Mask entries in one byte. */
const BITS = 8;

/** A byte whose mask entries are all 1. */
const ALL_ALLOWED = 255;

/** Masks over a catalogue, one bit for each item. */
export class PackedMasks {
  /** `[rows, bytesPerMask(items)]` */
  readonly bytes: Uint8Array;
  readonly #items: number;
  readonly #bytesPerMask: number;

  /** @param rows number of masks. */
  constructor(rows: number, items: number) {
    this.#items = items;
    this.#bytesPerMask = bytesPerMask(items);
    this.bytes = new Uint8Array(rows * this.#bytesPerMask);
  }

  /** Stores the mask, `[items]`, of a row. */
  set(row: number, mask: Uint8Array): void {
    const start = row * this.#bytesPerMask;
    for (let byte = 0; byte < this.#bytesPerMask; byte++) {
      let bits = 0;
      const first = byte * BITS;
      const end = Math.min(first + BITS, this.#items);
      for (let item = first; item < end; item++) bits |= mask[item] << (item - first);
      this.bytes[start + byte] = bits;
    }
  }

  /** Writes the mask of a row to `mask`, `[items]`. */
  get(row: number, mask: Uint8Array): void {
    const start = row * this.#bytesPerMask;
    // Nearly all items are allowed: a session has seen little of the catalogue.
    mask.fill(1);
    for (let byte = 0; byte < this.#bytesPerMask; byte++) {
      const bits = this.bytes[start + byte];
      if (bits === ALL_ALLOWED) continue;
      const first = byte * BITS;
      const end = Math.min(first + BITS, this.#items);
      for (let item = first; item < end; item++) mask[item] = (bits >> (item - first)) & 1;
    }
  }
}

/** Bytes of one mask. */
export function bytesPerMask(items: number): number {
  return Math.ceil(items / BITS);
}
