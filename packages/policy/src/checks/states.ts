import {
  checkInteger,
  checkOptionNames,
  countAvailable,
  described,
  type Exclusions,
  InvalidOptionError,
  type Observation,
} from '@ialp/core';
import { ShapeError } from '../errors.js';
import type { Histories, States } from '../network.js';
import type { SampleOptions } from '../policy.js';

/** Expected sizes of states; a missing size may be any. */
export interface ExpectedStates {
  readonly items: number;
  readonly historyLength?: number;
  /** User features of each state. */
  readonly userFeatures?: number;
}

type Kind = 'Int32Array' | 'Float32Array' | 'Float64Array' | 'Uint8Array';

/**
 * Throws unless an array has the expected kind and length. Constant time.
 * @param reason explains the expected length, such as `rows * historyLength = 2 * 10`.
 * @throws {InvalidOptionError} for another kind; {ShapeError} for another length.
 */
export function checkArray(name: string, array: unknown, kind: Kind, length: number, reason: string): void {
  // By its tag, which is the same in every realm.
  const tag = Object.prototype.toString.call(array).slice('[object '.length, -1);
  if (tag !== kind)
    throw new InvalidOptionError(name, isArrayTag(tag) ? described(withArticle(tag)) : array, withArticle(kind));
  const found = (array as ArrayLike<number>).length;
  if (found !== length) throw new ShapeError(`length of ${name} (${reason})`, found, length);
}

function isArrayTag(tag: string): boolean {
  return tag.endsWith('Array');
}

function withArticle(kind: string): string {
  if (kind === 'Array') return 'an array';
  return `${/^I/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/**
 * Throws unless the arrays of histories have the lengths that follow from their sizes. Called where states are passed in: by a
 * network, a policy, a buffer. Constant time: the values are not checked.
 * @param what their name in messages. Default `states`.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkHistories(
  histories: Histories,
  { historyLength: expectedLength, userFeatures: expectedFeatures }: Omit<ExpectedStates, 'items'>,
  what = 'states',
): void {
  checkVersion(histories, what);
  const { rows, historyLength, historyItems, historyFeedback, userFeatures } = histories;
  checkInteger(`rows of the ${what}`, rows, 1);
  checkInteger(`historyLength of the ${what}`, historyLength, 1);
  if (expectedLength !== undefined && historyLength !== expectedLength) {
    throw new ShapeError(`historyLength of the ${what}`, historyLength, expectedLength);
  }
  const [length, reason] = [rows * historyLength, `rows * historyLength = ${rows} * ${historyLength}`];
  checkArray(`historyItems of the ${what}`, historyItems, 'Int32Array', length, reason);
  checkArray(`historyFeedback of the ${what}`, historyFeedback, 'Float32Array', length, reason);
  // A network without user features ignores those of the states.
  const width = expectedFeatures || (userFeatures === undefined ? 0 : userFeatures.length / rows);
  if (width === 0) return;
  if (userFeatures === undefined) throw new ShapeError(`userFeatures of each state of the ${what}`, 0, width);
  const features = `rows * userFeatures = ${rows} * ${Math.max(1, Math.floor(width))}`;
  const count = rows * Math.max(1, Math.floor(width));
  checkArray(`userFeatures of the ${what}`, userFeatures, 'Float32Array', count, features);
}

/**
 * The same for states, which also say what may be shown. Takes time for the exclusions, not for the catalogue.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkStates(states: States, expected: ExpectedStates, what = 'states'): void {
  checkVersion(states, what);
  const { rows, items, available, exclusions } = states;
  if (items !== expected.items) throw new ShapeError(`items of the ${what}`, items, expected.items);
  checkHistories(states, expected, what);
  checkArray(`available of the ${what}`, available, 'Uint8Array', items, `items = ${items}`);
  // Counted once for each array; values other than 0 and 1 are refused.
  countAvailable(available);
  checkExclusions(exclusions, rows, items, what);
}

function checkExclusions(exclusions: Exclusions, rows: number, items: number, what: string): void {
  if (typeof exclusions !== 'object' || exclusions === null) {
    const expected = 'lists of items, { offset, count, items }: noExclusions(rows), or exclusionsOf(lists)';
    throw new InvalidOptionError(`exclusions of the ${what}`, exclusions, expected);
  }
  const { offset, count, items: excluded } = exclusions;
  checkArray(`exclusions.offset of the ${what}`, offset, 'Int32Array', rows, 'one for each row');
  checkArray(`exclusions.count of the ${what}`, count, 'Int32Array', rows, 'one for each row');
  const name = `exclusions.items of the ${what}`;
  checkArray(name, excluded, 'Int32Array', (excluded as Int32Array | undefined)?.length ?? 0, 'any');
  for (let row = 0; row < rows; row++) {
    const end = offset[row] + count[row];
    if (!(offset[row] >= 0 && count[row] >= 0 && end <= excluded.length)) {
      const expected = `a list within the ${excluded.length} items`;
      throw new InvalidOptionError(
        `exclusions of row ${row} of the ${what}`,
        described(`places up to ${end}`),
        expected,
      );
    }
    const stamp = nextStamp(items);
    for (let place = offset[row]; place < end; place++) {
      const item = excluded[place];
      if (!(item >= 0 && item < items)) {
        throw new InvalidOptionError(`exclusions of row ${row} of the ${what}`, item, `items from 0 to ${items - 1}`);
      }
      if (stamps[item] === stamp) {
        const found = described(`item ${item} twice`);
        throw new InvalidOptionError(`exclusions of row ${row} of the ${what}`, found, 'distinct items');
      }
      stamps[item] = stamp;
    }
  }
}

/** `[items]`: the number of the last list in which each item was seen. It is used again by each check, so that none allocates. */
let stamps = new Float64Array(0);
let lastStamp = 0;

/** The number of the next list. */
function nextStamp(items: number): number {
  if (stamps.length < items) stamps = new Float64Array(items);
  return ++lastStamp;
}

/** Throws unless an array has a position in a slate, or -1, for each row. @throws {ShapeError} {InvalidOptionError} */
export function checkChoice(name: string, choice: Int32Array, rows: number, slateSize: number): void {
  checkArray(name, choice, 'Int32Array', rows, 'one for each row');
  const wrong = choice.findIndex((position) => position < -1 || position >= slateSize);
  if (wrong === -1) return;
  throw new InvalidOptionError(
    `${name}[${wrong}]`,
    choice[wrong],
    `a position from 0 to ${slateSize - 1}, or -1 for none`,
  );
}

/** Throws unless each row has the key and the turn of a session. @throws {ShapeError} {InvalidOptionError} */
export function checkKeys({ rows, session, turn }: Observation, what = 'observation'): void {
  checkArray(`session of the ${what}`, session, 'Float64Array', rows, 'a key for each row');
  checkArray(`turn of the ${what}`, turn, 'Int32Array', rows, 'one for each row');
  for (let row = 0; row < rows; row++) {
    if (!(Number.isSafeInteger(session[row]) && session[row] >= 0)) {
      throw new InvalidOptionError(`session[${row}] of the ${what}`, session[row], 'a key: an integer of at least 0');
    }
    if (turn[row] < 0) throw new InvalidOptionError(`turn[${row}] of the ${what}`, turn[row], 'at least 0');
  }
}

/** Throws for what is no object, and for states of version 1 of the interface. @throws {InvalidOptionError} */
function checkVersion(states: object, what: string): void {
  if (typeof states !== 'object' || states === null) {
    throw new InvalidOptionError(what, states, 'states, such as an Observation: { rows, items, historyLength, ... }');
  }
  if (!('mask' in states) || 'rows' in states) return;
  const expected =
    'rows, session, available and exclusions: rename sessions to rows, give each row the key of its session, and replace mask by ' +
    'available (one array for the catalogue) and exclusions (a list of items for each row)';
  throw new InvalidOptionError(
    what,
    described('the fields sessions and mask, of version 1 of the interface'),
    expected,
  );
}

/**
 * Throws unless an array has an item, or a slate, for each state.
 * @returns items of each state.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkChosen(chosen: Int32Array, { rows }: Pick<States, 'rows'>): number {
  const length = (chosen as Int32Array | undefined)?.length ?? 0;
  const count = length > 0 && length % rows === 0 ? length / rows : 1;
  checkArray('items', chosen, 'Int32Array', rows * count, 'one for each row, or a slate for each');
  return count;
}

/**
 * Throws unless an array has one item of the catalogue for each state.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkItems(chosen: Int32Array, { rows, items }: Pick<States, 'rows' | 'items'>): void {
  checkArray('items', chosen, 'Int32Array', rows, 'one for each row');
  for (let row = 0; row < rows; row++) {
    if (chosen[row] >= 0 && chosen[row] < items) continue;
    throw new InvalidOptionError(`items[${row}]`, chosen[row], `an item from 0 to ${items - 1}`);
  }
}

/**
 * Throws unless the options of `sample` are valid.
 * @returns items to sample for each state.
 * @throws {InvalidOptionError}
 */
export function checkSample(options: SampleOptions | undefined, items: number): number {
  if (options === undefined) return 1;
  checkOptionNames(options, ['count']);
  const { count = 1 } = options;
  checkInteger('count', count, 1, items);
  return count;
}
