import { requireNetwork } from './argument-rules.js';
import type { EvaluationOptions, Network } from './network.js';
import type { Policy } from './policy.js';

/** The policy that samples from a network's actor. It changes as the network is trained. */
export function createNetworkPolicy(network: Network, options: EvaluationOptions = {}): Policy {
  requireNetwork(network, ['actor'], 'createNetworkPolicy');
  return { items: network.items, distribution: (observation) => network.evaluate(observation, options) };
}
