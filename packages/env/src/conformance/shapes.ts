import type { Environment, Observation } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import { maskOf, run, SEED } from './rollouts.js';

/** The spec is complete and possible. */
export function checkSpec(env: Environment): void {
  const {
    name,
    sessions,
    items,
    historyLength,
    slateSize,
    maxTurns,
    rewardRange,
    repeats,
    userFeatures = 0,
  } = env.spec;
  checkRule(typeof name === 'string' && name.length > 0, `spec.name: expected a name; found ${JSON.stringify(name)}`);
  for (const [field, value] of Object.entries({ sessions, items, historyLength, slateSize })) {
    checkRule(
      Number.isSafeInteger(value) && value >= 1,
      `spec.${field}: expected an integer of at least 1; found ${value}`,
    );
  }
  checkRule(
    Number.isSafeInteger(userFeatures) && userFeatures >= 0,
    `spec.userFeatures: expected the width of userFeatures, an integer of at least 0; found ${userFeatures}`,
  );
  checkRule(slateSize <= items, `spec.slateSize: expected at most the ${items} items; found ${slateSize}`);
  checkRule(typeof repeats === 'boolean', `spec.repeats: expected true or false; found ${repeats}`);
  checkRule(maxTurns >= 1, `spec.maxTurns: expected at least 1, or Infinity; found ${maxTurns}`);
  const [least, greatest] = rewardRange;
  checkRule(
    Number.isFinite(least) && least <= greatest,
    `spec.rewardRange: expected [minimum, maximum]; found [${rewardRange}]`,
  );
}

/** Arrays have the types and lengths that the spec says, after resets and steps. */
export function checkShapes(env: Environment): void {
  checkObservation(env, env.reset({ seed: SEED }));
  run(env, (_actions, { observation, reward, terminated, truncated, choice }, before) => {
    const { sessions } = env.spec;
    checkObservation(env, before);
    checkObservation(env, observation);
    checkArray('reward', reward, Float32Array, sessions);
    checkArray('terminated', terminated, Uint8Array, sessions);
    checkArray('truncated', truncated, Uint8Array, sessions);
    if (choice !== undefined) checkArray('choice', choice, Int32Array, sessions);
  });
  checkObservation(env, env.reset({ resetMask: maskOf(env, [0]) }));
}

function checkObservation(env: Environment, observation: Observation): void {
  const { sessions, items, historyLength, userFeatures: width = 0 } = env.spec;
  const { session, turn, historyItems, historyFeedback, available, exclusions, userFeatures } = observation;
  for (const [field, expected] of Object.entries({ rows: sessions, items, historyLength })) {
    const found = observation[field as 'rows'];
    checkRule(found === expected, `observation.${field}: expected ${expected}; found ${found}`);
  }
  checkArray('session', session, Float64Array, sessions);
  checkArray('turn', turn, Int32Array, sessions);
  checkArray('historyItems', historyItems, Int32Array, sessions * historyLength);
  checkArray('historyFeedback', historyFeedback, Float32Array, sessions * historyLength);
  checkArray('available', available, Uint8Array, items);
  checkArray('exclusions.offset', exclusions.offset, Int32Array, sessions);
  checkArray('exclusions.count', exclusions.count, Int32Array, sessions);
  checkArray('exclusions.items', exclusions.items, Int32Array);
  checkRule(
    width > 0 || userFeatures === undefined,
    `userFeatures: expected none, or their width as spec.userFeatures; found ${userFeatures?.length} numbers`,
  );
  if (width > 0) checkArray('userFeatures', userFeatures, Float32Array, width * sessions);
}

/** @param length any length if it is left out. */
function checkArray(
  name: string,
  array: ArrayLike<number> | undefined,
  type: { new (): ArrayLike<number>; name: string },
  length?: number,
): void {
  const found = Object.prototype.toString.call(array);
  checkRule(array instanceof type, `${name}: expected a ${type.name}; found ${found}`);
  if (length === undefined) return;
  checkRule(array.length === length, `${name}: expected length ${length}; found ${array.length}`);
}
