import { checkInteger, described, InvalidOptionError } from '@ialp/core';
import { ShapeError } from '../errors.js';
import type { Histories, States } from '../network.js';

/** Expected sizes of states; a missing size may be any. */
export interface ExpectedStates {
  readonly items: number;
  readonly historyLength?: number;
  /** User features of each state. */
  readonly userFeatures?: number;
}

type Kind = 'Int32Array' | 'Float32Array' | 'Uint8Array';

/**
 * Throws unless an array has the expected kind and length. Constant time.
 * @param reason explains the expected length, such as `sessions * items = 2 * 12`.
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
  const { sessions, historyLength, historyItems, historyFeedback, userFeatures } = histories;
  checkInteger(`sessions of the ${what}`, sessions, 1);
  checkInteger(`historyLength of the ${what}`, historyLength, 1);
  if (expectedLength !== undefined && historyLength !== expectedLength) {
    throw new ShapeError(`historyLength of the ${what}`, historyLength, expectedLength);
  }
  const [length, reason] = [sessions * historyLength, `sessions * historyLength = ${sessions} * ${historyLength}`];
  checkArray(`historyItems of the ${what}`, historyItems, 'Int32Array', length, reason);
  checkArray(`historyFeedback of the ${what}`, historyFeedback, 'Float32Array', length, reason);
  // A network without user features ignores those of the states.
  const width = expectedFeatures || (userFeatures === undefined ? 0 : userFeatures.length / sessions);
  if (width === 0) return;
  if (userFeatures === undefined) throw new ShapeError(`userFeatures of each state of the ${what}`, 0, width);
  const features = `sessions * userFeatures = ${sessions} * ${Math.max(1, Math.floor(width))}`;
  const count = sessions * Math.max(1, Math.floor(width));
  checkArray(`userFeatures of the ${what}`, userFeatures, 'Float32Array', count, features);
}

/**
 * The same for states, which also have masks over a catalogue.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkStates(states: States, expected: ExpectedStates, what = 'states'): void {
  const { sessions, items, mask } = states;
  if (items !== expected.items) throw new ShapeError(`items of the ${what}`, items, expected.items);
  checkHistories(states, expected, what);
  checkArray(`mask of the ${what}`, mask, 'Uint8Array', sessions * items, `sessions * items = ${sessions} * ${items}`);
}

/** Throws unless an array has one number for each state. @throws {ShapeError} {InvalidOptionError} */
export function checkChosen(chosen: Int32Array, { sessions }: Pick<States, 'sessions'>): void {
  checkArray('items', chosen, 'Int32Array', sessions, 'one for each session');
}

/**
 * Throws unless an array has one item of the catalogue for each state.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkItems(chosen: Int32Array, { sessions, items }: Pick<States, 'sessions' | 'items'>): void {
  checkChosen(chosen, { sessions });
  for (let row = 0; row < sessions; row++) {
    if (chosen[row] >= 0 && chosen[row] < items) continue;
    throw new InvalidOptionError(`items[${row}]`, chosen[row], `an item from 0 to ${items - 1}`);
  }
}
