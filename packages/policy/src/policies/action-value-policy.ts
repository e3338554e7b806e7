import { checkOptionNames, checkShare } from '@ialp/core';
import { checkNetwork } from '../checks/arguments.js';
import { checkStates } from '../checks/states.js';
import type { Network } from '../network.js';
import type { Policy, Ranking } from '../policy.js';
import { epsilonGreedyDistribution } from './ranked-distribution.js';

/** Options of `createActionValuePolicy`. */
export interface ActionValuePolicyOptions {
  /** Exploration rate: probability of a random allowed item. A function is called for each observation. Default 0. */
  readonly epsilon?: number | (() => number);
}

/**
 * Shows the allowed item of greatest `Q(s, a)`, and with probability epsilon a uniformly random allowed item. A slate has the items of
 * greatest value that are not in it yet. It changes as the network is trained.
 * @throws {InvalidOptionError} for an epsilon outside 0 to 1; {MissingHeadError} for a network without action values.
 */
export function createActionValuePolicy(network: Network, options: ActionValuePolicyOptions = {}): Policy {
  checkNetwork(network, ['q'], 'createActionValuePolicy');
  checkOptionNames(options, ['epsilon']);
  const { epsilon = 0 } = options;
  if (typeof epsilon === 'number') checkShare('epsilon', epsilon);
  return {
    specificationVersion: 'v2',
    items: network.items,
    distribution(observation) {
      checkStates(observation, network, 'observation');
      let ranking: Ranking | undefined;
      let width = 0;
      const rank = (row: number, count: number): Int32Array => {
        if (ranking === undefined || width < count) {
          width = count;
          const { items, scores } = network.actionValues(observation).top(count);
          ranking = { items: items.slice(), scores };
        }
        const own = ranking.items.subarray(row * width, (row + 1) * width);
        const end = own.indexOf(-1);
        return end === -1 ? own : own.subarray(0, end);
      };
      return epsilonGreedyDistribution(observation, rank, typeof epsilon === 'number' ? epsilon : epsilon());
    },
  };
}
