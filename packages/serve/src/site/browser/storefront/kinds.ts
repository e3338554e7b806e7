import type { Item } from './types.js';

/** Most kinds that can be told apart by colour and named in a list. */
const MAX_KINDS = 40;
/** Names by which catalogues tell the kind of an item, the most usual first. Others are taken in the order of the catalogue. */
const USUAL = ['genre', 'genres', 'category', 'categories', 'kind', 'type', 'topic', 'section', 'department', 'brand'];

/** An attribute that divides the catalogue into kinds, such as genres, each with a hue. */
export interface Kinds {
  /** Name of the attribute. */
  readonly attribute: string;
  /** The kind of an item: the first value of the attribute. */
  kindOf(item: Item): string | undefined;
  /** Hue of a kind, in degrees. */
  hueOf(kind: string): number;
}

/**
 * Finds the attribute that says of what kind items are: most items have it, and it has few values. Undefined if the catalogue has no such
 * attribute.
 */
export function findKinds(items: Iterable<Item>): Kinds | undefined {
  let total = 0;
  const counts = new Map<string, Map<string, number>>();
  for (const { attributes = {} } of items) {
    total++;
    for (const [name, [value]] of Object.entries(attributes)) {
      if (value === undefined) continue;
      const values = counts.get(name) ?? new Map<string, number>();
      counts.set(name, values.set(value, (values.get(value) ?? 0) + 1));
    }
  }
  const fitting = [...counts].filter(([, values]) => {
    const described = [...values.values()].reduce((sum, count) => sum + count, 0);
    return values.size >= 2 && values.size <= MAX_KINDS && described >= total / 2;
  });
  const rank = (name: string): number => (USUAL.indexOf(name.toLowerCase()) + USUAL.length + 1) % (USUAL.length + 1);
  const [best] = fitting.sort(([one], [other]) => rank(one) - rank(other));
  if (best === undefined) return undefined;
  const [attribute, values] = best;
  const byCount = [...values].sort(([, one], [, other]) => other - one).map(([value]) => value);
  const place = new Map(byCount.map((value, index) => [value, index]));
  return {
    attribute,
    kindOf: (item) => item.attributes?.[attribute]?.[0],
    // Steps of the golden angle: the most frequent kinds get hues far from each other.
    hueOf: (kind) => Math.round((235 + (place.get(kind) ?? hash(kind)) * 137.508) % 360),
  };
}

/** A number from 0 to 2^32 - 1 that is the same for the same text (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193);
  return value >>> 0;
}
