import { createItemIndex, described, InvalidOptionError, type ItemIndex } from '@ialp/core';
import type { Learner, Network } from '@ialp/policy';
import { type ItemVectors, placeItems } from '@ialp/policy/catalogue';
import type { ItemEvent, ItemRemovalEvent, ServedItem } from '../events.js';

/** Computes embeddings of texts. */
export type EmbedTexts = (texts: readonly string[]) => Promise<readonly ArrayLike<number>[]>;

/** What a text encoder reads of an item. */
export function textOf({ id, title, text, attributes }: ServedItem): string {
  if (text !== undefined) return title === undefined ? text : `${title}. ${text}`;
  const described = Object.entries(attributes ?? {}).map(([name, values]) => `${name}: ${values.join(', ')}`);
  return [title ?? id, ...described].join('. ');
}

/** The items of a deployment: their indices, descriptions and embeddings. Events change it. */
export class DeployedCatalogue {
  readonly index: ItemIndex;
  readonly items = new Map<string, ServedItem>();
  /** Number of changes. */
  version = 0;
  /** Items whose descriptions were added after the index was full: they cannot be shown. */
  readonly rejected = new Set<string>();
  readonly #embeddings = new Map<string, Float32Array>();
  /** New items that have not been placed in the networks yet. */
  #unplaced: string[] = [];

  readonly #onError: (error: unknown) => void;

  /**
   * @param capacity most items, those that were removed included: `items` of the policy.
   * @param onError called with embeddings that do not fit the others: they are not used.
   */
  constructor(capacity: number, onError: (error: unknown) => void = () => {}) {
    this.index = createItemIndex({ capacity });
    this.#onError = onError;
  }

  /** Adds items whose rows the networks already have, such as those that a policy was pre-trained with. */
  begin(items: readonly ServedItem[]): void {
    this.index.add(items.map(({ id }) => id));
    for (const item of items) this.#describe(item);
    this.version++;
  }

  /** Takes the descriptions of all items. Those that are not in the index have not been placed yet, or found no room. */
  describeAll(items: readonly ServedItem[]): void {
    for (const item of items) {
      this.#describe(item);
      if (this.index.indexOf(item.id) === -1) this.#await(item.id);
    }
    this.version++;
  }

  /** Applies an event. */
  apply(event: ItemEvent | ItemRemovalEvent): void {
    this.version++;
    if (event.type === 'item-removed') {
      this.items.delete(event.id);
      this.rejected.delete(event.id);
      this.#unplaced = this.#unplaced.filter((id) => id !== event.id);
      if (this.#isAvailable(event.id)) this.index.remove([event.id]);
      return;
    }
    const { item } = event;
    this.#describe(item);
    if (this.#isAvailable(item.id)) return;
    // An item that was removed has its row still, with all that was learned about it.
    if (this.index.indexOf(item.id) !== -1) this.index.add([item.id]);
    else this.#await(item.id);
  }

  /** Whether there are new items to place. */
  get hasUnplaced(): boolean {
    return this.#unplaced.length > 0;
  }

  /**
   * Adds new items to the index, and places each in the networks where its embedding puts it, if there are any. If their texts cannot be embedded,
   * they wait for the next call.
   */
  async place(learner: Learner, embed: EmbedTexts | undefined): Promise<void> {
    const fitting = this.#unplaced;
    if (fitting.length === 0) return;
    await this.#embed([...this.items.keys()], embed);
    this.#unplaced = [];
    const before = this.index.available;
    const placed = this.index.add(fitting);
    const vectors = this.#vectors();
    if (vectors === undefined) return;
    const known = placed.filter((item) => isVector(vectors, item));
    const available = before.map((value, item) => (value === 1 && isVector(vectors, item) ? 1 : 0));
    if (known.length === 0 || !available.includes(1)) return;
    for (const network of networksOf(learner)) placeItems(network, known, { embeddings: vectors, available });
  }

  /** Embeddings that are known, for a checkpoint. */
  embeddings(): { readonly ids: readonly string[]; readonly data: Float32Array } {
    const ids = [...this.#embeddings.keys()];
    const width = this.#embeddings.values().next().value?.length ?? 0;
    const data = new Float32Array(ids.length * width);
    for (const [k, id] of ids.entries()) data.set(this.#embeddings.get(id)!, k * width);
    return { ids, data };
  }

  /** Takes embeddings from a checkpoint. */
  setEmbeddings(ids: readonly string[], data: Float32Array): void {
    const width = ids.length === 0 ? 0 : data.length / ids.length;
    for (const [k, id] of ids.entries()) this.#embeddings.set(id, data.slice(k * width, (k + 1) * width));
  }

  /** Lets a new item wait to be placed, if there is room for it. */
  #await(id: string): void {
    if (this.#unplaced.includes(id)) return;
    if (this.#unplaced.length < this.index.free) this.#unplaced.push(id);
    else this.rejected.add(id);
  }

  #describe(item: ServedItem): void {
    this.items.set(item.id, item);
    this.rejected.delete(item.id);
    if (item.embedding !== undefined) this.#setEmbedding(item.id, item.embedding);
  }

  /** Takes an embedding, unless it cannot be compared with the others. */
  #setEmbedding(id: string, vector: ArrayLike<number>): void {
    const width = this.#embeddings.values().next().value?.length ?? vector.length;
    const embedding = Float32Array.from(vector);
    if (embedding.length === width && embedding.every(Number.isFinite)) {
      this.#embeddings.set(id, embedding);
      return;
    }
    const found = embedding.length === width ? 'numbers that are not finite' : described(`${embedding.length} numbers`);
    this.#onError(
      new InvalidOptionError(
        `embedding of ${JSON.stringify(id)}`,
        found,
        `${width} finite numbers, as those of the other items`,
      ),
    );
  }

  #isAvailable(id: string): boolean {
    return this.index.available[this.index.indexOf(id)] === 1;
  }

  /** Computes the embeddings that are missing. */
  async #embed(ids: readonly string[], embed: EmbedTexts | undefined): Promise<void> {
    const missing = ids.filter((id) => !this.#embeddings.has(id));
    if (embed === undefined || missing.length === 0) return;
    const vectors = await embed(missing.map((id) => textOf(this.items.get(id)!)));
    if (vectors.length !== missing.length) {
      throw new InvalidOptionError(
        'learning.embed',
        described(`${vectors.length} embeddings`),
        `${missing.length}, one for each text`,
      );
    }
    for (const [k, id] of missing.entries()) this.#setEmbedding(id, vectors[k]);
  }

  #vectors(): ItemVectors | undefined {
    const width = this.#embeddings.values().next().value?.length;
    if (width === undefined) return undefined;
    const data = new Float32Array(this.index.capacity * width);
    for (const [id, vector] of this.#embeddings) {
      const item = this.index.indexOf(id);
      if (item !== -1 && vector.length === width) data.set(vector, item * width);
    }
    return { data, width };
  }
}

function isVector({ data, width }: ItemVectors, item: number): boolean {
  for (let k = item * width; k < (item + 1) * width; k++) if (data[k] !== 0) return true;
  return false;
}

/** The networks of a learner, in which new items are placed. */
function networksOf(learner: Learner): readonly Network[] {
  const { network, networks } = learner as { readonly network?: Network; readonly networks?: readonly Network[] };
  return networks ?? (network === undefined ? [] : [network]);
}
