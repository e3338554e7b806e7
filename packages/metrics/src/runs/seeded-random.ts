import { InvalidOptionError } from '../errors.js';
import type { UniformRandom } from './scores.js';

/**
 * A source of randomness for resampling, for those who have none: SplitMix (Steele, Lea and Flood 2014) of 32 bits. The same seed gives the
 * same numbers.
 * @throws {InvalidOptionError} for a seed that is no integer from 0 to 2^32 - 1.
 */
export function seededRandom(seed: number): UniformRandom {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InvalidOptionError('seed', seed, 'an integer from 0 to 2^32 - 1');
  }
  let state = seed;
  return {
    uniform() {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
    },
  };
}
