import { checkInteger, checkShare, countAllowed, type Observation } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import { selectStates } from '../../experience/states.js';
import type { Network, States } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { epsilonGreedyDistribution } from '../../policies/ranked-distribution.js';
import type { Policy } from '../../policy.js';
import { doubleQTargets } from '../replay/double-q-targets.js';
import { TARGET_NETWORK_NAMES, type TargetNetworkOptions } from '../replay/target-network.js';
import type { SampledSoftmaxOptions } from '../sampled-softmax.js';
import { createOfflineLearner } from './offline-base.js';
import type { OfflineOptions } from './offline-options.js';
import { OFFLINE_NAMES } from './offline-options.js';

/** Options of `createBcq`. */
export interface BcqOptions extends OfflineOptions, TargetNetworkOptions, SampledSoftmaxOptions {
  /** With the heads `actor`, which imitates the logging policy, and `q`; it is trained in place. */
  readonly network: Network;
  /** `tau`: items less probable than this share of the most probable item's probability are excluded. Default 0.3. */
  readonly threshold?: number;
  /** Items considered in a state, at most. Default 50. */
  readonly candidates?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
}

const OPTION_NAMES: readonly (keyof BcqOptions)[] = [
  ...OFFLINE_NAMES,
  ...TARGET_NETWORK_NAMES,
  'network',
  'sampledSoftmax',
  'threshold',
  'candidates',
  'discount',
];

/** An item that may be shown in a state. */
interface Candidate {
  readonly item: number;
  /** Probability with which the logging policy shows it. */
  readonly probability: number;
  /** `Q(s, a)`. */
  readonly value: number;
}

/**
 * Batch-constrained Q learning for discrete actions (Fujimoto et al. 2019, arXiv 1910.01708): the actor `G` imitates the logging
 * policy. Among the items that policy was likely to show, `G(a|s) / max G(.|s) >= tau`, the item of greatest value is shown, and
 * used in the target of the action values. At each position of a slate the rule applies to the items that are left.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createBcq(options: BcqOptions): OfflineLearner {
  checkNamedOptions(options, '{ network }', OPTION_NAMES);
  const { network, threshold = 0.3, candidates = 50, discount = 0.8 } = options;
  checkShare('threshold', threshold);
  checkShare('discount', discount);
  checkInteger('candidates', candidates, 1);

  /** In each state, `[rows]`, the `width` items that the logging policy was most likely to show; none in a state that allows no item. */
  function candidatesOf(states: States, width: number): Candidate[][] {
    const open = Int32Array.from({ length: states.rows }, (_, row) => row).filter(
      (row) => countAllowed(states, row) > 0,
    );
    const lists = Array.from({ length: states.rows }, (): Candidate[] => []);
    if (open.length === 0) return lists;
    // An actor has no probabilities in a state that allows no item.
    const asked = selectStates(states, open);
    const { items: ranked, scores } = network.evaluate(asked).top(width);
    const values = new Float32Array(open.length * width);
    const q = network.actionValues(asked);
    for (let place = 0; place < width; place++) {
      const column = Int32Array.from({ length: open.length }, (_, row) => Math.max(0, ranked[row * width + place]));
      q.of(column).forEach((value, row) => {
        values[row * width + place] = value;
      });
    }
    for (const [row, of] of open.entries()) {
      for (let at = row * width; at < (row + 1) * width && ranked[at] >= 0; at++) {
        lists[of].push({ item: ranked[at], probability: scores[at], value: values[at] });
      }
    }
    return lists;
  }

  /** At most `count` items of a state's candidates. Each is the one of greatest value among the likely ones of those that are left. */
  function pick(list: readonly Candidate[], count: number): number[] {
    const left = [...list];
    const picked: number[] = [];
    while (picked.length < count && left.length > 0) {
      const least = threshold * left[0].probability;
      let best = 0;
      for (let place = 1; place < Math.min(candidates, left.length) && left[place].probability >= least; place++) {
        const better = left[place].value - left[best].value || left[best].item - left[place].item;
        if (better > 0) best = place;
      }
      picked.push(...left.splice(best, 1).map(({ item }) => item));
    }
    return picked;
  }

  const makePolicy = (): Policy => ({
    specificationVersion: 'v2',
    items: network.items,
    distribution(observation: Observation) {
      checkStates(observation, { items: network.items }, 'observation');
      let width = Math.min(candidates, network.items);
      let lists = candidatesOf(observation, width);
      const rank = (row: number, count: number): readonly number[] => {
        // Below each item of a slate, another one is a candidate.
        const needed = Math.min(candidates + count - 1, network.items);
        if (needed > width) {
          width = needed;
          lists = candidatesOf(observation, width);
        }
        return pick(lists[row], count);
      };
      return epsilonGreedyDistribution(observation, rank, 0);
    },
  });
  const design = { network, heads: ['actor', 'q'], name: 'createBcq', target: options } as const;
  return createOfflineLearner(options, design, ({ training, target }) => ({
    policy: makePolicy(),
    train(batch) {
      const qTarget = doubleQTargets(batch, batch.next, network, target, discount, (_, next) =>
        Int32Array.from(candidatesOf(next, Math.min(candidates, network.items)), (list) => pick(list, 1)[0] ?? -1),
      );
      const policyWeight = new Float32Array(batch.actions.length).fill(1);
      const settings = { ...training, valueWeight: 0, entropyWeight: 0, qWeight: 1 };
      return { ...network.trainStep(batch.states, batch.actions, () => ({ policyWeight, qTarget }), settings) };
    },
  }));
}
