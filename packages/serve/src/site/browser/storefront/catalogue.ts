import { callApi } from '../common/api.js';
import type { Item } from './types.js';

/** Items of a page, the most that the server gives. */
const PAGE = 1_000;

interface ItemList {
  readonly total: number;
  readonly items: readonly Item[];
}

/** The catalogue, read page by page as far as is needed to describe what was shown: it may be long. */
export class Catalogue {
  readonly #known = new Map<string, Item>();
  #read = 0;
  #total = Number.POSITIVE_INFINITY;
  #isChanged = false;

  /** Items that were read so far. */
  get known(): Iterable<Item> {
    return this.#known.values();
  }

  /** Descriptions of items. One that the catalogue does not have any more is described by its id alone. @throws {ApiError} */
  async describe(ids: readonly string[]): Promise<Item[]> {
    if (this.#isChanged) this.#begin();
    while (ids.some((id) => !this.#known.has(id)) && this.#read < this.#total) await this.#readPage();
    // Items may have been added since: the next call reads the catalogue again.
    this.#isChanged = ids.some((id) => !this.#known.has(id));
    return ids.map((id) => this.#known.get(id) ?? { id });
  }

  #begin(): void {
    this.#read = 0;
    this.#total = Number.POSITIVE_INFINITY;
  }

  async #readPage(): Promise<void> {
    const { total, items } = await callApi<ItemList>('GET', `/v1/items?offset=${this.#read}&limit=${PAGE}`);
    for (const item of items) this.#known.set(item.id, item);
    this.#read += items.length;
    this.#total = items.length === 0 ? this.#read : total;
  }
}
