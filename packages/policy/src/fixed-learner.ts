import type { Learner } from './learner.js';
import type { Policy } from './policy.js';

/** A learner that never learns: a policy to be deployed as it is, frozen. */
export function createFixedLearner(policy: Policy): Learner {
  return { policy, rolloutLength: 1, learn: () => ({}), checkpoint: () => ({}), restore: () => {} };
}
