import { InvalidOptionError } from '@ialp/core';
import type { UniformRandom } from './runs/scores.js';

/** @throws {InvalidOptionError} unless it is a number between 0 and 1, both exclusive. */
export function checkConfidence(confidence: number): void {
  if (typeof confidence === 'number' && confidence > 0 && confidence < 1) return;
  throw new InvalidOptionError('confidence', confidence, 'a number between 0 and 1');
}

/** @throws {InvalidOptionError} unless it is an array, a typed array or another object with an integer `length`. */
export function checkList(option: string, value: unknown, expected: string): void {
  if (typeof value === 'object' && value !== null && 'length' in value && Number.isSafeInteger(value.length)) return;
  throw new InvalidOptionError(option, value, expected);
}

/**
 * Wraps a random generator so that every number is checked: a 1 or NaN would become an index outside the rows.
 * @throws {InvalidOptionError} if `random` has no method `uniform`; the returned function throws it for a number
 *   outside [0, 1).
 */
export function uniformOf(random: UniformRandom): () => number {
  if (typeof random !== 'object' || random === null || typeof random.uniform !== 'function') {
    const expected = 'an object with a method uniform, such as createRandom(1) or { uniform: Math.random }';
    throw new InvalidOptionError('random', random, expected);
  }
  return () => {
    const value = random.uniform();
    if (typeof value === 'number' && value >= 0 && value < 1) return value;
    throw new InvalidOptionError('random.uniform()', value, 'a number of at least 0 and below 1');
  };
}
