import { checkInteger, checkShare, type Observation } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import type { Network, States } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { createActionValuePolicy } from '../../policies/action-value-policy.js';
import type { Policy } from '../../policy.js';
import { doubleQTargets } from '../replay/double-q-targets.js';
import { TARGET_NETWORK_NAMES, TargetNetwork, type TargetNetworkOptions } from '../replay/target-network.js';
import type { OfflineOptions } from './offline-options.js';
import { OFFLINE_NAMES } from './offline-options.js';
import { trainingLoop } from './training-loop.js';

/** Options of `createBcq`. */
export interface BcqOptions extends OfflineOptions, TargetNetworkOptions {
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
  'threshold',
  'candidates',
  'discount',
];

/**
 * Batch-constrained Q learning for discrete actions (Fujimoto et al. 2019, arXiv 1910.01708): the actor `G` imitates the logging
 * policy. Among the items that policy was likely to show, `G(a|s) / max G(.|s) >= tau`, the item of greatest value is shown, and
 * used in the target of the action values.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createBcq(options: BcqOptions): OfflineLearner {
  checkNamedOptions(options, '{ network }', OPTION_NAMES);
  const { network, threshold = 0.3, candidates = 50, discount = 0.8 } = options;
  checkShare('threshold', threshold);
  checkShare('discount', discount);
  checkInteger('candidates', candidates, 1);
  const { settings, train } = trainingLoop(options, network, ['actor', 'q'], 'createBcq');
  const training = { ...settings, valueWeight: 0, entropyWeight: 0, qWeight: 1 };
  const target = new TargetNetwork(network, options);

  /** The states, with masks that allow only items the logging policy was likely to show. */
  function constrained<S extends States>(states: S): S {
    const { sessions, items } = states;
    const open = Uint8Array.from({ length: sessions }, (_, row) =>
      states.mask.subarray(row * items, (row + 1) * items).includes(1) ? 1 : 0,
    );
    const mask = new Uint8Array(sessions * items);
    // An actor has no probabilities in a state that allows no item; its mask stays empty.
    const asked = states.mask.slice();
    for (let row = 0; row < sessions; row++) if (open[row] === 0) asked[row * items] = 1;
    const ranking = network.evaluate({ ...states, mask: asked }).top(Math.min(candidates, items));
    const width = ranking.items.length / sessions;
    for (let row = 0; row < sessions; row++) {
      for (let place = row * width; open[row] === 1 && place < (row + 1) * width; place++) {
        const item = ranking.items[place];
        if (item >= 0 && ranking.scores[place] >= threshold * ranking.scores[row * width]) mask[row * items + item] = 1;
      }
    }
    return { ...states, mask };
  }

  const greedy = createActionValuePolicy(network);
  const policy: Policy = {
    specificationVersion: 'v1',
    items: network.items,
    distribution: (observation: Observation) => greedy.distribution(constrained(observation)),
  };
  return {
    specificationVersion: 'v1',
    policy,
    network,
    train: (steps) =>
      train(steps, (batch) => {
        const qTarget = doubleQTargets(batch, constrained(batch.next), network, target.network, discount);
        const policyWeight = new Float32Array(batch.actions.length).fill(1);
        const report = network.trainStep(batch.states, batch.actions, () => ({ policyWeight, qTarget }), training);
        target.step();
        return { ...report };
      }),
  };
}
