import type { Environment, StepResult } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';

/** The spec is complete and possible. */
export function checkSpec(env: Environment): void {
  checkRule(
    env.specificationVersion === 'v1',
    `specificationVersion: expected 'v1'; found ${JSON.stringify(env.specificationVersion)}`,
  );
  const { name, sessions, items, historyLength, slateSize, maxTurns, rewardRange, repeats } = env.spec;
  checkRule(typeof name === 'string' && name.length > 0, `spec.name: expected a name; found ${JSON.stringify(name)}`);
  for (const [field, value] of Object.entries({ sessions, items, historyLength, slateSize })) {
    checkRule(
      Number.isSafeInteger(value) && value >= 1,
      `spec.${field}: expected an integer of at least 1; found ${value}`,
    );
  }
  checkRule(slateSize <= items, `spec.slateSize: expected at most the ${items} items; found ${slateSize}`);
  checkRule(typeof repeats === 'boolean', `spec.repeats: expected true or false; found ${repeats}`);
  checkRule(maxTurns >= 1, `spec.maxTurns: expected at least 1, or Infinity; found ${maxTurns}`);
  const [least, greatest] = rewardRange;
  checkRule(
    Number.isFinite(least) && least <= greatest,
    `spec.rewardRange: expected [minimum, maximum]; found [${rewardRange}]`,
  );
}

/** Arrays have the types and lengths that the spec says. */
export function checkShapes(
  env: Environment,
  { observation, reward, terminated, truncated, choice }: StepResult,
): void {
  const { sessions, items, historyLength } = env.spec;
  const { historyItems, historyFeedback, mask, turn, userFeatures } = observation;
  checkArray('historyItems', historyItems, Int32Array, sessions * historyLength);
  checkArray('historyFeedback', historyFeedback, Float32Array, sessions * historyLength);
  checkArray('mask', mask, Uint8Array, sessions * items);
  checkArray('turn', turn, Int32Array, sessions);
  checkArray('reward', reward, Float32Array, sessions);
  checkArray('terminated', terminated, Uint8Array, sessions);
  checkArray('truncated', truncated, Uint8Array, sessions);
  if (choice !== undefined) checkArray('choice', choice, Int32Array, sessions);
  if (userFeatures !== undefined) {
    const width = Math.max(1, Math.round(userFeatures.length / sessions));
    checkArray('userFeatures', userFeatures, Float32Array, width * sessions);
  }
  for (const field of ['sessions', 'items', 'historyLength'] as const) {
    checkRule(
      observation[field] === env.spec[field],
      `observation.${field}: expected ${env.spec[field]}; found ${observation[field]}`,
    );
  }
}

function checkArray(
  name: string,
  array: ArrayLike<number>,
  type: { new (): ArrayLike<number>; name: string },
  length: number,
): void {
  checkRule(array instanceof type, `${name}: expected ${type.name}; found ${Object.prototype.toString.call(array)}`);
  checkRule(array.length === length, `${name}: expected length ${length}; found ${array.length}`);
}
