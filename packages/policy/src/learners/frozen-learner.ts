import { checkPolicy } from '../checks/arguments.js';
import type { CheckpointableLearner } from '../learner.js';
import type { Network } from '../network.js';
import { frozenWeightsAsPolicyState } from '../persistence/frozen-weights.js';
import type { Policy } from '../policy.js';

/**
 * A learner that never learns: deploys a policy unchanged. Its policy state has the weights of the policy's network, if it has one: they change when
 * new items are placed.
 * @throws {InvalidOptionError} for a value that is not a policy.
 */
export function createFrozenLearner(policy: Policy): CheckpointableLearner {
  checkPolicy(policy);
  const network = networkOf(policy);
  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength: 1,
    learn: () => ({}),
    checkpoint: () => ({}),
    restore: () => {},
    ...frozenWeightsAsPolicyState(network),
  };
}

/** The network of a policy that says which it is, such as `createNetworkPolicy` makes; otherwise undefined. */
function networkOf(policy: Policy): Network | undefined {
  const { network } = policy as { readonly network?: Partial<Network> };
  return typeof network?.weights === 'function' && typeof network.setWeights === 'function'
    ? (network as Network)
    : undefined;
}
