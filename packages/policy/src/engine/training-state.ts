import { WeightsError } from '../errors.js';
import type { Weights } from '../network.js';
import { joinState, splitState } from '../persistence/training-state.js';
import type { Parameters } from './parameters.js';
import type { TrainingStep } from './training-step.js';

/** What each optimiser stores of a tensor: Adam two moments, gradient descent the velocity of its momentum, row-wise Adagrad sums. */
const KINDS = { adam: ['first', 'second'], sgd: ['velocity'] } as const;
const ALL = [...KINDS.adam, ...KINDS.sgd, 'sum'];

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
  const { weights, moments, steps } = splitState(state, ALL);
  const kinds: readonly string[] = KINDS[training.optimizer];
  checkSameOptimizer(moments, [...kinds, ...(itemOptimizer ? ['sum'] : [])]);
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

/** Moments of another optimiser, taken for those of this one, would make steps of any length. */
function checkSameOptimizer(moments: Readonly<Record<string, Weights>>, expected: readonly string[]): void {
  const found = ALL.filter((kind) => Object.keys(moments[kind]).length > 0);
  if (found.join() === expected.join()) return;
  const list = (kinds: readonly string[]): string =>
    kinds.length > 0 ? kinds.map((kind) => `optimizer/${kind}/... (${OWNERS[kind]})`).join(', ') : 'none';
  throw new WeightsError(
    `state: expected what the network's optimiser stores, ${list(expected)}; found ${list(found)}. ` +
      'Create the network with the optimizer and the itemOptimizer that the state is of, or set its weights alone.',
  );
}

const OWNERS: Readonly<Record<string, string>> = {
  first: "optimizer 'adam'",
  second: "optimizer 'adam'",
  velocity: "optimizer 'sgd'",
  sum: "itemOptimizer 'rowwise-adagrad'",
};
