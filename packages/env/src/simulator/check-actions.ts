import { counted, described, type EnvironmentSpec, type Exclusions, InvalidOptionError } from '@ialp/core';
import { EnvironmentStateError, InvalidActionError } from '../errors.js';
import { forEachSession } from '../options.js';

/**
 * Checks all actions before any takes effect, so that a wrong one changes nothing.
 * @param exclusions the items that may not be shown in each session. All others are available.
 * @param ended `[sessions]`: 1 if the session must be reset first.
 * @throws {InvalidOptionError} for a wrong number of actions.
 * @throws {EnvironmentStateError} for a session that ended.
 * @throws {InvalidActionError} for an item that is not an integer, out of range, excluded, or twice in a slate.
 */
export function checkActions(
  actions: Int32Array,
  { sessions, items, slateSize }: EnvironmentSpec,
  { offset, count, items: excluded }: Exclusions,
  ended: Uint8Array,
): void {
  if (actions?.length !== sessions * slateSize) {
    const each = slateSize === 1 ? 'one item' : `${slateSize} items`;
    const found =
      actions?.length === undefined ? actions : described(`an array of ${counted(actions.length, 'number')}`);
    throw new InvalidOptionError('actions', found, forEachSession(each, sessions));
  }
  for (let slot = 0; slot < sessions; slot++) {
    if (ended[slot] === 1) {
      throw new EnvironmentStateError(
        `Session ${slot} has ended. Reset it before its next step: env.reset({ resetMask }).`,
      );
    }
    const first = offset[slot];
    const end = first + count[slot];
    for (let place = slot * slateSize; place < (slot + 1) * slateSize; place++) {
      const item = actions[place];
      // An Int32Array has integers only; plain JavaScript may pass other arrays, whose 1.5 would become 1.
      if (!(Number.isInteger(item) && item >= 0 && item < items)) {
        throw new InvalidActionError(slot, item, `an item from 0 to ${items - 1}`, place);
      }
      for (let k = first; k < end; k++) {
        if (excluded[k] !== item) continue;
        throw new InvalidActionError(slot, item, 'an item that the session has not seen', place);
      }
      for (let earlier = slot * slateSize; earlier < place; earlier++) {
        if (actions[earlier] !== item) continue;
        throw new InvalidActionError(slot, item, 'an item that is not in the slate yet', place);
      }
    }
  }
}
