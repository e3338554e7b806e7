import { DivergenceError, InvalidOptionError } from '../errors.js';
import type { Rollout } from '../rollout.js';

/**
 * Throws unless a rollout can be learned from: it is full, and whatever was drawn had a probability. Anything else would
 * make an importance weight that means nothing.
 */
export function requireExperience(rollout: Rollout): void {
  if (!rollout.full) throw new InvalidOptionError('rollout', 'one with steps still to record', 'a full one');
  const { propensity } = rollout;
  // Sums of rounded shares, as mixtures report them, may come out a little above 1.
  const wrong = propensity.findIndex((value) => !(value > 0 && value < 1.001));
  if (wrong === -1) return;
  throw new InvalidOptionError(`rollout.propensity[${wrong}]`, propensity[wrong], 'a probability above 0, at most 1');
}

/** Throws unless all rewards are finite: for learners that keep experience, which one would spoil for good. */
export function requireFiniteRewards({ reward }: Rollout): void {
  const wrong = reward.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new DivergenceError(`The reward of row ${wrong} is ${reward[wrong]}; expected a number.`);
}
