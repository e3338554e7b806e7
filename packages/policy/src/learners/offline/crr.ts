import { checkInteger, checkOneOf, checkPositive, checkShare } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import type { Network } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { actableStates } from '../replay/next-states.js';
import { TARGET_NETWORK_NAMES, type TargetNetworkOptions } from '../replay/target-network.js';
import type { SampledSoftmaxOptions } from '../sampled-softmax.js';
import { createOfflineLearner } from './offline-base.js';
import type { OfflineOptions } from './offline-options.js';
import { OFFLINE_NAMES } from './offline-options.js';

/** Options of `createCrr`. */
export interface CrrOptions extends OfflineOptions, TargetNetworkOptions, SampledSoftmaxOptions {
  /** With the heads `actor` and `q`; it is trained in place. */
  readonly network: Network;
  /** Weight of an action by its advantage `A`: `exp(A / beta)`, or for `binary` 1 if `A > 0`, else 0. Default `exponential`. */
  readonly weighting?: 'exponential' | 'binary';
  /** `beta`: temperature of the exponential weights. Default 1. */
  readonly beta?: number;
  /** Exponential weights are truncated at this value. Default 20. */
  readonly maxWeight?: number;
  /** Actions sampled from the actor to estimate a state's value. Default 4. */
  readonly draws?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
}

const OPTION_NAMES: readonly (keyof CrrOptions)[] = [
  ...OFFLINE_NAMES,
  ...TARGET_NETWORK_NAMES,
  'network',
  'sampledSoftmax',
  'weighting',
  'beta',
  'maxWeight',
  'draws',
  'discount',
];

/**
 * Critic-regularised regression (Wang et al. 2020, arXiv 2006.15134): the actor imitates logged actions, weighted by their
 * advantage over its own, `loss = -mean(f(Q(s, a) - mean_j Q(s, a_j)) log pi(a|s))` with `a_j ~ pi(.|s)`. The critic regresses on
 * `r + gamma Q'(s', a')`, `a' ~ pi(.|s')`.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createCrr(options: CrrOptions): OfflineLearner {
  checkNamedOptions(options, '{ network, random }', OPTION_NAMES);
  const { network, weighting = 'exponential', beta = 1, maxWeight = 20, draws = 4, random } = options;
  const { discount = 0.8 } = options;
  for (const [option, value] of Object.entries({ beta, maxWeight })) checkPositive(option, value);
  checkOneOf('weighting', weighting, ['exponential', 'binary']);
  checkInteger('draws', draws, 1);
  checkShare('discount', discount);
  const weigh = (advantage: number): number =>
    weighting === 'binary' ? Number(advantage > 0) : Math.min(maxWeight, Math.exp(advantage / beta));
  const design = { network, heads: ['actor', 'q'], name: 'createCrr', target: options } as const;
  return createOfflineLearner(options, design, ({ training, target }) => ({
    policy: createNetworkPolicy(network),
    train({ states, actions, reward, terminated, steps: passed, next }) {
      const settings = { ...training, valueWeight: 0, entropyWeight: 0, qWeight: 1 };
      const { states: asked, isOpen } = actableStates(next, terminated);
      const drawn = network.evaluate(asked).sample(random).items;
      const follows = target.actionValues(next).of(drawn);
      const qTarget = reward.map((now, row) => now + discount ** passed[row] * isOpen[row] * follows[row]);
      const value = new Float32Array(actions.length);
      for (let draw = 0; draw < draws; draw++) {
        const { items } = network.evaluate(states).sample(random);
        for (const [row, q] of network.actionValues(states).of(items).entries()) value[row] += q / draws;
      }
      const report = network.trainStep(
        states,
        actions,
        ({ q }) => ({ policyWeight: q.map((own, row) => weigh(own - value[row])), qTarget }),
        settings,
      );
      return { ...report };
    },
  }));
}
