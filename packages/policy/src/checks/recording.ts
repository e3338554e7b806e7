import { described, InvalidOptionError, type Observation } from '@ialp/core';
import type { OpenSessions } from '../experience/open-sessions.js';
import type { Feedback } from '../experience/trajectory-recorder.js';
import type { Action } from '../policy.js';
import { checkArray, checkChoice } from './states.js';

/**
 * Throws unless each row is the next decision of its session.
 * @throws {InvalidOptionError} for a session twice in a batch, after its end, or in another turn than the next.
 */
export function checkDecisions({ rows, session: keys, turn }: Observation, sessions: OpenSessions): void {
  const check = sessions.nextCheck();
  const unknown = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const key = keys[row];
    const session = sessions.get(key);
    if (session === undefined ? unknown.has(key) : session.check === check) {
      const found = described(`session ${key} a second time`);
      throw new InvalidOptionError(`session[${row}]`, found, 'each session once in a batch');
    }
    if (session === undefined) unknown.add(key);
    else session.check = check;
    if (session?.hasEnd ?? sessions.hasEnded(key)) {
      const found = described(`session ${key}, which has ended`);
      throw new InvalidOptionError(`session[${row}]`, found, 'a session that goes on; a new session has a new key');
    }
    if (session === undefined || turn[row] === session.nextTurn) continue;
    const decided = turn[row] < session.nextTurn;
    const found = described(
      `turn ${turn[row]} of session ${key}${decided ? ', a second action: that turn is recorded' : ''}`,
    );
    const remedy = decided
      ? 'record the feedback with recordFeedback, and decide in the state after it'
      : 'record every decision of a session';
    throw new InvalidOptionError(`turn[${row}]`, found, `${session.nextTurn}, the next of its session; ${remedy}`);
  }
}

/**
 * Throws unless an action has a slate of items for each row, with propensities above 0. Learners check that the items are allowed.
 * @throws {ShapeError} {InvalidOptionError}
 */
export function checkAction(observation: Observation, action: Action, slateSize: number): void {
  const { rows, items: all } = observation;
  const { items, propensity, attribution } = action;
  const reason = slateSize === 1 ? 'one for each row' : `rows * slateSize = ${rows} * ${slateSize}`;
  checkArray('items', items, 'Int32Array', rows * slateSize, reason);
  checkArray('propensity', propensity, 'Float32Array', rows * slateSize, reason);
  if (attribution !== undefined) {
    checkArray('attribution.chosenBy', attribution.chosenBy, 'Uint8Array', rows, 'one for each row');
    checkArray('attribution.pretrained', attribution.pretrained, 'Float32Array', rows * slateSize, reason);
    checkArray('attribution.online', attribution.online, 'Float32Array', rows * slateSize, reason);
  }
  for (let place = 0; place < rows * slateSize; place++) {
    const item = items[place];
    if (!(item >= 0 && item < all)) {
      throw new InvalidOptionError(`items[${place}]`, item, `an item from 0 to ${all - 1}`);
    }
    // Propensities of mixtures are sums of rounded terms and may exceed 1 slightly.
    if (propensity[place] > 0 && propensity[place] < 1.001) continue;
    throw new InvalidOptionError(`propensity[${place}]`, propensity[place], 'a probability above 0, at most 1');
  }
}

/** Throws unless the arrays of feedback have a number for each row, and slates a choice. @throws {ShapeError} {InvalidOptionError} */
export function checkFeedback(
  rows: number,
  slateSize: number,
  { reward, terminated, truncated, choice }: Feedback,
): void {
  const reason = 'one for each row';
  checkArray('reward', reward, 'Float32Array', rows, reason);
  checkArray('terminated', terminated, 'Uint8Array', rows, reason);
  checkArray('truncated', truncated, 'Uint8Array', rows, reason);
  for (let row = 0; row < rows; row++) {
    if (terminated[row] + truncated[row] <= 1) continue;
    const found = described(`terminated ${terminated[row]} and truncated ${truncated[row]}`);
    throw new InvalidOptionError(`feedback of row ${row}`, found, '0 or 1 in each, and not 1 in both');
  }
  if (choice !== undefined) checkChoice('choice', choice, rows, slateSize);
  else if (slateSize > 1) {
    const expected = `the position of the item that the user chose from each slate, from 0 to ${slateSize - 1}, or -1 for none`;
    throw new InvalidOptionError('choice', undefined, expected);
  }
}

/**
 * Throws unless feedback is awaited in the turn before that of each row.
 * @param hasFeedback whether the feedback to a waiting decision is known.
 * @throws {InvalidOptionError}
 */
export function checkAwaited(
  { rows, session: keys, turn }: Observation,
  { terminated, truncated }: Feedback,
  sessions: OpenSessions,
  hasFeedback: (place: number) => boolean,
): void {
  const check = sessions.nextCheck();
  for (let row = 0; row < rows; row++) {
    const key = keys[row];
    const session = sessions.get(key);
    const place = session?.waiting[turn[row] - 1 - session.releasedTurn] as number | undefined;
    if (session === undefined || place === undefined) {
      const found = described(`feedback without an action: turn ${turn[row] - 1} of session ${key} awaits none`);
      throw new InvalidOptionError(`session[${row}]`, found, 'feedback to an action that recordAction recorded before');
    }
    if (hasFeedback(place) || session.check === check) {
      const found = described(`feedback to turn ${turn[row] - 1} of session ${key} a second time`);
      throw new InvalidOptionError(`session[${row}]`, found, 'feedback once for each action');
    }
    session.check = check;
    if (terminated[row] === 0 && truncated[row] === 0) continue;
    if (turn[row] === session.nextTurn) continue;
    const found = described(`the end of session ${key} after turn ${turn[row] - 1}`);
    const expected = `the end after turn ${session.nextTurn - 1}, its last decision`;
    throw new InvalidOptionError(`session[${row}]`, found, expected);
  }
}
