import { checkTensorShapes, shapesOf } from '@ialp/core/checkpoint';
import type { Network, Weights } from '../network.js';
import type { Staging } from '../staging.js';

/**
 * Sets the weights of a network in steps. One without `stageWeights` has them checked in one step, and sets them in one piece at the end.
 * @throws {WeightsError} or {CheckpointError} in a step
 */
export function* stageWeights(network: Network, weights: Weights): Staging {
  if (network.stageWeights !== undefined) return yield* network.stageWeights(weights);
  checkTensorShapes(weights, shapesOf(network.weights()));
  yield;
  return () => network.setWeights(weights);
}
