import type { Weights } from '../network.js';
import { joinState, type Moment, splitState } from '../persistence/training-state.js';
import type { Optimizer } from './optimizer.js';
import type { Parameters } from './parameters.js';
import type { TrainingStep } from './training-step.js';

/** What each optimiser stores of a tensor: Adam two moments, gradient descent the velocity of its momentum, row-wise Adagrad sums. */
const KINDS: Readonly<Record<Optimizer['name'], readonly Moment[]>> = { adam: ['first', 'second'], sgd: ['velocity'] };

/** A copy of a network's weights and of its optimiser's state. */
export function readTrainingState(parameters: Parameters, training: TrainingStep): Weights {
  const { itemOptimizer, steps } = training;
  const addresses = [parameters.firstMoment, parameters.secondMoment];
  const stored = KINDS[training.optimizer].map((kind, k) => [kind, parameters.read(addresses[k])]);
  const moments = { ...Object.fromEntries(stored), ...(itemOptimizer && { sum: itemOptimizer.read() }) };
  return joinState({ weights: parameters.read(), moments, steps });
}

/**
 * Checks a state that `readTrainingState` returned.
 * @returns sets it, once memory for training is allocated.
 * @throws {WeightsError}
 */
export function checkTrainingState(parameters: Parameters, training: TrainingStep, state: Weights): () => void {
  const { itemOptimizer } = training;
  const kinds = KINDS[training.optimizer];
  const { weights, moments, steps } = splitState(state, [...kinds, ...(itemOptimizer ? (['sum'] as const) : [])]);
  parameters.checkFit(weights);
  for (const kind of kinds) parameters.checkFit(moments[kind], parameters.momentSlots);
  itemOptimizer?.check(moments['sum']);
  return () => {
    parameters.write(weights);
    const addresses = [parameters.firstMoment, parameters.secondMoment];
    for (const [k, kind] of kinds.entries()) parameters.write(moments[kind], addresses[k]);
    itemOptimizer?.write(moments['sum']);
    parameters.clearFrozenMoments();
    training.steps = steps;
  };
}
