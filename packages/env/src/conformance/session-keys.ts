import type { Environment, Observation } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import { endedSlots, everySlot, maskOf, run } from './rollouts.js';

/** Resets of one session each, after the run: enough for keys that are counted in a small cycle. */
const RESETS = 200;

/** Keys are integers, stable for the life of a session, and not used for another session. */
export function checkSessionKeys(env: Environment): void {
  const used = new Set<number>();
  const current = everySlot(env).map(() => Number.NaN);
  /** Checks an observation after a reset of some sessions. */
  const checkReset = (observation: Observation, begun: ReadonlySet<number>): void => {
    checkDistinct(observation);
    for (const slot of everySlot(env)) {
      const key = observation.session[slot];
      if (!begun.has(slot)) {
        checkStable(key, current[slot], slot);
        continue;
      }
      checkRule(
        Number.isSafeInteger(key) && key >= 0,
        `session[${slot}]: expected an integer from 0 to 2^53 - 1 as key; found ${key}`,
      );
      checkRule(
        !used.has(key),
        `session[${slot}]: expected a new key for a new session; ${key} was an earlier session's`,
      );
      checkRule(
        observation.turn[slot] === 0,
        `turn[${slot}]: expected 0 for a new session, with key ${key}; found ${observation.turn[slot]}`,
      );
      used.add(key);
      current[slot] = key;
    }
  };
  const all = everySlot(env);
  let begun = new Set(all);
  run(env, (_actions, step, before) => {
    checkReset(before, begun);
    for (const slot of all) checkStable(step.observation.session[slot], current[slot], slot);
    begun = new Set(endedSlots(step));
  });
  checkReset(env.reset(), new Set(all));
  for (let count = 0; count < RESETS; count++) {
    const slot = count % all.length;
    checkReset(env.reset({ resetMask: maskOf(env, [slot]) }), new Set([slot]));
  }
}

function checkStable(found: number, expected: number, slot: number): void {
  checkRule(
    found === expected,
    `session[${slot}]: expected ${expected}, the session's key until it is reset; found ${found}`,
  );
}

function checkDistinct({ session }: Observation): void {
  const double = session.findIndex((key, slot) => session.indexOf(key) < slot);
  checkRule(
    double === -1,
    `session[${double}]: expected a key of its own; found ${session[double]} in another row too`,
  );
}
