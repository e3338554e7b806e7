import type { ServedItem } from '../../events.js';
import type { Recommender } from '../../recommender.js';

/** Says which ids the catalogue has. */
export class KnownItems {
  readonly #recommender: Recommender;
  #items: readonly ServedItem[] = [];
  #ids: ReadonlySet<string> = new Set();

  constructor(recommender: Recommender) {
    this.#recommender = recommender;
  }

  /** Ids of the catalogue. */
  ids(): ReadonlySet<string> {
    const items = this.#recommender.items();
    // The recommender returns the same list until the catalogue changes.
    if (items !== this.#items) {
      this.#items = items;
      this.#ids = new Set(items.map(({ id }) => id));
    }
    return this.#ids;
  }
}
