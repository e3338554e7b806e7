import type { Interactions } from '@ialp/core';
import { type Place, wrong } from './fields.js';

/** An interaction in a file. */
export interface InteractionRow {
  /** The number of the user in the file. */
  readonly userNumber: number;
  /** Index of the item in the catalogue. */
  readonly item: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time?: number;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Interactions as columns, and their users. */
export interface CollectedRows {
  readonly interactions: Interactions;
  /** `[users]` numbers of the users in the file, ascending. */
  readonly userNumbers: Int32Array;
}

/** Initial length of the columns; it doubles when they are full. */
const INITIAL_LENGTH = 1024;

/** Collects interactions one by one into growing columns, so that a file need not be in memory as text. */
export class InteractionRows {
  readonly #timed: boolean;
  #count = 0;
  #userNumber = new Int32Array(INITIAL_LENGTH);
  #item = new Int32Array(INITIAL_LENGTH);
  #value = new Float32Array(INITIAL_LENGTH);
  #line = new Int32Array(INITIAL_LENGTH);
  #time: Float64Array;

  /** @param timed whether all rows have times, or none. */
  constructor(timed: boolean) {
    this.#timed = timed;
    this.#time = new Float64Array(timed ? INITIAL_LENGTH : 0);
  }

  /** @throws {TypeError} for a row without a time if rows have times: a mistake of the reader, not of a file. */
  add({ userNumber, item, value, time, line }: InteractionRow): void {
    if (this.#timed && time === undefined)
      throw new TypeError(`line ${line}: a row without a time among rows with times`);
    if (this.#count === this.#item.length) this.#grow();
    const row = this.#count++;
    this.#userNumber[row] = userNumber;
    this.#item[row] = item;
    this.#value[row] = value;
    this.#line[row] = line;
    if (this.#timed) this.#time[row] = time as number;
  }

  /**
   * The rows in the order in which they were added. Users are `0..users-1` in ascending order of their numbers.
   * @param items the items, for the message.
   * @param place the file and the remedy, for the message.
   * @param userIds ids of the users by number, for the message. Default: the numbers.
   * @throws {DatasetError} if there are no rows, or if two have the same user and item.
   */
  collect(
    items: readonly { readonly id: string }[],
    place: Omit<Place, 'line'>,
    userIds?: readonly string[],
  ): CollectedRows {
    const collected = this.collectEvents(place);
    const { user, item } = collected.interactions;
    const repeated = findRepeatedPair(user, item, collected.userNumbers.length, items.length);
    if (repeated === undefined) return collected;
    const [earlier, later] = repeated;
    const number = this.#userNumber[later];
    const pair = `user ${userIds?.[number] ?? number} and item ${items[item[later]].id}`;
    throw wrong(`${pair}, which line ${this.#line[earlier]} also has`, 'one row of an item and a user', {
      ...place,
      line: this.#line[later],
    });
  }

  /**
   * The same if a user may have several rows of an item: each is an event.
   * @throws {DatasetError} if there are no rows.
   */
  collectEvents(place: Omit<Place, 'line'>): CollectedRows {
    const count = this.#count;
    if (count === 0) throw wrong('none', 'at least one row below the first line', { ...place, line: 1 });
    const numbers = this.#userNumber.subarray(0, count);
    const userNumbers = Int32Array.from(new Set(numbers)).sort();
    const rank = new Map(Array.from(userNumbers, (number, index) => [number, index]));
    const interactions = {
      users: userNumbers.length,
      user: numbers.map((number) => rank.get(number)!),
      item: this.#item.slice(0, count),
      value: this.#value.slice(0, count),
      ...(this.#timed && { time: this.#time.slice(0, count) }),
    };
    return { interactions, userNumbers };
  }

  #grow(): void {
    const length = 2 * this.#item.length;
    const grown = <T extends Int32Array | Float32Array | Float64Array>(columns: T, wider: T): T => {
      wider.set(columns);
      return wider;
    };
    this.#userNumber = grown(this.#userNumber, new Int32Array(length));
    this.#item = grown(this.#item, new Int32Array(length));
    this.#value = grown(this.#value, new Float32Array(length));
    this.#line = grown(this.#line, new Int32Array(length));
    if (this.#timed) this.#time = grown(this.#time, new Float64Array(length));
  }
}

/**
 * The first row that repeats the user and item of an earlier row, and that row. A `Set` of all pairs cannot be used: it holds at most
 * 2^24.
 */
export function findRepeatedPair(
  user: Int32Array,
  item: Int32Array,
  users: number,
  items: number,
): readonly [earlier: number, later: number] | undefined {
  // Rows grouped by user, in their order: first where each group begins, then the rows.
  const next = new Int32Array(users + 1);
  for (const index of user) next[index + 1]++;
  for (let index = 0; index < users; index++) next[index + 1] += next[index];
  const rows = new Int32Array(user.length);
  for (let row = 0; row < user.length; row++) rows[next[user[row]]++] = row;

  // For each item, the last user seen and the row.
  const lastUser = new Int32Array(items).fill(-1);
  const lastRow = new Int32Array(items);
  let found: readonly [number, number] | undefined;
  for (const row of rows) {
    const index = item[row];
    if (lastUser[index] === user[row] && (found === undefined || row < found[1])) found = [lastRow[index], row];
    lastUser[index] = user[row];
    lastRow[index] = row;
  }
  return found;
}
