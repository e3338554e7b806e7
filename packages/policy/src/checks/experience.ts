import { described, InvalidOptionError } from '@ialp/core';
import { DivergenceError } from '../errors.js';
import type { Rollout } from '../experience/rollout.js';
import { foundOf } from './arguments.js';

/** Throws unless a value is a rollout without steps still to record. @throws {InvalidOptionError} */
export function checkFull(rollout: Rollout): void {
  if (typeof rollout !== 'object' || rollout === null || typeof rollout.full !== 'boolean') {
    const expected = 'a Rollout: runOnline({ environment, learner, ... }) records them and calls learn';
    throw new InvalidOptionError('rollout', foundOf(rollout), expected);
  }
  if (!rollout.full) throw new InvalidOptionError('rollout', described('one with steps still to record'), 'a full one');
}

/**
 * Throws unless a learner can learn from a rollout: it is full, and its propensities are probabilities above 0, as importance
 * weights need.
 * @throws {InvalidOptionError}
 */
export function checkExperience(rollout: Rollout): void {
  checkFull(rollout);
  const { propensity } = rollout;
  // Propensities of mixtures are sums of rounded terms and may exceed 1 slightly.
  const wrong = propensity.findIndex((value) => !(value > 0 && value < 1.001));
  if (wrong === -1) return;
  throw new InvalidOptionError(`rollout.propensity[${wrong}]`, propensity[wrong], 'a probability above 0, at most 1');
}

/**
 * Throws unless all rewards are finite. One that is not would corrupt a learner's stored state, or go unnoticed in rows that it
 * does not use.
 * @throws {DivergenceError}
 */
export function checkFiniteRewards({ reward }: Rollout): void {
  const wrong = reward.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  const message = `rollout.reward[${wrong}]: expected a finite number; found ${reward[wrong]}. Correct what the environment gives.`;
  throw new DivergenceError(message);
}
