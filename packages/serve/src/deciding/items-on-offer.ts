import { type Checkpoint, createItemIndex, described, InvalidOptionError, type ItemIndex } from '@ialp/core';
import type { ItemEvent, ItemRemovalEvent, ServedItem } from '../events.js';
import { decodeIndex } from '../learning/stored.js';

/**
 * The items that a process may show: those of the index that the learner published, less those that have been removed since. New items follow
 * once the learner has placed them.
 */
export class ItemsOnOffer {
  index: ItemIndex;
  items = new Map<string, ServedItem>();
  /** Numbers in the embedding of each item, once that is known. */
  embeddingWidth: number | undefined;
  /** Whether the last event about an item was its removal. */
  readonly #isRemoved = new Map<string, boolean>();
  #list: readonly ServedItem[] | undefined;
  /** The published index that was taken last, if no item has changed since. */
  #taken: Uint8Array | undefined;

  constructor(capacity: number) {
    this.index = createItemIndex({ capacity });
  }

  /** The items as a list, the same one until they change. */
  get list(): readonly ServedItem[] {
    this.#list ??= [...this.items.values()];
    return this.#list;
  }

  /** The items at the beginning of a deployment. */
  begin(items: readonly ServedItem[]): void {
    this.index.add(items.map(({ id }) => id));
    this.describe(items);
    this.embeddingWidth = items.find(({ embedding }) => embedding !== undefined)?.embedding?.length;
  }

  /** Takes the descriptions of the catalogue. */
  describe(items: Iterable<ServedItem>): void {
    this.items = new Map();
    this.#list = undefined;
    for (const item of items) if (this.#isRemoved.get(item.id) !== true) this.items.set(item.id, item);
  }

  /** Takes a published index. */
  take(index: Checkpoint): void {
    this.#taken = undefined;
    const taken = createItemIndex({ capacity: this.index.capacity });
    taken.restore(index);
    const removed = [...this.#isRemoved].filter(([id, isRemoved]) => isRemoved && isAvailable(taken, id));
    if (removed.length > 0) taken.remove(removed.map(([id]) => id));
    this.index = taken;
  }

  /** Takes an index that came with a policy, as bytes. The same one comes again until an item changes, and reading it takes a while. */
  takePublished(bytes: Uint8Array): void {
    if (this.#taken !== undefined && Buffer.compare(this.#taken, bytes) === 0) return;
    this.take(decodeIndex(bytes));
    // A copy, as it is part of a large policy.
    this.#taken = bytes.slice();
  }

  /** Checks that a learner can compare the embedding of an item with those of the others. @throws {InvalidOptionError} */
  checkEmbedding({ embedding }: ServedItem): void {
    if (embedding === undefined) return;
    const width = this.embeddingWidth ?? embedding.length;
    if (embedding.length !== width) {
      const expected = `${width} numbers, as those of the other items`;
      throw new InvalidOptionError('item.embedding', described(`${embedding.length} numbers`), expected);
    }
    const large = embedding.findIndex((value) => !Number.isFinite(Math.fround(value)));
    if (large === -1) return;
    throw new InvalidOptionError(`item.embedding[${large}]`, embedding[large], 'a number of 32 bits');
  }

  /** Applies an event. */
  apply(event: ItemEvent | ItemRemovalEvent): void {
    this.#list = undefined;
    this.#taken = undefined;
    if (event.type === 'item') {
      const { embedding, ...item } = event.item;
      this.embeddingWidth ??= embedding?.length;
      this.#isRemoved.set(item.id, false);
      this.items.set(item.id, item);
      return;
    }
    this.#isRemoved.set(event.id, true);
    this.items.delete(event.id);
    if (isAvailable(this.index, event.id)) this.index.remove([event.id]);
  }
}

function isAvailable(index: ItemIndex, id: string): boolean {
  return index.available[index.indexOf(id)] === 1;
}
