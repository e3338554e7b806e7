import type { Address, Arena } from '../arena.js';
import { ITEM_BLOCK, type Scorer } from './scorer.js';

/** Items in the largest catalogue whose scores are kept: 1 MiB. */
const MAX_ITEMS = 2 ** 18;

/**
 * The scores of all items in the state of a softmax over a single state, such as a server computes for each request. Draws and propensities
 * read them, which would otherwise compute a block of items again for each position of a slate. Forbidden items have the score of one; blocks
 * without an available item hold no scores.
 */
export class KeptScores {
  readonly #arena: Arena;
  readonly #blocks: number;
  readonly #canKeep: boolean;
  #address: Address = 0;
  #scorer: Scorer | undefined;

  constructor(arena: Arena, items: number) {
    this.#arena = arena;
    this.#blocks = Math.ceil(items / ITEM_BLOCK);
    this.#canKeep = items <= MAX_ITEMS;
  }

  reserve(): void {
    this.#scorer = undefined;
    if (this.#canKeep) this.#address = this.#arena.allocateFloats(this.#blocks * ITEM_BLOCK);
  }

  /** Forgets the scores, as those of another softmax follow. @returns whether these are to be kept. */
  begin(rows: number, scorer: Scorer): boolean {
    const keeps = rows === 1 && this.#canKeep;
    this.#scorer = keeps ? scorer : undefined;
    return keeps;
  }

  /** Whether the scores are there, of a scorer in the state of the last softmax. */
  areOf(scorer: Scorer): boolean {
    return this.#scorer === scorer;
  }

  /** Address of a block's scores. */
  at(block: number): Address {
    return this.#address + 4 * block * ITEM_BLOCK;
  }

  /** The score of an item. */
  of(item: number): number {
    return this.#arena.allFloats[this.#address / 4 + item];
  }
}
