import { type Catalogue, checkInteger, counted, described, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';

/** Up to this many items, the results for all pairs are stored in a table of at most 8 MB; beyond it they are computed. */
const MAX_TABLE_ITEMS = 8192;

/** Whether two items are similar. */
export interface ItemSimilarity {
  (a: number, b: number): boolean;
  /** Number of items that the function knows; `createSimulator` checks that the responses have as many. Default: any. */
  readonly items?: number;
}

/** Items as points in a Euclidean space. */
export interface ItemPoints {
  /** `[items, width]` */
  readonly points: Float32Array | Float64Array;
  /** Coordinates of a point. At least 1. */
  readonly width: number;
}

/**
 * For `createSimilarityRule`: two items are similar if their Euclidean distance is below `distance`.
 *
 * The points may be item features, embeddings of texts, or the columns of a reward matrix as in EasyRL4Rec (`points` is that
 * matrix transposed: an item is the vector of all users' rewards for it).
 *
 * The comparison is that of EasyRL4Rec (`BaseData.py`, `CoatEnv.py`): `sqrt(sum (a_k - b_k)^2) < distance` in
 * double precision. Items exactly at the distance are not similar, also at `Math.sqrt(20)`.
 * @throws {InvalidOptionError} for coordinates that are not finite, a width that does not divide their count, or a
 *   distance that is not above 0.
 */
export function createDistanceSimilarity(items: ItemPoints, distance: number): ItemSimilarity {
  checkOptions(items, '{ points, width }');
  const { points, width } = items;
  checkInteger('width', width, 1);
  if (points?.length === undefined) throw new InvalidOptionError('points', points, 'a list of coordinates');
  if (points.length === 0 || points.length % width !== 0) {
    throw new InvalidOptionError(
      'points',
      described(counted(points.length, 'number')),
      `a whole number of points of ${width} coordinates`,
    );
  }
  const flaw = points.findIndex((value) => !Number.isFinite(value));
  if (flaw >= 0) throw new InvalidOptionError(`points[${flaw}]`, points[flaw], 'a finite number');
  if (!(distance > 0)) throw new InvalidOptionError('distance', distance, 'a number above 0');
  const count = points.length / width;
  const isSimilar = closerThan(items, distance);
  return Object.assign(count > MAX_TABLE_ITEMS ? isSimilar : tabulate(count, isSimilar), { items: count });
}

/** A symmetric relation as a table of bits, which fits into the processor's cache where bytes would not. */
function tabulate(items: number, isSimilar: (a: number, b: number) => boolean): (a: number, b: number) => boolean {
  const table = new Uint8Array(Math.ceil((items * items) / 8));
  const set = (pair: number): void => {
    table[pair >> 3] |= 1 << (pair & 7);
  };
  for (let a = 0; a < items; a++) {
    for (let b = a; b < items; b++) {
      if (!isSimilar(a, b)) continue;
      set(a * items + b);
      set(b * items + a);
    }
  }
  return (a, b) => {
    const pair = a * items + b;
    return ((table[pair >> 3] >> (pair & 7)) & 1) === 1;
  };
}

/**
 * Whether the distance of two items, as `distanceBetween` computes it, is below `distance`. It takes no root, and adds four coordinates in each
 * round, in the same order: the table of larger catalogues would not fit into the processor's cache, so this runs at each comparison.
 */
function closerThan({ points, width }: ItemPoints, distance: number): (a: number, b: number) => boolean {
  const limit = squareLimit(distance);
  return (a, b) => {
    const first = a * width;
    const second = b * width;
    let sum = 0;
    let k = 0;
    for (; k + 3 < width; k += 4) {
      const d0 = points[first + k] - points[second + k];
      const d1 = points[first + k + 1] - points[second + k + 1];
      const d2 = points[first + k + 2] - points[second + k + 2];
      const d3 = points[first + k + 3] - points[second + k + 3];
      sum = sum + d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
    }
    for (; k < width; k++) {
      const difference = points[first + k] - points[second + k];
      sum += difference * difference;
    }
    return sum < limit;
  };
}

/** The Euclidean distance of two items in double precision, summed coordinate by coordinate as in EasyRL4Rec. */
export function distanceBetween({ points, width }: ItemPoints, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const difference = points[a * width + k] - points[b * width + k];
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/**
 * For `createSimilarityRule`: two items are similar if they share a value of an attribute, as in
 * `createAttributeSimilarity(catalogue, 'genre')`. An item without a value is similar to no other.
 * @throws {InvalidOptionError} if no item has the attribute.
 */
export function createAttributeSimilarity(catalogue: Catalogue, attribute: string): ItemSimilarity {
  const categories = categoriesOf(catalogue, attribute);
  const sets = categories.map((list) => new Set(list));
  const isSimilar = (a: number, b: number): boolean => {
    for (const category of categories[a]) if (sets[b].has(category)) return true;
    return false;
  };
  return Object.assign(isSimilar, { items: categories.length });
}

/**
 * `[items]` lists of category numbers for `createCategorySimilarityRule`: the values of an attribute, numbered in the order in which
 * they first appear.
 * @throws {InvalidOptionError} if no item has the attribute.
 */
export function categoriesOf(catalogue: Catalogue, attribute: string): Int32Array[] {
  if (typeof catalogue?.items?.map !== 'function')
    throw new InvalidOptionError('catalogue', catalogue, 'a catalogue with items');
  const { items } = catalogue;
  const numbers = new Map<string, number>();
  const categories = items.map(({ attributes }) => {
    return Int32Array.from(new Set(attributes[attribute] ?? []), (value) => {
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      return number;
    });
  });
  if (numbers.size === 0) {
    const known = [...new Set(items.flatMap((item) => Object.keys(item.attributes)))].join(', ') || 'none';
    throw new InvalidOptionError('attribute', attribute, `an attribute that some item has (there are: ${known})`);
  }
  return categories;
}

/**
 * The smallest number whose root is not below `distance`: `sum < squareLimit(distance)` says the same as `Math.sqrt(sum) < distance`, because
 * roots are rounded correctly. It is not always the square; `Math.sqrt(20) ** 2` is above 20.
 */
function squareLimit(distance: number): number {
  const number = Float64Array.of(distance * distance);
  // Numbers that are not negative have the order of their bits, up to infinity.
  const bits = new BigInt64Array(number.buffer);
  while (Math.sqrt(number[0]) < distance) bits[0]++;
  while (bits[0] > 0n && Math.sqrt(number[0]) >= distance) bits[0]--;
  if (Math.sqrt(number[0]) < distance) bits[0]++;
  return number[0];
}
