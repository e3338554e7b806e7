import { countAllowed, type Environment, excludedIn, type Observation } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import { endedSlots, everySlot, run } from './rollouts.js';

/** Availability is 0 or 1, and an array of it is never modified. */
export function checkAvailability(env: Environment): void {
  const contents = new Map<Uint8Array, Uint8Array>();
  const check = ({ available }: Observation): void => {
    for (const [array, content] of contents) {
      const item = array.findIndex((value, k) => value !== content[k]);
      checkRule(
        item === -1,
        `available[${item}] changed from ${content[item]} to ${array[item]} in the same array; expected a new array for a change`,
      );
    }
    if (contents.has(available)) return;
    const item = available.findIndex((value) => value !== 0 && value !== 1);
    checkRule(item === -1, `available[${item}]: expected 0 or 1; found ${available[item]}`);
    contents.set(available, available.slice());
  };
  run(env, (_actions, step, before) => {
    check(before);
    check(step.observation);
  });
}

/** Exclusions are lists of distinct items, hold what a session without repeats was shown, and leave enough items. */
export function checkExclusions(env: Environment): void {
  const { repeats, slateSize } = env.spec;
  const shown = everySlot(env).map(() => new Set<number>());
  run(env, (actions, step, before) => {
    const ended = new Set(endedSlots(step));
    for (const slot of everySlot(env)) {
      checkList(before, slot);
      checkEnough(before, slot, slateSize);
      if (before.turn[slot] === 0) shown[slot].clear();
      for (const item of actions.subarray(slot * slateSize, (slot + 1) * slateSize)) shown[slot].add(item);
      checkList(step.observation, slot);
      if (!repeats) checkShown(step.observation, slot, shown[slot]);
      if (!ended.has(slot)) checkEnough(step.observation, slot, slateSize);
    }
  });
}

function checkList({ exclusions, items }: Observation, slot: number): void {
  const { offset, count } = exclusions;
  const [first, length] = [offset[slot], count[slot]];
  checkRule(
    first >= 0 && length >= 0 && first + length <= exclusions.items.length,
    `exclusions of session ${slot}: expected a list within the ${exclusions.items.length} numbers of exclusions.items; ` +
      `found ${length} from offset ${first}`,
  );
  const list = excludedIn(exclusions, slot);
  const wrong = list.find((item) => !(item >= 0 && item < items));
  checkRule(
    wrong === undefined,
    `exclusions of session ${slot}: expected items from 0 to ${items - 1}; found ${wrong}`,
  );
  const double = list.find((item, place) => list.indexOf(item) < place);
  checkRule(double === undefined, `exclusions of session ${slot}: expected distinct items; found ${double} twice`);
}

function checkShown({ exclusions }: Observation, slot: number, shown: ReadonlySet<number>): void {
  const excluded = new Set(excludedIn(exclusions, slot));
  for (const item of shown) {
    checkRule(
      excluded.has(item),
      `exclusions of session ${slot}: expected item ${item}, which was shown and may not be shown again; found it missing`,
    );
  }
}

function checkEnough(observation: Observation, slot: number, slateSize: number): void {
  const left = countAllowed(observation, slot);
  checkRule(
    left >= slateSize,
    `session ${slot} continues, but available and exclusions allow ${left} items; expected at least ${slateSize}`,
  );
}
