import { type Checkpoint, CheckpointError, type Observation } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';

import { ExclusionLists, grown } from './exclusion-lists.js';

/** Sizes of states. */
export interface StateShape {
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history. */
  readonly historyLength: number;
  /** User features of each state. */
  readonly userFeatures: number;
}

/** Least number of hidden items above which it looks for those that no row allows. */
const MIN_HIDDEN = 32;

/** The content of a checkpoint of states. */
interface SavedStates {
  readonly session: Float64Array;
  readonly turn: Int32Array;
  readonly historyItems: Int32Array;
  readonly historyFeedback: Float32Array;
  readonly userFeatures: Float32Array;
  /** `[rows]`: length of each list of exclusions; the lists stand one after the other in `items`. */
  readonly count: Int32Array;
  readonly items: Int32Array;
  readonly available: Uint8Array;
  readonly latest: Uint8Array;
}

/**
 * Copies of states in rows that grow as they are needed. A state takes memory for its history and its exclusions, whatever the size of the
 * catalogue.
 *
 * All rows share one vector of availability, although it may change between states. The invariant is: what was available in the state of a
 * row is what is available in any (`#available`), without the row's list of exclusions. So a row excludes what was not available in its
 * state but is in another's. Items that no row allows any more are dropped from both from time to time, so that lists do not grow with
 * the items that a catalogue ever had.
 */
export class StateRows {
  readonly shape: StateShape;
  #length = 0;
  #session: Float64Array<ArrayBuffer> = new Float64Array(0);
  #turn: Int32Array<ArrayBuffer> = new Int32Array(0);
  #historyItems: Int32Array<ArrayBuffer> = new Int32Array(0);
  #historyFeedback: Float32Array<ArrayBuffer> = new Float32Array(0);
  #userFeatures: Float32Array<ArrayBuffer> = new Float32Array(0);
  readonly #lists = new ExclusionLists();
  /** What was available in the state of any row. */
  #available: Uint8Array = new Uint8Array(0);
  /** What was available in the observation that was written last. */
  #latest: Uint8Array | undefined;
  /** The difference: what is available in some row, but was not in the observation that was written last. */
  #hidden: Int32Array = new Int32Array(0);
  /** Number of hidden items above which those that no row allows are dropped. */
  #maxHidden = MIN_HIDDEN;
  /** Whether each row holds a state, and the number of those that do. */
  #isUsed: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #used = 0;
  /** All rows as an observation, until an array is replaced. */
  #all: Observation | undefined;

  constructor(shape: StateShape) {
    this.shape = shape;
  }

  /** Removes all rows. */
  clear(): void {
    this.#all = undefined;
    this.#lists.clear(this.#length);
    this.#isUsed.fill(0, 0, this.#length);
    this.#length = 0;
    this.#used = 0;
    this.#latest = undefined;
    this.#maxHidden = MIN_HIDDEN;
  }

  /** Forgets the state of a row, which can be written again. */
  free(row: number): void {
    this.#isUsed[row] = 0;
    this.#used--;
    this.#lists.empty(row);
  }

  /** Copies a row of an observation of the same sizes to a row, which may exist. */
  write(row: number, from: Observation, fromRow: number): void {
    const { historyLength, userFeatures: width } = this.shape;
    this.#reserve(row + 1);
    this.#length = Math.max(this.#length, row + 1);
    this.#session[row] = from.session[fromRow];
    this.#turn[row] = from.turn[fromRow];
    // Local names: the loop is the larger part of what recording costs.
    const { historyItems, historyFeedback } = from;
    const items = this.#historyItems;
    const feedback = this.#historyFeedback;
    const to = row * historyLength;
    const start = fromRow * historyLength;
    for (let k = 0; k < historyLength; k++) {
      items[to + k] = historyItems[start + k];
      feedback[to + k] = historyFeedback[start + k];
    }
    for (let k = 0; k < width; k++) this.#userFeatures[row * width + k] = from.userFeatures![fromRow * width + k];
    if (from.available !== this.#latest) this.#changeAvailability(from.available);
    this.#used += 1 - this.#isUsed[row];
    this.#isUsed[row] = 1;
    this.#lists.copy(row, from.exclusions, fromRow);
    if (this.#hidden.length > 0) this.#lists.add(row, this.#hidden);
  }

  /** All rows, those without a state too, as an observation from which single rows can be written to others. Valid until the next write. */
  get all(): Observation {
    const { items, historyLength, userFeatures } = this.shape;
    this.#all ??= {
      ...{ rows: this.#session.length, items, historyLength, session: this.#session, turn: this.#turn },
      ...{ historyItems: this.#historyItems, historyFeedback: this.#historyFeedback, available: this.#available },
      exclusions: this.#lists,
      ...(userFeatures > 0 && { userFeatures: this.#userFeatures }),
    };
    return this.#all;
  }

  /** The first `rows` rows as an observation. Its arrays are views, which later writes change. */
  states(rows: number): Observation {
    const { items, historyLength, userFeatures } = this.shape;
    return {
      rows,
      items,
      historyLength,
      session: this.#session.subarray(0, rows),
      turn: this.#turn.subarray(0, rows),
      historyItems: this.#historyItems.subarray(0, rows * historyLength),
      historyFeedback: this.#historyFeedback.subarray(0, rows * historyLength),
      available: this.#available,
      exclusions: this.#lists.view(rows),
      ...(userFeatures > 0 && { userFeatures: this.#userFeatures.subarray(0, rows * userFeatures) }),
    };
  }

  /** A copy of the first `rows` rows. */
  checkpoint(rows: number): Checkpoint {
    this.#reserve(rows);
    const { session, turn, historyItems, historyFeedback, userFeatures, exclusions } = this.states(rows);
    const { offset, count, items } = exclusions;
    const excluded = Array.from({ length: rows }, (_, row) =>
      Array.from(items.subarray(offset[row], offset[row] + count[row])),
    );
    return {
      session: session.slice(),
      turn: turn.slice(),
      historyItems: historyItems.slice(),
      historyFeedback: historyFeedback.slice(),
      userFeatures: userFeatures?.slice() ?? new Float32Array(0),
      exclusionCount: count.slice(),
      exclusionItems: Int32Array.from(excluded.flat()),
      available: rows === 0 ? new Uint8Array(0) : this.#saved(this.#available),
      latest: rows === 0 ? new Uint8Array(0) : this.#saved(this.#latest),
    };
  }

  /** A copy of an availability; nothing is available before the first state. */
  #saved(available: Uint8Array | undefined): Uint8Array {
    return this.#latest === undefined || available === undefined ? new Uint8Array(this.shape.items) : available.slice();
  }

  /** Reads a checkpoint of rows of the same sizes. @throws {CheckpointError} */
  read(reader: CheckpointReader, rows: number): SavedStates {
    const { items, historyLength, userFeatures } = this.shape;
    const count = reader.array('exclusionCount', Int32Array, rows);
    if (!count.every((length) => length >= 0)) {
      throw new CheckpointError('exclusionCount: expected integers of at least 0; found others.');
    }
    const total = count.reduce((sum, length) => sum + length, 0);
    const historyItems = reader.array('historyItems', Int32Array, rows * historyLength);
    if (!historyItems.every((item) => item >= -1 && item < items)) {
      throw new CheckpointError(`historyItems: expected items from 0 to ${items - 1}, or -1; found others.`);
    }
    const length = rows === 0 ? 0 : items;
    return {
      session: reader.array('session', Float64Array, rows),
      turn: reader.array('turn', Int32Array, rows),
      historyItems,
      historyFeedback: reader.array('historyFeedback', Float32Array, rows * historyLength),
      userFeatures: reader.array('userFeatures', Float32Array, rows * userFeatures),
      count,
      items: reader.items('exclusionItems', items, total),
      available: reader.array('available', Uint8Array, length),
      latest: reader.array('latest', Uint8Array, length),
    };
  }

  /** Replaces all rows by saved ones. */
  restore({ session, turn, historyItems, historyFeedback, userFeatures, count, items, ...saved }: SavedStates): void {
    this.clear();
    const rows = session.length;
    this.#reserve(rows);
    this.#length = rows;
    this.#session.set(session);
    this.#turn.set(turn);
    this.#historyItems.set(historyItems);
    this.#historyFeedback.set(historyFeedback);
    this.#userFeatures.set(userFeatures);
    this.#lists.replace(count, items);
    this.#isUsed.fill(1, 0, rows);
    this.#used = rows;
    if (rows === 0) return;
    this.#available = saved.available.slice();
    this.#setLatest(saved.latest.slice());
  }

  /** Drops the hidden items that no row allows. */
  #dropUnused(): void {
    const { items } = this.shape;
    const excludedBy = new Int32Array(items);
    const { offset, count, items: excluded } = this.#lists;
    for (let row = 0; row < this.#length; row++) {
      for (let place = offset[row]; place < offset[row] + count[row]; place++) excludedBy[excluded[place]]++;
    }
    const isDropped = new Uint8Array(items);
    for (const item of this.#hidden) isDropped[item] = excludedBy[item] === this.#used ? 1 : 0;
    this.#available = this.#available.map((was, item) => was & (1 - isDropped[item]));
    this.#hidden = this.#hidden.filter((item) => isDropped[item] === 0);
    this.#maxHidden = MIN_HIDDEN + 2 * this.#hidden.length;
    for (let row = 0; row < this.#length; row++) this.#lists.remove(row, isDropped);
  }

  #changeAvailability(latest: Uint8Array): void {
    this.#all = undefined;
    if (this.#latest === undefined) {
      this.#available = latest;
      this.#latest = latest;
      this.#hidden = new Int32Array(0);
      return;
    }
    // Another array need not mean another availability.
    if (areEqual(latest, this.#latest)) {
      this.#latest = latest;
      return;
    }
    const added = difference(latest, this.#available);
    if (added.length > 0) {
      this.#available = this.#available.map((was, item) => was | latest[item]);
      // The row being written may be among them; its list is set afterwards.
      for (let row = 0; row < this.#length; row++) if (this.#isUsed[row] === 1) this.#lists.add(row, added);
    }
    this.#setLatest(latest);
    if (this.#hidden.length > this.#maxHidden) this.#dropUnused();
  }

  #setLatest(latest: Uint8Array): void {
    this.#latest = latest;
    this.#hidden = difference(this.#available, latest);
  }

  #reserve(rows: number): void {
    if (rows <= this.#session.length) return;
    this.#all = undefined;
    const capacity = Math.max(rows, 2 * this.#session.length, 64);
    const { historyLength, userFeatures } = this.shape;
    this.#session = grown(this.#session, new Float64Array(capacity));
    this.#turn = grown(this.#turn, new Int32Array(capacity));
    this.#historyItems = grown(this.#historyItems, new Int32Array(capacity * historyLength));
    this.#historyFeedback = grown(this.#historyFeedback, new Float32Array(capacity * historyLength));
    this.#userFeatures = grown(this.#userFeatures, new Float32Array(capacity * userFeatures));
    this.#lists.reserve(capacity);
    this.#isUsed = grown(this.#isUsed, new Uint8Array(capacity));
  }
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  for (let item = 0; item < one.length; item++) if (one[item] !== other[item]) return false;
  return true;
}

/** The items that are available in `one`, but not in `other`. */
function difference(one: Uint8Array, other: Uint8Array): Int32Array {
  const items: number[] = [];
  for (let item = 0; item < one.length; item++) if (one[item] === 1 && other[item] === 0) items.push(item);
  return Int32Array.from(items);
}
