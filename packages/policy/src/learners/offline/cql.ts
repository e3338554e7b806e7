import { checkInteger, checkNumber, checkShare } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import type { Network } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { createActionValuePolicy } from '../../policies/action-value-policy.js';
import { doubleQTargets } from '../replay/double-q-targets.js';
import { TARGET_NETWORK_NAMES, type TargetNetworkOptions } from '../replay/target-network.js';
import { createOfflineLearner } from './offline-base.js';
import type { OfflineOptions } from './offline-options.js';
import { OFFLINE_NAMES } from './offline-options.js';
import { withDrawnActions } from './sampled-rows.js';

/** Options of `createCql`. */
export interface CqlOptions extends OfflineOptions, TargetNetworkOptions {
  /** With the head `q`; it is trained in place. */
  readonly network: Network;
  /** `alpha`: weight of the conservative term; 0 gives double Q learning. Default 1. */
  readonly alpha?: number;
  /** Actions sampled in each state to estimate the `log sum exp`. Default 16. */
  readonly negatives?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
}

const OPTION_NAMES: readonly (keyof CqlOptions)[] = [
  ...OFFLINE_NAMES,
  ...TARGET_NETWORK_NAMES,
  'network',
  'alpha',
  'negatives',
  'discount',
];

/**
 * Conservative Q learning (Kumar et al. 2020, arXiv 2006.04779, CQL(H)): lowers the values of items that were not shown,
 *
 * `loss = mean((y - Q(s, a))^2) + alpha mean(log sum_b exp Q(s, b) - Q(s, a))`, `y` the double Q learning target.
 *
 * The sum is over the logged action and a uniform sample of the allowed items: a table of all actions would be too large for
 * large catalogues. The policy shows the item of greatest value.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createCql(options: CqlOptions): OfflineLearner {
  checkNamedOptions(options, '{ network, random }', OPTION_NAMES);
  const { network, alpha = 1, negatives = 16, discount = 0.8, random } = options;
  checkNumber('alpha', alpha, 0);
  checkInteger('negatives', negatives, 1);
  checkShare('discount', discount);
  const width = 1 + negatives;
  const design = { network, heads: ['q'], name: 'createCql', target: options } as const;
  return createOfflineLearner(options, design, ({ training, target }) => ({
    policy: createActionValuePolicy(network),
    train(batch) {
      const settings = { ...training, valueWeight: 0, entropyWeight: 0, qWeight: 1 };
      const targets = doubleQTargets(batch, batch.next, network, target, discount);
      const { states, actions } = withDrawnActions(batch.states, batch.actions, negatives, random);
      let gap = 0;
      const report = network.trainStep(
        states,
        actions,
        ({ q }) => {
          // The gradient as a regression target: the slope of the squared error in Q is 2 (Q - target), and each state has
          // `width` rows, over which the loss is a mean.
          const qTarget = q.slice();
          for (let first = 0; first < q.length; first += width) {
            const own = q.subarray(first, first + width);
            const share = softmax(own);
            gap += logSumExp(own) - own[0];
            for (let place = 0; place < width; place++) {
              const slope = alpha * (share[place] - (place === 0 ? 1 : 0));
              qTarget[first + place] -= (width * slope) / 2;
            }
            qTarget[first] += width * (targets[first / width] - q[first]);
          }
          return { qTarget };
        },
        settings,
      );
      return { gradientNorm: report.gradientNorm, conservativeGap: gap / batch.actions.length };
    },
  }));
}

function logSumExp(values: Float32Array): number {
  const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

function softmax(values: Float32Array): Float32Array {
  const total = logSumExp(values);
  return values.map((value) => Math.exp(value - total));
}
