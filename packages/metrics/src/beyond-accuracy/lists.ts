import { described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import { createIdCheck } from '../ids.js';

/**
 * Intra-list diversity: the mean distance of two items of a list, over all pairs (Smyth and McClave 2001). Null for
 * fewer than two items.
 * @param distance any distance; 0 for identical items. Called once per pair.
 * @throws {InvalidOptionError} if a distance is not a finite number.
 */
export function intraListDiversity<Item>(list: ArrayLike<Item>, distance: (a: Item, b: Item) => number): number | null {
  const { length } = list;
  if (length < 2) return null;
  let sum = 0;
  for (let a = 1; a < length; a++) {
    for (let b = 0; b < a; b++) {
      const value = distance(list[a], list[b]);
      sum += value;
      if (typeof value === 'number' && Number.isFinite(sum)) continue;
      const expected = 'a function that returns finite numbers with a finite sum';
      throw new InvalidOptionError(
        'distance',
        typeof value === 'number' ? described(`a distance of ${value}`) : value,
        expected,
      );
    }
  }
  return sum / ((length * (length - 1)) / 2);
}

/**
 * Novelty: the mean self-information of a list's items in bits, `-log2` of the share of users who know an item (Zhou et
 * al. 2010). An item that all users know has novelty 0. Null for an empty list.
 * @param popularity `[items]`, the share of users who know each item, above 0 and at most 1.
 * @throws {InvalidOptionError} if the share of an item is out of range.
 */
export function novelty(list: ArrayLike<number>, popularity: ArrayLike<number>): number | null {
  let bits = 0;
  for (let place = 0; place < list.length; place++) bits -= Math.log2(shareOf(list[place], popularity));
  return list.length === 0 ? null : bits / list.length + 0;
}

/**
 * Average recommendation popularity: the mean share of users who know the items of a list (Yin et al. 2012). Compared
 * with the items that users consume without recommendations, it measures popularity bias. Null for an empty list.
 * @param popularity `[items]`, the share of users who know each item, above 0 and at most 1.
 * @throws {InvalidOptionError} if the share of an item is out of range.
 */
export function averagePopularity(list: ArrayLike<number>, popularity: ArrayLike<number>): number | null {
  let sum = 0;
  for (let place = 0; place < list.length; place++) sum += shareOf(list[place], popularity);
  return list.length === 0 ? null : sum / list.length;
}

/**
 * Serendipity: the share of a list's items that are relevant and unexpected (Ge et al. 2010). Expected items are those
 * that a simple recommender, such as popularity, would have shown. Null for an empty list.
 * @param expected the expected items.
 * @throws {InvalidOptionError} if an item is null, an unsafe integer, or a string where others are numbers.
 */
export function serendipity<Item>(
  list: ArrayLike<Item>,
  isRelevant: (item: Item, place: number) => boolean,
  expected: ReadonlySet<Item>,
): number | null {
  checkList('list', list, 'an array of items');
  if (typeof isRelevant !== 'function') throw new InvalidOptionError('isRelevant', isRelevant, 'a function of an item');
  if (!(expected instanceof Set)) throw new InvalidOptionError('expected', expected, 'a Set of items: new Set(items)');
  checkItems([
    ...Array.from(list, (item, place) => [`list[${place}]`, item] as const),
    ...Array.from(expected, (item) => ['expected', item] as const),
  ]);
  let count = 0;
  for (let place = 0; place < list.length; place++) {
    if (!expected.has(list[place]) && isRelevant(list[place], place)) count++;
  }
  return list.length === 0 ? null : count / list.length;
}

/**
 * Repetition: the share of a session's items that were shown before in it. Null for an empty session.
 * @throws {InvalidOptionError} if an item is null, an unsafe integer, or a string where others are numbers.
 */
export function repetition<Item>(session: ArrayLike<Item>): number | null {
  const { length } = session;
  checkItems(Array.from(session, (item, place) => [`session[${place}]`, item] as const));
  return length === 0 ? null : 1 - new Set(Array.from(session)).size / length;
}

/**
 * Checks ids; other items, such as objects, are compared by identity.
 * @throws {InvalidOptionError} if an id is invalid.
 */
function checkItems(items: readonly (readonly [where: string, item: unknown])[]): void {
  const check = createIdCheck(items[0]?.[0] ?? 'the first');
  for (const [where, item] of items) {
    if (typeof item === 'bigint' || typeof item === 'symbol' || (typeof item === 'object' && item !== null)) continue;
    const expected = check(item);
    if (expected !== undefined) throw new InvalidOptionError(where, item, expected);
  }
}

function shareOf(item: number, popularity: ArrayLike<number>): number {
  const share = popularity[item];
  if (share > 0 && share <= 1) return share;
  throw new InvalidOptionError(`popularity[${item}]`, share, 'a share above 0 and at most 1');
}
