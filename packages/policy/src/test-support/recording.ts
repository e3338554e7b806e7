/** Decisions and feedback in which every number tells where it comes from, for the tests of the recorder. */
import { type Observation, type Trajectories, writeMask } from '@ialp/core';
import type { Feedback } from '../experience/trajectory-recorder.js';
import type { Action } from '../policy.js';
import { observationOf } from './observations.js';

export const ITEMS = 6;
export const HISTORY = 2;
export const FEATURES = 2;

/** A decision: the session's key and the turn. */
export interface Decision {
  readonly key: number;
  readonly turn: number;
}

/** How a session ends with a decision. */
export type Fate = 'open' | 'terminated' | 'truncated';

/** What is available in the states of a test: by default everything, in one array. */
const EVERYTHING = new Uint8Array(ITEMS).fill(1);

/** Some positive integer below `below` that belongs to a decision and a name. */
function mark({ key, turn }: Decision, name: number, below: number): number {
  return (7 * key + 31 * turn + 13 * name + key * turn) % below;
}

/** The states in which some decisions are made. */
export function observationFor(decisions: readonly Decision[], available = EVERYTHING): Observation {
  const flat = (width: number, number: (decision: Decision, k: number) => number): number[] =>
    decisions.flatMap((decision) => Array.from({ length: width }, (_, k) => number(decision, k)));
  // One item is always allowed.
  const isAllowed = (decision: Decision, item: number): number =>
    item === decision.key % ITEMS || mark(decision, item, 3) > 0 ? 1 : 0;
  return observationOf(decisions.length, ITEMS, {
    historyLength: HISTORY,
    session: Float64Array.from(decisions, ({ key }) => key),
    turn: Int32Array.from(decisions, ({ turn }) => turn),
    historyItems: Int32Array.from(flat(HISTORY, (decision, k) => mark(decision, k, ITEMS))),
    historyFeedback: Float32Array.from(flat(HISTORY, (decision, k) => mark(decision, k + 5, 64) / 64)),
    userFeatures: Float32Array.from(flat(FEATURES, ({ key }, k) => key + k / 8)),
    mask: flat(ITEMS, isAllowed),
    available,
  });
}

/** The states after the feedback to some decisions. */
export function observationAfter(decisions: readonly Decision[], available = EVERYTHING): Observation {
  return observationFor(
    decisions.map(({ key, turn }) => ({ key, turn: turn + 1 })),
    available,
  );
}

/** The actions of some decisions. */
export function actionFor(decisions: readonly Decision[], slateSize = 1): Action {
  const width = decisions.length * slateSize;
  const of = (place: number): Decision => decisions[Math.floor(place / slateSize)];
  return {
    items: Int32Array.from({ length: width }, (_, k) => mark(of(k), 3 + (k % slateSize), ITEMS)),
    propensity: Float32Array.from({ length: width }, (_, k) => (1 + mark(of(k), 4 + (k % slateSize), 63)) / 64),
  };
}

/** The feedback to some decisions. */
export function feedbackFor(decisions: readonly Decision[], fates: readonly Fate[] = []): Feedback {
  const flags = (fate: Fate): Uint8Array => Uint8Array.from(decisions, (_, row) => (fates[row] === fate ? 1 : 0));
  return {
    reward: Float32Array.from(decisions, (decision) => mark(decision, 9, 16) / 8),
    terminated: flags('terminated'),
    truncated: flags('truncated'),
  };
}

/** A state as text, whole. */
export function stateText(states: Observation, row: number): string {
  const { historyLength, historyItems, historyFeedback, session, turn, userFeatures } = states;
  const part = (array: ArrayLike<number>, width: number): string =>
    Array.from({ length: width }, (_, k) => array[row * width + k]).join();
  const mask = new Uint8Array(states.items);
  writeMask(states, row, mask);
  const features = userFeatures === undefined ? '' : part(userFeatures, userFeatures.length / states.rows);
  const history = `${part(historyItems, historyLength)} ${part(historyFeedback, historyLength)}`;
  return `session ${session[row]} turn ${turn[row]}: ${history} ${features} ${mask.join('')}`;
}

/** Each row of trajectories as text, whole, in order. */
export function rowTexts(trajectories: Trajectories): string[] {
  const { rows, slateSize, states, actions, propensity, reward, choice, chosenBy, policyVersion } = trajectories;
  const { pretrainedPropensity, onlinePropensity } = trajectories;
  const slate = (array: ArrayLike<number> | undefined, row: number): string =>
    array === undefined ? '' : Array.from({ length: slateSize }, (_, k) => array[row * slateSize + k]).join();
  return Array.from({ length: rows }, (_, row) =>
    [
      stateText(states, row),
      ...[actions, propensity, pretrainedPropensity, onlinePropensity].map((column) => slate(column, row)),
      ...[reward[row], choice?.[row], chosenBy[row], policyVersion[row]],
    ].join(' | '),
  );
}

/** The rows of each session, over some trajectories that were taken one after the other. */
export function rowsBySession(taken: readonly (readonly string[])[]): Map<string, string[]> {
  const sessions = new Map<string, string[]>();
  for (const row of taken.flat()) {
    const [name] = row.split(' turn');
    sessions.set(name, [...(sessions.get(name) ?? []), row]);
  }
  return sessions;
}
