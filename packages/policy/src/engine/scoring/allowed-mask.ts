import type { States } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import { padded } from '../parameters.js';
import { ITEM_BLOCK } from './scorer.js';

/** What some rows allow, as the kernels read it: a byte for each item, 1 where it may be shown. */
export class AllowedMask {
  /** Bytes of one row; the padding after the last item is 0 (forbidden). */
  readonly rowBytes: number;
  readonly #arena: Arena;
  #address: Address = 0;

  constructor(arena: Arena, items: number) {
    this.#arena = arena;
    this.rowBytes = padded(items);
  }

  /** Allocates for as many rows at once. */
  reserve(rows: number): void {
    this.#address = this.#arena.allocate(rows * this.rowBytes);
    this.#arena.bytes(this.#address, rows * this.rowBytes).fill(0);
  }

  /** Address of a block of items in the first row. */
  at(block: number): Address {
    return this.of(block * ITEM_BLOCK);
  }

  /** Address of an item in the first row. */
  of(item: number): Address {
    return this.#address + item;
  }

  /** Loads what the rows `from` up to `to` allow, in a range of items; row `from` becomes the first. */
  load({ items, available, exclusions }: States, from: number, to: number, first = 0, last = items): void {
    const rows = this.#arena.bytes(this.#address, (to - from) * this.rowBytes);
    const { offset, count, items: excluded } = exclusions;
    for (let row = from; row < to; row++) {
      const start = (row - from) * this.rowBytes;
      rows.set(available.subarray(first, last), start + first);
      const end = offset[row] + count[row];
      for (let place = offset[row]; place < end; place++) {
        const item = excluded[place];
        if (item >= first && item < last) rows[start + item] = 0;
      }
    }
  }

  /** Forbids an item in the first row. */
  forbid(item: number): void {
    this.#arena.allBytes[this.#address + item] = 0;
  }
}

/** Blocks of `size` items with an item that is available, in ascending order. */
export function openBlocks(available: Uint8Array, size = ITEM_BLOCK): number[] {
  const blocks: number[] = [];
  for (let item = available.indexOf(1); item !== -1; ) {
    const block = Math.floor(item / size);
    blocks.push(block);
    item = available.indexOf(1, (block + 1) * size);
  }
  return blocks;
}
