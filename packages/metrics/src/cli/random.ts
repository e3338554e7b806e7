import type { UniformRandom } from '../runs/scores.js';

/** SplitMix32 (Steele, Lea and Flood 2014, with Mellor's constants for 32 bits): for the resampling of a command, from its seed. */
export function seededRandom(seed: number): UniformRandom {
  let state = seed >>> 0;
  return {
    uniform() {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
    },
  };
}
