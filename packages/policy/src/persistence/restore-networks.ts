import type { Random } from '@ialp/core';
import { randomCheckpoint, restoreRandom } from '@ialp/core/checkpoint';
import type { Network, Weights } from '../network.js';

/**
 * Restores the states of several networks and of a generator, all or nothing: if one of them refuses, all are left unchanged.
 * @param states a training state for each network, or its weights alone for a network that is not trained.
 * @param randomState state of the generator.
 * @throws {CheckpointError}
 * @throws {WeightsError}
 */
export function restoreNetworks(
  networks: readonly Network[],
  states: readonly Weights[],
  random: Random,
  randomState: readonly number[],
): void {
  const before = networks.map((network) => network.trainingState());
  const randomBefore = randomCheckpoint(random);
  try {
    restoreRandom(random, randomState);
    for (const [k, network] of networks.entries()) {
      if ('optimizer/steps' in states[k]) network.setTrainingState(states[k]);
      else network.setWeights(states[k]);
    }
  } catch (error) {
    restoreRandom(random, randomBefore);
    for (const [k, network] of networks.entries()) network.setTrainingState(before[k]);
    throw error;
  }
}
