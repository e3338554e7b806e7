import { EventLogError } from '../../errors.js';
import type { ServedItem } from '../../events.js';
import type { Recommender } from '../../recommender.js';
import { describeAction } from './features.js';
import type { RankRequest } from './schemas.js';

/** Adds actions that are new to the catalogue. */
export class JoiningActions {
  readonly #recommender: Recommender;
  readonly #maxItems: number;
  #items: readonly ServedItem[] = [];
  #known: ReadonlySet<string> = new Set();
  /** Actions that are being added: requests at the same time add them once. */
  readonly #joining = new Map<string, Promise<void>>();

  /** @param maxItems size of the catalogue from which on no action joins it. */
  constructor(recommender: Recommender, maxItems: number) {
    this.#recommender = recommender;
    this.#maxItems = maxItems;
  }

  /** Adds those of the actions that the catalogue does not have, as far as it may grow. Resolves once they are durable. */
  async add(actions: RankRequest['actions']): Promise<void> {
    const known = this.#ids();
    const added = actions.filter(({ id }) => !known.has(id));
    try {
      await Promise.all(added.map((action) => this.#join(action)));
    } catch (error) {
      // The request can be answered all the same: a later one with these actions adds them.
      if (!EventLogError.isInstance(error)) throw error;
    }
  }

  #join({ id, features }: RankRequest['actions'][number]): Promise<void> {
    const begun = this.#joining.get(id);
    if (begun !== undefined) return begun;
    if (this.#known.size + this.#joining.size >= this.#maxItems) return Promise.resolve();
    const joined = this.#recommender
      .putItem({ id, ...describeAction(features ?? []) })
      .finally(() => this.#joining.delete(id));
    this.#joining.set(id, joined);
    return joined;
  }

  #ids(): ReadonlySet<string> {
    const items = this.#recommender.items();
    // The recommender returns the same list until the catalogue changes.
    if (items !== this.#items) {
      this.#items = items;
      this.#known = new Set(items.map(({ id }) => id));
    }
    return this.#known;
  }
}
