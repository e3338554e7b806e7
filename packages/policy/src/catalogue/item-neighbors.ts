import { checkInteger, countAvailable, described, InvalidOptionError } from '@ialp/core';
import { indexOfNonFinite } from '@ialp/core/checkpoint';
import { checkNumbers, checkOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';
import { ProductScreen } from './product-screen.js';

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
  // The bits of the numbers tell fast, but only of a Float32Array, which callers in JavaScript may not give.
  const isFloat32 = data instanceof Float32Array;
  const wrong = isFloat32
    ? indexOfNonFinite(data)
    : (data as Float32Array).findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`${option}.data[${wrong}]`, data[wrong], 'a finite number');
}

/** Items whose neighbours are found in one pass over the vectors. */
const BLOCK = 256;

/**
 * The items nearest to each of some items by the cosine of their vectors; ties in catalogue order. The weight of a neighbour is its cosine
 * as a share of those of all neighbours, where a cosine below 0 counts as 0; all are equal if no cosine is above 0.
 * @param of the items; none is a neighbour of another.
 * @param available `[items]`: 1 for each item that can be a neighbour.
 * @throws {InvalidOptionError} for an item whose vector is 0, and if there is no neighbour.
 */
export function nearestNeighbors(
  vectors: ItemVectors,
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
  const { data, width } = vectors;
  const lengths = lengthsOf(vectors);
  for (const item of of) {
    if (lengths[item] > 0) continue;
    const expected = 'a vector with a direction for each item that is placed: write it to its row first';
    throw new InvalidOptionError(`embeddings.data, row ${item}`, described('only zeros'), expected);
  }
  const items = new Int32Array(of.length * count).fill(-1);
  const weights = new Float64Array(of.length * count).fill(Number.NEGATIVE_INFINITY);
  for (let first = 0; first < of.length; first += BLOCK) {
    const block = of.subarray(first, first + BLOCK);
    const [begin, end] = [first * count, (first + block.length) * count];
    const lists = { count, items: items.subarray(begin, end), cosines: weights.subarray(begin, end) };
    fillLists(lists, block, { data, width, lengths, candidates });
  }
  for (let begin = 0; begin < weights.length; begin += count) toShares(weights.subarray(begin, begin + count));
  return { count, items, weights };
}

/** Lists of `count` items for each of several items, by descending cosine; ties in catalogue order. */
interface Lists {
  readonly count: number;
  readonly items: Int32Array;
  readonly cosines: Float64Array;
}

interface Catalogue extends ItemVectors {
  readonly lengths: Float64Array;
  /** `[items]`: 1 for each item that can be a neighbour. */
  readonly candidates: Uint8Array;
}

/**
 * Finds the nearest candidates of some items. Cosines in single precision, which are computed fast, say which candidates may be among the nearest;
 * only for these is the cosine computed in double precision.
 */
function fillLists({ count, items, cosines }: Lists, of: Int32Array, catalogue: Catalogue): void {
  const { data, width, lengths, candidates } = catalogue;
  const directions = new Float32Array(of.length * width);
  for (let k = 0; k < of.length; k++) writeDirection(catalogue, of[k], directions, k * width);
  const screen = new ProductScreen(directions, width);
  const { rows, maxRows } = screen;
  // Twice what rounding can change: each of the two directions, and each step of the sum, by a relative 2^-24.
  const margin = (width + 8) * 2 ** -23;
  const itemOf = new Int32Array(maxRows);
  const insertIfNear = (row: number, k: number): void => {
    const [item, other] = [of[k], itemOf[row]];
    const length = lengths[item] * lengths[other];
    const cosine = length === 0 ? 0 : product(data, item * width, other * width, width) / length;
    insert(items, cosines, k * count, count, other, cosine);
    screen.setThreshold(k, cosines[(k + 1) * count - 1] - margin);
  };
  for (let next = 0; next < candidates.length; ) {
    let filled = 0;
    for (; filled < maxRows && next < candidates.length; next++) {
      if (candidates[next] === 0) continue;
      writeDirection(catalogue, next, rows, filled * width);
      itemOf[filled++] = next;
    }
    screen.visit(filled, insertIfNear);
  }
}

/** Writes an item's vector at length 1; zeros for a vector of zeros. */
function writeDirection({ data, width, lengths }: Catalogue, item: number, into: Float32Array, at: number): void {
  const scale = lengths[item] === 0 ? 0 : 1 / lengths[item];
  const start = item * width;
  for (let k = 0; k < width; k++) into[at + k] = scale * data[start + k];
}

/** Inserts an item into a list of `count` places from `begin`, sorted by descending cosine, after those of the same cosine. */
function insert(
  items: Int32Array,
  cosines: Float64Array,
  begin: number,
  count: number,
  item: number,
  cosine: number,
): void {
  let place = begin + count - 1;
  if (!(cosine > cosines[place])) return;
  for (; place > begin && cosine > cosines[place - 1]; place--) {
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

/** `[items]`: the lengths of vectors. */
function lengthsOf({ data, width }: ItemVectors): Float64Array {
  const lengths = new Float64Array(data.length / width);
  for (let item = 0; item < lengths.length; item++) {
    lengths[item] = Math.sqrt(product(data, item * width, item * width, width));
  }
  return lengths;
}

function product(data: Float32Array, a: number, b: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += data[a + k] * data[b + k];
  return sum;
}
