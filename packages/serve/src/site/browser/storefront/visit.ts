import { randomId } from '../common/random-id.js';
import type { Item, ShownSlate } from './types.js';

const KEY = 'ialp-visit';
/** Slates that are remembered: the first, to compare with, and the last ones. */
const MAX_SLATES = 12;

/** What a person has seen and chosen in this tab. It survives a reload of the page, and ends with the tab. */
export class Visit {
  /** Id of the session. */
  readonly session: string;
  /** Items chosen, in order. */
  readonly chosen: Item[];
  /** Slates shown, in order: the first one and the last ones. */
  readonly slates: ShownSlate[];
  /** Number of slates shown. */
  shown: number;

  private constructor({ session, chosen, slates, shown }: StoredVisit) {
    this.session = session;
    this.chosen = chosen;
    this.slates = slates;
    this.shown = shown;
  }

  /** The visit of this tab, or a new one. */
  static resume(): Visit {
    const stored = sessionStorage.getItem(KEY);
    return stored === null ? Visit.begin() : new Visit(JSON.parse(stored));
  }

  static begin(): Visit {
    const visit = new Visit({ session: randomId(), chosen: [], slates: [], shown: 0 });
    visit.#store();
    return visit;
  }

  /** Notes a slate that is shown. */
  show(items: readonly Item[]): void {
    this.slates.push({ items: items.map(short) });
    if (this.slates.length > MAX_SLATES) this.slates.splice(1, 1);
    this.shown++;
    this.#store();
  }

  /** Notes that an item of the last slate was chosen. */
  choose(item: Item): void {
    this.chosen.push(short(item));
    const last = this.slates.at(-1);
    if (last !== undefined) last.chosen = short(item);
    this.#store();
  }

  #store(): void {
    const { session, chosen, slates, shown } = this;
    sessionStorage.setItem(KEY, JSON.stringify({ session, chosen, slates, shown } satisfies StoredVisit));
  }
}

interface StoredVisit {
  readonly session: string;
  readonly chosen: Item[];
  readonly slates: ShownSlate[];
  readonly shown: number;
}

/** An item without its text, which may be long. */
function short({ id, title, attributes }: Item): Item {
  return { id, ...(title !== undefined && { title }), ...(attributes !== undefined && { attributes }) };
}
