import { WeightsError } from '../errors.js';
import type { Weights } from '../network.js';
import { joinState, splitState } from '../persistence/training-state.js';
import type { Parameters } from './parameters.js';
import type { TrainingStep } from './training-step.js';

/** A copy of a network's weights and of its optimiser's state. */
export function readTrainingState(parameters: Parameters, { itemOptimizer, steps }: TrainingStep): Weights {
  const moments = {
    first: parameters.read(parameters.firstMoment),
    second: parameters.read(parameters.secondMoment),
    ...(itemOptimizer && { sum: itemOptimizer.read() }),
  };
  return joinState({ weights: parameters.read(), moments, steps });
}

/**
 * Checks a state that `readTrainingState` returned.
 * @returns sets it, once memory for training is allocated.
 * @throws {WeightsError}
 */
export function checkTrainingState(parameters: Parameters, training: TrainingStep, state: Weights): () => void {
  const { itemOptimizer } = training;
  const { weights, moments, steps } = splitState(state, ['first', 'second', 'sum']);
  const { first, second, sum } = moments;
  checkSameOptimizer(Object.keys(sum), itemOptimizer !== undefined);
  parameters.checkFit(weights);
  for (const part of [first, second]) parameters.checkFit(part, parameters.momentSlots);
  itemOptimizer?.check(sum);
  return () => {
    parameters.write(weights);
    parameters.write(first, parameters.firstMoment);
    parameters.write(second, parameters.secondMoment);
    itemOptimizer?.write(sum);
    parameters.clearFrozenMoments();
    training.steps = steps;
  };
}

function checkSameOptimizer(sums: readonly string[], isRowwise: boolean): void {
  if (sums.length > 0 === isRowwise) return;
  const remedy = 'Create the network with the itemOptimizer that the state is of, or set its weights alone.';
  throw new WeightsError(
    isRowwise
      ? `state: expected the sums of row-wise Adagrad, optimizer/sum/...; found the state of a network without itemOptimizer. ${remedy}`
      : `state: expected the moments of all tensors; found optimizer/sum/${sums[0]}, of a network with itemOptimizer 'rowwise-adagrad'. ${remedy}`,
  );
}
