import { type Observation, writeMask } from '@ialp/core';

/** The items that a session may be shown, in catalogue order. For tests. */
export function allowedItems(observation: Observation, slot: number): number[] {
  const mask = new Uint8Array(observation.items);
  writeMask(observation, slot, mask);
  return [...mask.keys()].filter((item) => mask[item] === 1);
}

/** The first item that each session may be shown: actions. For tests. */
export function firstAllowed(observation: Observation): Int32Array {
  return Int32Array.from({ length: observation.rows }, (_, slot) => allowedItems(observation, slot)[0]);
}
