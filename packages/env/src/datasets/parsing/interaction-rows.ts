import type { Interactions } from '@ialp/core';
import { type Place, wrong } from './fields.js';

/** One interaction as a file has it. */
export interface InteractionRow {
  /** The publisher's number of the user. */
  readonly userNumber: number;
  /** Index of the item in the catalogue. */
  readonly item: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time?: number;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Interactions as columns, and who the users are. */
export interface CollectedRows {
  readonly interactions: Interactions;
  /** `[users]` the publisher's numbers, ascending. */
  readonly userNumbers: Int32Array;
}

/** Columns begin with so many rows, and double when they are full. */
const FIRST_ROWS = 1024;

/** Collects interactions one by one, into columns that grow: so that a file need not be held as text. */
export class InteractionRows {
  readonly #timed: boolean;
  #count = 0;
  #userNumber = new Int32Array(FIRST_ROWS);
  #item = new Int32Array(FIRST_ROWS);
  #value = new Float32Array(FIRST_ROWS);
  #line = new Int32Array(FIRST_ROWS);
  #time: Float64Array;

  /** @param timed whether every row has a time; else none has. */
  constructor(timed: boolean) {
    this.#timed = timed;
    this.#time = new Float64Array(timed ? FIRST_ROWS : 0);
  }

  /** @throws {TypeError} for a row without a time among rows with times: a reader's own mistake, never of a file. */
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
   * @param items The ids of the items, for the message.
   * @param place The file and the remedy, for the message.
   * @throws {DatasetError} if there are no rows, or where two have the same user and item.
   */
  collect(items: readonly { readonly id: string }[], place: Omit<Place, 'line'>): CollectedRows {
    const collected = this.collectEvents(place);
    const { user, item } = collected.interactions;
    const repeated = findRepeatedPair(user, item, collected.userNumbers.length, items.length);
    if (repeated === undefined) return collected;
    const [earlier, later] = repeated;
    const pair = `user ${this.#userNumber[later]} and item ${items[item[later]].id}`;
    throw wrong(`${pair}, which line ${this.#line[earlier]} has as well`, 'one row of an item and a user', {
      ...place,
      line: this.#line[later],
    });
  }

  /**
   * The same where a user may have more than one row with an item: each is an event of its own.
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
 * The first row whose user and item an earlier row has, behind that row. A set of all pairs would not do: it holds no
 * more than 2^24.
 */
export function findRepeatedPair(
  user: Int32Array,
  item: Int32Array,
  users: number,
  items: number,
): readonly [earlier: number, later: number] | undefined {
  // Rows user by user, in their own order: where each user's begin, then the rows.
  const next = new Int32Array(users + 1);
  for (const who of user) next[who + 1]++;
  for (let who = 0; who < users; who++) next[who + 1] += next[who];
  const rows = new Int32Array(user.length);
  for (let row = 0; row < user.length; row++) rows[next[user[row]]++] = row;

  // For each item, who had it last and in which row.
  const lastUser = new Int32Array(items).fill(-1);
  const lastRow = new Int32Array(items);
  let found: readonly [number, number] | undefined;
  for (const row of rows) {
    const what = item[row];
    if (lastUser[what] === user[row] && (found === undefined || row < found[1])) found = [lastRow[what], row];
    lastUser[what] = user[row];
    lastRow[what] = row;
  }
  return found;
}
