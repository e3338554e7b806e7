import type { Checkpoint } from '@ialp/core';
import { CheckpointReader, partOf } from '@ialp/core/checkpoint';
import type { Learner } from '../learner.js';
import type { Network } from '../network.js';
import type { Staging } from '../staging.js';
import { policyWeights } from './policy-weights.js';

/** What a learner has that never trains its network, if it has one. The weights change when items are placed, and are published only then. */
export function frozenWeightsAsPolicyState(
  network: Network | undefined,
): Pick<Learner, 'policyState' | 'policyStateRevisions' | 'setPolicyState' | 'stagePolicyState'> {
  if (network === undefined) {
    return { policyState: () => ({}), setPolicyState: () => {} };
  }
  const weights = policyWeights({ network });
  const isLeftOut = (state: Checkpoint): boolean => partOf(state, 'network') === null;
  const { revision } = network;
  return {
    policyState: (without) => (without?.has('network') ? { network: null } : weights.read()),
    ...(revision !== undefined && { policyStateRevisions: () => ({ network: network.revision! }) }),
    setPolicyState(state) {
      if (!isLeftOut(state)) weights.take(new CheckpointReader(state));
    },
    *stagePolicyState(state): Staging {
      return isLeftOut(state) ? () => {} : yield* weights.stage(new CheckpointReader(state));
    },
  };
}
