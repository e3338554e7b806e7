import { checkOptionNames, described, InvalidOptionError } from '@ialp/core';
import { checkNetwork } from '../checks/arguments.js';
import type { EvaluationOptions, Network, States } from '../network.js';
import type { ActionDistribution, Policy } from '../policy.js';
import { type CompleteShortlist, type Shortlist, shortlistOf } from '../shortlist.js';
import { shortlistDistribution } from './shortlist-distribution.js';

/** Options of `createNetworkPolicy`. */
export interface NetworkPolicyOptions extends EvaluationOptions {
  /**
   * Acts by a shortlist of so many items, or as given, instead of a softmax over the whole catalogue; `approximate` then has no effect. `false` for none.
   * Default: `shortlist` of the network.
   */
  readonly shortlist?: number | Shortlist | false;
}

/** A policy that samples from the actor of a network. */
export interface NetworkPolicy extends Policy {
  readonly network: Network;
}

/**
 * Makes the policy of a network's actor. It changes as the network is trained.
 * @param options `approximate` has the default `approximateActing` of the network.
 * @throws {InvalidOptionError} {MissingHeadError}
 */
export function createNetworkPolicy(network: Network, options: NetworkPolicyOptions = {}): NetworkPolicy {
  checkNetwork(network, ['actor'], 'createNetworkPolicy');
  checkOptionNames(options, ['approximate', 'shortlist']);
  const { approximate = network.approximateActing ?? false, shortlist = network.shortlist ?? false } = options;
  const settings = shortlist === false ? undefined : shortlistOf(shortlist);
  if (settings !== undefined) checkLogits(network);
  return {
    specificationVersion: 'v2',
    network,
    items: network.items,
    distribution: (observation) => distributionOf(network, observation, approximate, settings),
  };
}

/** The distribution of the policy of a network with its own options, in states of any kind. */
export function actingDistribution(network: Network, states: States): ActionDistribution {
  const { approximateActing = false, shortlist } = network;
  return distributionOf(network, states, approximateActing, shortlist && shortlistOf(shortlist));
}

function distributionOf(
  network: Network,
  states: States,
  approximate: boolean,
  settings: CompleteShortlist | undefined,
): ActionDistribution {
  if (settings === undefined) return network.evaluate(states, { approximate });
  const logits = checkLogits(network);
  return shortlistDistribution(states, () => logits(states, { approximate: true }), settings);
}

/** The forward pass that shortlists need. @throws {InvalidOptionError} */
function checkLogits(network: Network): NonNullable<Network['logits']> {
  if (network.logits !== undefined) return network.logits.bind(network);
  const found = described("a network without 'logits'");
  throw new InvalidOptionError('shortlist', found, 'none, or a network with logits, such as createNetwork makes');
}
