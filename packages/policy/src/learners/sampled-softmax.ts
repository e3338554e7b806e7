import { type Checkpoint, checkInteger, InvalidOptionError, type Random, type Trajectories } from '@ialp/core';
import { type CheckpointReader, randomCheckpoint } from '@ialp/core/checkpoint';
import type { Network, SampledSoftmax, States, Weights } from '../network.js';
import { restoreNetworks } from '../persistence/restore-networks.js';
import { actingDistribution } from '../policies/network-policy.js';

/** The option of every learner that trains an actor. */
export interface SampledSoftmaxOptions {
  /**
   * Number of items on which the actor is trained beside the actions, sampled anew from the available ones for each optimiser step; they stand
   * for the whole catalogue (see `SampledSoftmax`). For catalogues of many thousand items: a step then takes as long whatever the size of the
   * catalogue, and the optimiser changes only the rows of items in the batch. Single items only: slates are refused. Default: the whole catalogue.
   */
  readonly sampledSoftmax?: number;
}

/** The setting of training steps, for a spread: `{}` without the option. */
export interface Sampling {
  readonly sampledSoftmax?: SampledSoftmax;
}

/** Makes the setting of the option. @throws {InvalidOptionError} */
export function sampledSoftmaxOf(items: number | undefined, random: Random): Sampling {
  if (items === undefined) return {};
  checkInteger('sampledSoftmax', items, 1);
  return { sampledSoftmax: { items, random } };
}

/** Throws for slates if the softmax is sampled: slates are trained on the whole catalogue. @throws {InvalidOptionError} */
export function checkSampledItems({ slateSize }: Trajectories, sampledSoftmax: number | undefined): void {
  if (sampledSoftmax === undefined || slateSize === 1) return;
  const expected = `no sampled softmax for slates of ${slateSize} items, which are trained on the whole catalogue: leave out the option`;
  throw new InvalidOptionError('sampledSoftmax', sampledSoftmax, expected);
}

/**
 * `[rows * slateSize]`: probabilities of actions under the policy of a network, `createNetworkPolicy(network)`, as it acts: over the whole catalogue,
 * with `approximateActing` by the same rounded weights, with a `shortlist` over its list. Importance ratios need these. Under a sampled softmax `log pi(a|s)` of a training step is an
 * estimate; a ratio of it is not 1 on the policy's own experience, and one truncated at 1 is too small in the mean.
 */
export function actingProbabilities(network: Network, states: States, actions: Int32Array): Float32Array {
  return actingDistribution(network, states).propensity(actions).slice();
}

/** What a checkpoint of a learner holds for it, for a spread: the state of the generator, `{}` without the option. */
export function samplingCheckpoint({ sampledSoftmax }: Sampling): Checkpoint {
  return sampledSoftmax === undefined ? {} : { random: randomCheckpoint(sampledSoftmax.random) };
}

/**
 * Restores a network and the generator, both or neither.
 * @throws {CheckpointError} {WeightsError}
 */
export function restoreSampling(
  network: Network,
  state: Weights,
  { sampledSoftmax }: Sampling,
  reader: CheckpointReader,
): void {
  if (sampledSoftmax === undefined) network.setTrainingState(state);
  else restoreNetworks([network], [state], sampledSoftmax.random, reader.numbers('random'));
}
