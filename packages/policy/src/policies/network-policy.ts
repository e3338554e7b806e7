import { checkOptionNames } from '@ialp/core';
import { checkNetwork } from '../checks/arguments.js';
import type { EvaluationOptions, Network } from '../network.js';
import type { Policy } from '../policy.js';

/** A policy that samples from the actor of a network. */
export interface NetworkPolicy extends Policy {
  readonly network: Network;
}

/**
 * Makes the policy of a network's actor. It changes as the network is trained.
 * @param options `approximate` has the default `approximateActing` of the network.
 */
export function createNetworkPolicy(network: Network, options: EvaluationOptions = {}): NetworkPolicy {
  checkNetwork(network, ['actor'], 'createNetworkPolicy');
  checkOptionNames(options, ['approximate']);
  const { approximate = network.approximateActing ?? false } = options;
  return {
    specificationVersion: 'v2',
    network,
    items: network.items,
    distribution: (observation) => network.evaluate(observation, { approximate }),
  };
}
