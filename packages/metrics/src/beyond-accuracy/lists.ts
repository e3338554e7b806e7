import { InvalidOptionError } from '@ialp/core';
import { createIdCheck } from '../ids.js';

/**
 * Intra-list diversity: the mean distance of two items of a list, over all pairs (Smyth and McClave 2001). Null for fewer than
 * two items.
 * @param distance any distance; 0 for identical items. Called once for each pair.
 * @throws {InvalidOptionError} for a distance that is no finite number.
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
      const expected = 'a function that gives finite numbers with a finite sum';
      throw new InvalidOptionError('distance', typeof value === 'number' ? `a distance of ${value}` : value, expected);
    }
  }
  return sum / ((length * (length - 1)) / 2);
}

/**
 * Novelty: the mean self-information of a list's items, in bits, `-log2` of the share of people who know an item (Zhou et al. 2010).
 * What everybody knows is worth 0. Null for an empty list.
 * @param popularity the share of people who know each item, above 0 and at most 1, by item.
 * @throws {InvalidOptionError} for an item whose share is not above 0 and at most 1.
 */
export function novelty(list: ArrayLike<number>, popularity: ArrayLike<number>): number | null {
  let bits = 0;
  for (let place = 0; place < list.length; place++) bits -= Math.log2(shareOf(list[place], popularity));
  return list.length === 0 ? null : bits / list.length + 0;
}

/**
 * Popularity bias: how well known the items of a list are in the mean, as a share of people (average recommendation
 * popularity, Yin et al. 2012). Beside that of the items people took by themselves it says whether a policy goes for the well
 * known. Null for an empty list.
 * @throws {InvalidOptionError} for an item whose share is not above 0 and at most 1.
 */
export function averagePopularity(list: ArrayLike<number>, popularity: ArrayLike<number>): number | null {
  let sum = 0;
  for (let place = 0; place < list.length; place++) sum += shareOf(list[place], popularity);
  return list.length === 0 ? null : sum / list.length;
}

/**
 * Serendipity: the share of a list's items that are relevant and were not to be expected (Ge et al. 2010). What was to be expected is
 * what a simple recommender, popularity say, would have shown. Null for an empty list.
 * @throws {InvalidOptionError} for items that are null, numbers beyond the safe integers, or text on one side and numbers on the other.
 */
export function serendipity<Item>(
  list: ArrayLike<Item>,
  isRelevant: (item: Item, place: number) => boolean,
  expected: ReadonlySet<Item>,
): number | null {
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
 * Repetition: the share of a session's items that it had shown before. Null for an empty session.
 * @throws {InvalidOptionError} for items that are null, numbers beyond the safe integers, or text and numbers.
 */
export function repetition<Item>(session: ArrayLike<Item>): number | null {
  const { length } = session;
  checkItems(Array.from(session, (item, place) => [`session[${place}]`, item] as const));
  return length === 0 ? null : 1 - new Set(Array.from(session)).size / length;
}

/** Items that are no ids, such as objects, are compared as they are. @throws {InvalidOptionError} */
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
