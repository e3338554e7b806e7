import type { Checkpoint, Checkpointable } from '@ialp/core';
import {
  CheckpointReader,
  checkTensorShapes,
  partOf,
  readTensors,
  shapesOf,
  tensorsCheckpoint,
} from '@ialp/core/checkpoint';
import type { Learner, Network, Policy, Staging, Weights } from '@ialp/policy';
import { hasMethods } from '../checks.js';
import type { PolicyStatePart } from './policy-state.js';

/** The network of a policy that says which it is, such as `createNetworkPolicy` makes; otherwise undefined. */
function networkOf(policy: Policy): Network | undefined {
  const { network } = policy as { readonly network?: unknown };
  return isNetwork(network) ? network : undefined;
}

/** The networks of a learner that says which they are, and then that of a policy, each once. */
export function networksOf(learner: Learner, policy: Policy): readonly Network[] {
  return [...new Set([...learnerNetworks(learner), networkOf(policy)].filter((each) => each !== undefined))];
}

function learnerNetworks(learner: Learner): readonly Network[] {
  const { network, networks } = learner as { readonly network?: unknown; readonly networks?: readonly unknown[] };
  return (networks ?? [network]).filter(isNetwork);
}

function isNetwork(value: unknown): value is Network {
  return hasMethods(value, ['weights', 'setWeights']);
}

/**
 * The weights of a policy's network, as a part of the checkpoints of a learner that uses the policy. A frozen network is not trained, but its
 * weights change when new items are placed in it. Empty for a policy without a network, or with one of the learner's, which are part of the
 * learner's checkpoints.
 */
export function frozenNetworkState(policy: Policy, learner: Learner): Readonly<Record<string, Checkpointable>> {
  const network = frozenNetworkOf(policy, learner);
  if (network === undefined) return {};
  return {
    pretrained: {
      checkpoint: () => ({ weights: tensorsCheckpoint(network.weights()) }),
      restore: (checkpoint) =>
        network.setWeights(readTensors(new CheckpointReader(partOf(checkpoint, 'weights'), 'weights'))),
    },
  };
}

/** The same weights, as a part of the policy states of a learner that uses the policy. */
export function frozenNetworkPart(policy: Policy, learner: Learner): Readonly<Record<string, PolicyStatePart>> {
  const network = frozenNetworkOf(policy, learner);
  if (network === undefined) return {};
  /** They do not change. */
  let shapes: ReturnType<typeof shapesOf> | undefined;
  const checked = (state: Checkpoint): Weights => {
    const weights = readTensors(new CheckpointReader(state, 'pretrained'));
    shapes ??= shapesOf(network.weights());
    checkTensorShapes(weights, shapes);
    return weights;
  };
  return {
    pretrained: {
      read: () => tensorsCheckpoint(network.weights()),
      prepare(state) {
        const weights = checked(state);
        return { commit: () => network.setWeights(weights) };
      },
      *stage(state): Staging {
        if (network.stageWeights !== undefined) {
          return yield* network.stageWeights(readTensors(new CheckpointReader(state, 'pretrained')));
        }
        const weights = checked(state);
        return () => network.setWeights(weights);
      },
      revision: network.revision === undefined ? undefined : () => network.revision!,
    },
  };
}

function frozenNetworkOf(policy: Policy, learner: Learner): Network | undefined {
  const network = networkOf(policy);
  return network === undefined || learnerNetworks(learner).includes(network) ? undefined : network;
}
