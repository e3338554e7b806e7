import { checkOptionNames, checkShare } from '@ialp/core';
import { checkNetwork } from '../checks/arguments.js';
import type { Network } from '../network.js';
import type { Policy } from '../policy.js';
import { epsilonGreedyDistribution } from './epsilon-greedy-distribution.js';

/** Options of `createActionValuePolicy`. */
export interface ActionValuePolicyOptions {
  /** Exploration rate: probability of a random allowed item. A function is called for each observation. Default 0. */
  readonly epsilon?: number | (() => number);
}

/**
 * Shows the allowed item of greatest `Q(s, a)`, and with probability epsilon a uniformly random allowed item. It changes as the
 * network is trained.
 * @throws {InvalidOptionError} for an epsilon outside 0 to 1; {MissingHeadError} for a network without action values.
 */
export function createActionValuePolicy(network: Network, options: ActionValuePolicyOptions = {}): Policy {
  checkNetwork(network, ['q'], 'createActionValuePolicy');
  checkOptionNames(options, ['epsilon']);
  const { epsilon = 0 } = options;
  if (typeof epsilon === 'number') checkShare('epsilon', epsilon);
  return {
    specificationVersion: 'v1',
    items: network.items,
    distribution(observation) {
      const best = network.actionValues(observation).top(1).items.slice();
      return epsilonGreedyDistribution(observation, best, typeof epsilon === 'number' ? epsilon : epsilon());
    },
  };
}
