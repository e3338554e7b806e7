import type { Checkpoint } from '@ialp/core';
import { CheckpointReader, checkTensorShapes, readTensors, shapesOf, tensorsCheckpoint } from '@ialp/core/checkpoint';
import type { Learner } from '../learner.js';
import type { Network, Weights } from '../network.js';
import type { Staging } from '../staging.js';
import { stageWeights } from './stage-weights.js';

/** The weights of the networks that a policy uses, by name: what is published of them. */
export interface PolicyWeights {
  /** A copy of all weights. */
  read(): Checkpoint;
  /**
   * Sets all weights, or none.
   * @param reader of what `read` returned.
   * @throws {CheckpointError} or {WeightsError}
   */
  take(reader: CheckpointReader): void;
  /** Sets all weights, or none, in steps. @throws {CheckpointError} or {WeightsError} in a step */
  stage(reader: CheckpointReader): Staging;
}

/** Of networks that a policy uses. The optimizers' state is not part of it, and is left as it is. */
export function policyWeights(networks: Readonly<Record<string, Network>>): PolicyWeights {
  const all = Object.entries(networks);
  /** The shapes of all networks but the first, which do not change. */
  let shapes: readonly ReturnType<typeof shapesOf>[] | undefined;

  return {
    read: () => Object.fromEntries(all.map(([name, network]) => [name, tensorsCheckpoint(network.weights())])),
    take(reader) {
      const states: readonly Weights[] = all.map(([name]) => readTensors(reader.part(name)));
      // A network checks its weights before it changes. With several, the others are checked before the first changes.
      const [, ...others] = all;
      shapes ??= others.map(([, network]) => shapesOf(network.weights()));
      for (const [k, own] of shapes.entries()) checkTensorShapes(states[k + 1], own);
      for (const [k, [, network]] of all.entries()) network.setWeights(states[k]);
    },
    *stage(reader) {
      const states = all.map(([name, network]) => [network, readTensors(reader.part(name))] as const);
      const commits: (() => void)[] = [];
      for (const [network, state] of states) commits.push(yield* stageWeights(network, state));
      return () => {
        for (const commit of commits) commit();
      };
    },
  };
}

/** The methods of a learner whose policy depends on the weights of networks and on nothing else. */
export function weightsAsPolicyState(
  networks: Readonly<Record<string, Network>>,
): Required<Pick<Learner, 'policyState' | 'setPolicyState' | 'stagePolicyState'>> {
  const weights = policyWeights(networks);
  return {
    policyState: () => weights.read(),
    setPolicyState: (state) => weights.take(new CheckpointReader(state)),
    stagePolicyState: (state) => weights.stage(new CheckpointReader(state)),
  };
}
