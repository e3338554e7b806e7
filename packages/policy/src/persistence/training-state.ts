import { checkTensors } from '../checks/training.js';
import { WeightsError } from '../errors.js';
import type { Weights } from '../network.js';

/** Weights, with the optimiser's state. */
export interface TrainingState {
  readonly weights: Weights;
  /** Moments of the optimiser by name, each with a tensor for every weight tensor. */
  readonly moments: Readonly<Record<string, Weights>>;
  /** Optimiser steps so far; exact up to 2^24. */
  readonly steps: number;
}

const STEPS = 'optimizer/steps';

/** What an optimiser stores of a tensor. */
export type Moment = 'first' | 'second' | 'velocity' | 'sum';

const OWNERS: Readonly<Record<Moment, string>> = {
  first: "optimizer 'adam'",
  second: "optimizer 'adam'",
  velocity: "optimizer 'sgd'",
  sum: "itemOptimizer 'rowwise-adagrad'",
};
const MOMENTS = Object.keys(OWNERS) as readonly Moment[];

/** Flattens a training state into tensors by name: the weights, `optimizer/<moment>/<weight>` and `optimizer/steps`. */
export function joinState({ weights, moments, steps }: TrainingState): Weights {
  const named = Object.entries(moments).flatMap(([moment, tensors]) =>
    Object.entries(tensors).map(([name, tensor]) => [`optimizer/${moment}/${name}`, tensor] as const),
  );
  return { ...weights, ...Object.fromEntries(named), [STEPS]: { shape: [1], data: Float32Array.of(steps) } };
}

/**
 * The inverse of `joinState`.
 * @param expected what the network's optimisers store, in the order of `Moment`.
 * @throws {WeightsError} if the number of steps is missing or invalid, and for the state of another optimiser.
 */
export function splitState(state: Weights, expected: readonly Moment[]): TrainingState {
  checkTensors(state, 'state');
  const { shape, data } = state[STEPS] ?? { shape: [], data: new Float32Array(0) };
  const [steps] = data;
  if (shape.join() !== '1' || data.length !== 1 || !Number.isSafeInteger(steps) || steps < 0) {
    throw new WeightsError(`state.${STEPS}: expected [1] number of steps; found [${shape}] of ${data.join()}.`);
  }
  checkSameOptimizer(state, expected);
  const under = (prefix: string): Weights =>
    Object.fromEntries(
      Object.entries(state)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  const isKnown = (name: string): boolean =>
    name === STEPS || expected.some((moment) => name.startsWith(prefixOf(moment)));
  return {
    weights: Object.fromEntries(Object.entries(state).filter(([name]) => !isKnown(name))),
    moments: Object.fromEntries(expected.map((moment) => [moment, under(prefixOf(moment))])),
    steps,
  };
}

function prefixOf(moment: Moment): string {
  return `optimizer/${moment}/`;
}

/** Moments of another optimiser, taken for those of this one, would make steps of any length. */
function checkSameOptimizer(state: Weights, expected: readonly Moment[]): void {
  const names = Object.keys(state);
  const found = MOMENTS.filter((moment) => names.some((name) => name.startsWith(prefixOf(moment))));
  if (found.join() === expected.join()) return;
  const list = (moments: readonly Moment[]): string =>
    moments.length > 0 ? moments.map((moment) => `${prefixOf(moment)}... (${OWNERS[moment]})`).join(', ') : 'none';
  throw new WeightsError(
    `state: expected what the network's optimiser stores, ${list(expected)}; found ${list(found)}. ` +
      'Create the network with the optimizer and the itemOptimizer that the state is of, or set its weights alone.',
  );
}
