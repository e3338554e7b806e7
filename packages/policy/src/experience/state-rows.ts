import { type Checkpoint, CheckpointError, type Observation } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';

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
 * All rows share one vector of availability: everything that was available in any of them. A row in which less was available excludes
 * the difference. Items that no row allows any more are dropped from both from time to time, so that lists do not grow with the items
 * that a catalogue ever had.
 */
export class StateRows {
  readonly shape: StateShape;
  #length = 0;
  #session: Float64Array<ArrayBuffer> = new Float64Array(0);
  #turn: Int32Array<ArrayBuffer> = new Int32Array(0);
  #historyItems: Int32Array<ArrayBuffer> = new Int32Array(0);
  #historyFeedback: Float32Array<ArrayBuffer> = new Float32Array(0);
  #userFeatures: Float32Array<ArrayBuffer> = new Float32Array(0);
  /** Where the list of each row begins in `#excluded`, its length, and its capacity. */
  #offset: Int32Array<ArrayBuffer> = new Int32Array(0);
  #count: Int32Array<ArrayBuffer> = new Int32Array(0);
  #room: Int32Array<ArrayBuffer> = new Int32Array(0);
  #excluded: Int32Array<ArrayBuffer> = new Int32Array(0);
  #excludedLength = 0;
  /** What was available in any row, and in the observation that was written last. */
  #available: Uint8Array = new Uint8Array(0);
  #latest: Uint8Array | undefined;
  /** Items that are available in some row, but not in the observation that was written last. */
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
    for (const column of [this.#offset, this.#count, this.#room, this.#isUsed]) column.fill(0, 0, this.#length);
    this.#length = 0;
    this.#used = 0;
    this.#excludedLength = 0;
    this.#latest = undefined;
    this.#maxHidden = MIN_HIDDEN;
  }

  /** Forgets the state of a row, which can be written again. */
  free(row: number): void {
    this.#isUsed[row] = 0;
    this.#used--;
    this.#count[row] = 0;
  }

  /** Copies a row of an observation of the same sizes to a row, which may exist. */
  write(row: number, from: Observation, fromRow: number): void {
    const { historyLength, userFeatures: width } = this.shape;
    this.#reserve(row + 1);
    this.#length = Math.max(this.#length, row + 1);
    this.#session[row] = from.session[fromRow];
    this.#turn[row] = from.turn[fromRow];
    for (let k = 0; k < historyLength; k++) {
      this.#historyItems[row * historyLength + k] = from.historyItems[fromRow * historyLength + k];
      this.#historyFeedback[row * historyLength + k] = from.historyFeedback[fromRow * historyLength + k];
    }
    for (let k = 0; k < width; k++) this.#userFeatures[row * width + k] = from.userFeatures![fromRow * width + k];
    if (from.available !== this.#latest) this.#changeAvailability(from.available);
    this.#used += 1 - this.#isUsed[row];
    this.#isUsed[row] = 1;
    const { offset, count, items } = from.exclusions;
    const own = count[fromRow];
    const length = own + this.#hidden.length;
    this.#makeRoom(row, length);
    const start = this.#offset[row];
    for (let k = 0; k < own; k++) this.#excluded[start + k] = items[offset[fromRow] + k];
    this.#count[row] = own;
    if (this.#hidden.length > 0) this.#exclude(row, this.#hidden);
  }

  /** All rows, those without a state too, as an observation from which single rows can be written to others. Valid until the next write. */
  get all(): Observation {
    const { items, historyLength, userFeatures } = this.shape;
    this.#all ??= {
      ...{ rows: this.#session.length, items, historyLength, session: this.#session, turn: this.#turn },
      ...{ historyItems: this.#historyItems, historyFeedback: this.#historyFeedback, available: this.#available },
      exclusions: { offset: this.#offset, count: this.#count, items: this.#excluded },
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
      exclusions: {
        offset: this.#offset.subarray(0, rows),
        count: this.#count.subarray(0, rows),
        items: this.#excluded.subarray(0, this.#excludedLength),
      },
      ...(userFeatures > 0 && { userFeatures: this.#userFeatures.subarray(0, rows * userFeatures) }),
    };
  }

  /** A copy of the first `rows` rows. */
  checkpoint(rows: number): Checkpoint {
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
      available: rows === 0 ? new Uint8Array(0) : this.#available.slice(),
      latest: rows === 0 ? new Uint8Array(0) : (this.#latest?.slice() ?? new Uint8Array(0)),
    };
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
    this.#excluded = items.slice();
    this.#excludedLength = items.length;
    for (let row = 0, offset = 0; row < rows; row++) {
      [this.#offset[row], this.#count[row], this.#room[row]] = [offset, count[row], count[row]];
      offset += count[row];
    }
    this.#isUsed.fill(1, 0, rows);
    this.#used = rows;
    if (rows === 0) return;
    this.#available = saved.available.slice();
    this.#setLatest(saved.latest.slice());
  }

  /** Adds items to the list of a row, unless they are in it. */
  #exclude(row: number, items: Int32Array): void {
    this.#makeRoom(row, this.#count[row] + items.length);
    const start = this.#offset[row];
    let end = start + this.#count[row];
    const own = new Set(this.#excluded.subarray(start, end));
    for (const item of items) if (!own.has(item)) this.#excluded[end++] = item;
    this.#count[row] = end - start;
  }

  /** Drops the hidden items that no row allows. */
  #dropUnused(): void {
    const excludedBy = new Int32Array(this.shape.items);
    for (let row = 0; row < this.#length; row++) {
      const start = this.#offset[row];
      for (let place = start; place < start + this.#count[row]; place++) excludedBy[this.#excluded[place]]++;
    }
    const dropped = new Uint8Array(this.shape.items);
    for (const item of this.#hidden) dropped[item] = excludedBy[item] === this.#used ? 1 : 0;
    this.#available = this.#available.map((was, item) => was & (1 - dropped[item]));
    this.#hidden = this.#hidden.filter((item) => dropped[item] === 0);
    this.#maxHidden = MIN_HIDDEN + 2 * this.#hidden.length;
    for (let row = 0; row < this.#length; row++) {
      const start = this.#offset[row];
      let end = start;
      for (let place = start; place < start + this.#count[row]; place++) {
        if (dropped[this.#excluded[place]] === 0) this.#excluded[end++] = this.#excluded[place];
      }
      this.#count[row] = end - start;
    }
  }

  #changeAvailability(latest: Uint8Array): void {
    this.#all = undefined;
    if (this.#latest === undefined) {
      this.#available = latest;
      this.#latest = latest;
      this.#hidden = new Int32Array(0);
      return;
    }
    const before = this.#available;
    const added = Int32Array.from(latest.keys()).filter((item) => latest[item] === 1 && before[item] === 0);
    if (added.length > 0) {
      this.#available = before.map((was, item) => was | latest[item]);
      // The row being written may be among them; its list is set afterwards.
      for (let row = 0; row < this.#length; row++) if (this.#isUsed[row] === 1) this.#exclude(row, added);
    }
    this.#setLatest(latest);
    if (this.#hidden.length > this.#maxHidden) this.#dropUnused();
  }

  #setLatest(latest: Uint8Array): void {
    const all = this.#available;
    this.#latest = latest;
    this.#hidden = Int32Array.from(all.keys()).filter((item) => all[item] === 1 && latest[item] === 0);
  }

  /** Makes the capacity of a row's list at least `length`; a list that moves takes its items along. */
  #makeRoom(row: number, length: number): void {
    if (length <= this.#room[row]) return;
    const room = Math.max(length, 2 * this.#room[row]);
    const start = this.#excludedLength;
    if (start + room > this.#excluded.length) {
      this.#excluded = grown(this.#excluded, new Int32Array(2 * (start + room)));
      this.#all = undefined;
    }
    const from = this.#offset[row];
    this.#excluded.copyWithin(start, from, from + this.#count[row]);
    this.#offset[row] = start;
    this.#room[row] = room;
    this.#excludedLength += room;
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
    this.#offset = grown(this.#offset, new Int32Array(capacity));
    this.#count = grown(this.#count, new Int32Array(capacity));
    this.#room = grown(this.#room, new Int32Array(capacity));
    this.#isUsed = grown(this.#isUsed, new Uint8Array(capacity));
  }
}

/** Copies an array to the beginning of a longer one. */
export function grown<A extends Int32Array | Float32Array | Float64Array | Uint8Array>(array: A, longer: A): A {
  longer.set(array);
  return longer;
}
