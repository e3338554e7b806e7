import { checkInteger, countAvailable, described, InvalidOptionError } from '@ialp/core';
import { checkNumbers, checkOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';

/** Vectors of the items of a catalogue, such as embeddings of their texts. */
export interface ItemVectors {
  /** `[items, width]`, row-major. */
  readonly data: Float32Array;
  readonly width: number;
}

/** The nearest neighbours of some items, nearest first. */
export interface ItemNeighbors {
  /** Neighbours of each item: the number that was asked for, or fewer in a small catalogue. */
  readonly count: number;
  /** `[given items, count]`: item indices. */
  readonly items: Int32Array;
  /** `[given items, count]`: their weights, which sum to 1 for each item. */
  readonly weights: Float64Array;
}

/** Throws unless vectors are finite, one for each item. @throws {InvalidOptionError} {ShapeError} */
export function checkVectors(option: string, vectors: ItemVectors, items: number): void {
  checkOptions(vectors, '{ data, width }', option);
  const { data, width } = vectors;
  checkNumbers(`${option}.data`, data);
  checkInteger(`${option}.width`, width, 1);
  if (data.length !== items * width) throw new ShapeError(`numbers in ${option}.data`, data.length, items * width);
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`${option}.data[${wrong}]`, data[wrong], 'a finite number');
}

/**
 * The items nearest to each of some items by the cosine of their vectors; ties in catalogue order. The weight of a neighbour is its cosine
 * as a share of those of all neighbours, where a cosine below 0 counts as 0; all are equal if no cosine is above 0.
 * @param of the items; none is a neighbour of another.
 * @param available `[items]`: 1 for each item that can be a neighbour.
 * @throws {InvalidOptionError} for an item whose vector is 0, and if there is no neighbour.
 */
export function nearestNeighbors(
  { data, width }: ItemVectors,
  of: Int32Array,
  available: Uint8Array,
  neighbors: number,
): ItemNeighbors {
  const candidates = available.slice();
  for (const item of of) candidates[item] = 0;
  const count = Math.min(neighbors, countAvailable(candidates));
  if (count === 0) {
    throw new InvalidOptionError(
      'available',
      described('no other item'),
      'an available item besides those that are placed',
    );
  }
  const lengths = Float64Array.from(available, (_, item) => lengthOf(data, item * width, width));
  const items = new Int32Array(of.length * count);
  const weights = new Float64Array(of.length * count);
  for (const [k, item] of of.entries()) {
    if (lengths[item] === 0) {
      const expected = 'a vector with a direction for each item that is placed: write it to its row first';
      throw new InvalidOptionError(`embeddings.data, row ${item}`, described('only zeros'), expected);
    }
    const nearest = items.subarray(k * count, (k + 1) * count).fill(-1);
    const cosines = weights.subarray(k * count, (k + 1) * count).fill(Number.NEGATIVE_INFINITY);
    for (let other = 0; other < candidates.length; other++) {
      if (candidates[other] === 0) continue;
      const cosine =
        lengths[other] === 0 ? 0 : product(data, item * width, other * width, width) / (lengths[item] * lengths[other]);
      insert(nearest, cosines, other, cosine);
    }
    toShares(cosines);
  }
  return { count, items, weights };
}

/** Inserts an item into a list that is sorted by descending cosine, after those of the same cosine. */
function insert(items: Int32Array, cosines: Float64Array, item: number, cosine: number): void {
  let place = cosines.length - 1;
  if (!(cosine > cosines[place])) return;
  for (; place > 0 && cosine > cosines[place - 1]; place--) {
    cosines[place] = cosines[place - 1];
    items[place] = items[place - 1];
  }
  cosines[place] = cosine;
  items[place] = item;
}

function toShares(cosines: Float64Array): void {
  const total = cosines.reduce((sum, cosine) => sum + Math.max(0, cosine), 0);
  for (let k = 0; k < cosines.length; k++)
    cosines[k] = total > 0 ? Math.max(0, cosines[k]) / total : 1 / cosines.length;
}

function lengthOf(data: Float32Array, start: number, width: number): number {
  return Math.sqrt(product(data, start, start, width));
}

function product(data: Float32Array, a: number, b: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += data[a + k] * data[b + k];
  return sum;
}
