/** Simulated bandits with known true values. For tests. */
import type { ModeledBanditLog } from '../ope/bandit-log.js';

/** Mulberry32. */
export function uniformRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Expected rewards of three actions in two contexts. */
const VALUE = [
  [0.2, 0.5, 0.8],
  [0.6, 0.3, 0.4],
];
const LOGGING = [0.5, 0.3, 0.2];
const TARGET = [0.2, 0.3, 0.5];

/**
 * A log of a policy that prefers the first action, to evaluate one that prefers the last, with a model that is wrong by
 * 0.1. Weights are at most 2.5, rewards 0 or 1.
 */
export function simulatedBandit(rows: number, uniform: () => number): ModeledBanditLog & { readonly truth: number } {
  const column = (): Float64Array => new Float64Array(rows);
  const log = {
    reward: column(),
    propensity: column(),
    target: column(),
    qHat: column(),
    vHat: column(),
  };
  for (let row = 0; row < rows; row++) {
    const means = VALUE[uniform() < 0.5 ? 0 : 1];
    const draw = uniform();
    const action = draw < LOGGING[0] ? 0 : draw < LOGGING[0] + LOGGING[1] ? 1 : 2;
    log.reward[row] = uniform() < means[action] ? 1 : 0;
    log.propensity[row] = LOGGING[action];
    log.target[row] = TARGET[action];
    log.qHat[row] = means[action] + 0.1;
    log.vHat[row] = means.reduce((sum, mean, a) => sum + TARGET[a] * (mean + 0.1), 0);
  }
  const truth = VALUE.flatMap((means) => means.map((mean, a) => (TARGET[a] * mean) / VALUE.length));
  return { ...log, truth: truth.reduce((sum, value) => sum + value, 0) };
}
