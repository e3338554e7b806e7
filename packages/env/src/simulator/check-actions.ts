import { counted, described, type EnvironmentSpec, InvalidOptionError } from '@ialp/core';
import { EnvironmentStateError, InvalidActionError } from '../errors.js';
import { forEachSession } from '../options.js';
import type { ShownItems } from './shown-items.js';

/**
 * Checks all actions before any takes effect, so that a wrong one changes nothing.
 * @param shown the items that may not be shown again in each session. All others are available.
 * @param ended `[sessions]`: 1 if the session must be reset first.
 * @throws {InvalidOptionError} for a wrong number of actions.
 * @throws {EnvironmentStateError} for a session that ended.
 * @throws {InvalidActionError} for an item that is not an integer, out of range, excluded, or twice in a slate.
 */
export function checkActions(
  actions: Int32Array,
  { sessions, items, slateSize }: EnvironmentSpec,
  shown: ShownItems | undefined,
  ended: Uint8Array,
): void {
  if (actions?.length !== sessions * slateSize) {
    const each = slateSize === 1 ? 'one item' : `${slateSize} items`;
    const found =
      actions?.length === undefined ? actions : described(`an array of ${counted(actions.length, 'number')}`);
    throw new InvalidOptionError('actions', found, forEachSession(each, sessions));
  }
  if (slateSize === 1 && areItems(actions, items, ended) && shown?.hasAny(actions) !== true) return;
  for (let slot = 0; slot < sessions; slot++) {
    if (ended[slot] === 1) {
      throw new EnvironmentStateError(
        `Session ${slot} has ended. Reset it before its next step: env.reset({ resetMask }).`,
      );
    }
    for (let place = slot * slateSize; place < (slot + 1) * slateSize; place++) {
      const item = actions[place];
      if (!isItem(item, items)) {
        throw new InvalidActionError(slot, item, `an item from 0 to ${items - 1}`, place);
      }
      if (shown?.has(slot, item)) {
        throw new InvalidActionError(slot, item, 'an item that the session has not seen', place);
      }
      for (let earlier = slot * slateSize; earlier < place; earlier++) {
        if (actions[earlier] !== item) continue;
        throw new InvalidActionError(slot, item, 'an item that is not in the slate yet', place);
      }
    }
  }
}

/** Whether all actions are items of sessions that go on: a small loop, which is several times as fast as checking all of each action at once. */
function areItems(actions: Int32Array, items: number, ended: Uint8Array): boolean {
  for (let slot = 0; slot < actions.length; slot++) {
    const item = actions[slot];
    if (ended[slot] === 1 || !isItem(item, items)) return false;
  }
  return true;
}

/** An Int32Array has integers only; plain JavaScript may pass other arrays, whose 1.5 would become 1. */
function isItem(item: number, items: number): boolean {
  return Number.isInteger(item) && item >= 0 && item < items;
}
