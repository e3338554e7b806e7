import { type Checkpoint, CheckpointError } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';

/** The items most similar to one item, the most similar first; ties go to the lower index. */
export interface Neighbors {
  readonly items: Int32Array;
  /** Above 0, at most 1. */
  readonly similarity: Float64Array;
}

const NONE: Neighbors = { items: new Int32Array(0), similarity: new Float64Array(0) };

/**
 * Cosine similarity of items by co-occurring likes, damped where there are few:
 * `sim(a, b) = co(a, b) / (sqrt(n_a n_b) + shrinkage)`, with `n` the sessions that liked an item and `co` those that liked both.
 * Counts are stored only for pairs that occurred.
 */
export class ItemSimilarity {
  readonly #neighbors: number;
  readonly #shrinkage: number;
  readonly #likes: Float64Array;
  /** For each item, the number of sessions that liked it together with each other item. */
  readonly #together: (Map<number, number> | undefined)[];
  /** Neighbour lists for the current counts. */
  readonly #lists = new Map<number, Neighbors>();

  constructor(items: number, neighbors: number, shrinkage: number) {
    this.#neighbors = neighbors;
    this.#shrinkage = shrinkage;
    this.#likes = new Float64Array(items);
    this.#together = new Array<Map<number, number> | undefined>(items).fill(undefined);
  }

  /** Counts a like of `item` in a session that has liked `others` before; `item` is not among them. */
  add(item: number, others: ReadonlySet<number>): void {
    this.#likes[item]++;
    for (const other of others) {
      this.#count(item, other);
      this.#count(other, item);
    }
    this.#lists.clear();
  }

  /** The most similar items among those liked together with an item. */
  of(item: number): Neighbors {
    let list = this.#lists.get(item);
    if (list === undefined) {
      list = this.#find(item);
      this.#lists.set(item, list);
    }
    return list;
  }

  checkpoint(): Checkpoint {
    const pairs = this.#together.flatMap((counts, item) =>
      Array.from(counts ?? [], ([other, together]) => [item, other, together]),
    );
    return { likes: this.#likes.slice(), pairs: Float64Array.from(pairs.flat()) };
  }

  /** @throws {CheckpointError} */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const likes = reader.array('likes', Float64Array, this.#likes.length);
    const pairs = reader.array('pairs', Float64Array);
    const isItem = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < likes.length;
    const isRight = (value: number, at: number): boolean =>
      at % 3 === 2 ? value > 0 && Number.isFinite(value) : isItem(value);
    if (pairs.length % 3 !== 0 || !pairs.every(isRight)) {
      throw new CheckpointError('checkpoint.pairs: expected two items and a count for each pair; found other numbers.');
    }
    this.#likes.set(likes);
    this.#together.fill(undefined);
    for (let at = 0; at < pairs.length; at += 3) {
      const [item, other, together] = pairs.subarray(at, at + 3);
      this.#countsOf(item).set(other, together);
    }
    this.#lists.clear();
  }

  #countsOf(item: number): Map<number, number> {
    const counts = this.#together[item] ?? new Map<number, number>();
    this.#together[item] = counts;
    return counts;
  }

  #count(item: number, other: number): void {
    const counts = this.#countsOf(item);
    counts.set(other, (counts.get(other) ?? 0) + 1);
  }

  #find(item: number): Neighbors {
    const counts = this.#together[item];
    if (counts === undefined) return NONE;
    const found = Array.from(counts, ([other, together]) => ({
      other,
      similarity: this.#damped(item, other, together),
    }));
    found.sort((a, b) => b.similarity - a.similarity || a.other - b.other);
    found.length = Math.min(found.length, this.#neighbors);
    return {
      items: Int32Array.from(found, ({ other }) => other),
      similarity: Float64Array.from(found, ({ similarity }) => similarity),
    };
  }

  #damped(item: number, other: number, together: number): number {
    // A history may hold a like from before counting began, so that `together` exceeds the item's own count.
    const [n, m] = [Math.max(this.#likes[item], together), Math.max(this.#likes[other], together)];
    return together / (Math.sqrt(n * m) + this.#shrinkage);
  }
}
