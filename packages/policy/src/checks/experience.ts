import { InvalidOptionError } from '@ialp/core';
import { DivergenceError } from '../errors.js';
import type { Rollout } from '../experience/rollout.js';

/**
 * Throws unless a rollout can be learned from: it is full, and whatever was drawn had a probability. Anything else would
 * make an importance weight that means nothing.
 */
export function checkExperience(rollout: Rollout): void {
  if (!rollout.full) throw new InvalidOptionError('rollout', 'one with steps still to record', 'a full one');
  const { propensity } = rollout;
  // Sums of rounded shares, as mixtures report them, may come out a little above 1.
  const wrong = propensity.findIndex((value) => !(value > 0 && value < 1.001));
  if (wrong === -1) return;
  throw new InvalidOptionError(`rollout.propensity[${wrong}]`, propensity[wrong], 'a probability above 0, at most 1');
}

/**
 * Throws unless all rewards are finite. One that is not would spoil what a learner stores for good, and be silent in rows of which a
 * learner takes no account.
 * @throws {DivergenceError}
 */
export function checkFiniteRewards({ reward }: Rollout): void {
  const wrong = reward.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  const message = `rollout.reward[${wrong}]: expected a finite number; found ${reward[wrong]}. Correct what the environment gives.`;
  throw new DivergenceError(message);
}
