/** Number of tags of an item. */
const TAGS_KEPT = 10;

/** Counts the tags that users gave to items. Tags are in lower case, without surrounding spaces. */
export class GivenTags {
  readonly #counts: Map<string, number>[];

  /** @param items number of items. */
  constructor(items: number) {
    this.#counts = Array.from({ length: items }, () => new Map());
  }

  /** Counts a tag of an item, once or as often as it was given; empty tags are ignored. */
  add(item: number, tag: string, times = 1): void {
    const text = tag.trim().toLowerCase();
    const counts = this.#counts[item];
    if (text !== '') counts.set(text, (counts.get(text) ?? 0) + times);
  }

  /** An item's ten most frequent tags, the most frequent first; equal ones in alphabetical order. */
  of(item: number): string[] {
    const counts = [...this.#counts[item]];
    counts.sort(([tag, count], [other, otherCount]) => otherCount - count || (tag < other ? -1 : 1));
    return counts.slice(0, TAGS_KEPT).map(([tag]) => tag);
  }
}
