import { checkPolicy } from '../checks/arguments.js';
import type { CheckpointableLearner } from '../learner.js';
import type { Policy } from '../policy.js';

/** A learner that never learns: deploys a policy unchanged. @throws {InvalidOptionError} for a value that is not a policy. */
export function createFrozenLearner(policy: Policy): CheckpointableLearner {
  checkPolicy(policy);
  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength: 1,
    learn: () => ({}),
    checkpoint: () => ({}),
    restore: () => {},
  };
}
