import { type Random, randomCheckpoint, restoreRandom } from '@ialp/core';
import type { Network, Weights } from '../network.js';

/**
 * Gives several networks their states, and a generator its place, or, where one of them refuses, nothing to any.
 * @param states training states, or weights alone for networks that are not trained.
 * @throws {CheckpointError}
 * @throws {WeightsError}
 */
export function takeAll(
  networks: readonly Network[],
  states: readonly Weights[],
  random: Random,
  place: readonly number[],
): void {
  const before = networks.map((network) => network.trainingState());
  const placeBefore = randomCheckpoint(random);
  try {
    restoreRandom(random, place);
    for (const [k, network] of networks.entries()) {
      if ('optimizer/steps' in states[k]) network.setTrainingState(states[k]);
      else network.setWeights(states[k]);
    }
  } catch (error) {
    restoreRandom(random, placeBefore);
    for (const [k, network] of networks.entries()) network.setTrainingState(before[k]);
    throw error;
  }
}
