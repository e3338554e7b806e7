import { checkTensors } from '../checks/training.js';
import { WeightsError } from '../errors.js';
import type { Weights } from '../network.js';

/** Weights, with the optimiser's state. */
export interface TrainingState {
  readonly weights: Weights;
  /** Moments of the optimiser by name, such as `first` and `second`, each with a tensor for every weight tensor. */
  readonly moments: Readonly<Record<string, Weights>>;
  /** Optimiser steps so far; exact up to 2^24. */
  readonly steps: number;
}

const STEPS = 'optimizer/steps';

/** Flattens a training state into tensors by name: the weights, `optimizer/<moment>/<weight>` and `optimizer/steps`. */
export function joinState({ weights, moments, steps }: TrainingState): Weights {
  const named = Object.entries(moments).flatMap(([moment, tensors]) =>
    Object.entries(tensors).map(([name, tensor]) => [`optimizer/${moment}/${name}`, tensor] as const),
  );
  return { ...weights, ...Object.fromEntries(named), [STEPS]: { shape: [1], data: Float32Array.of(steps) } };
}

/**
 * The inverse of `joinState`.
 * @param moments names of the optimiser's moments.
 * @throws {WeightsError} if the number of steps is missing or invalid.
 */
export function splitState(state: Weights, moments: readonly string[]): TrainingState {
  checkTensors(state, 'state');
  const { shape, data } = state[STEPS] ?? { shape: [], data: new Float32Array(0) };
  const [steps] = data;
  if (shape.join() !== '1' || data.length !== 1 || !Number.isSafeInteger(steps) || steps < 0) {
    throw new WeightsError(`state.${STEPS}: expected [1] number of steps; found [${shape}] of ${data.join()}.`);
  }
  const prefixOf = (moment: string): string => `optimizer/${moment}/`;
  const under = (prefix: string): Weights =>
    Object.fromEntries(
      Object.entries(state)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  const isKnown = (name: string): boolean =>
    name === STEPS || moments.some((moment) => name.startsWith(prefixOf(moment)));
  return {
    weights: Object.fromEntries(Object.entries(state).filter(([name]) => !isKnown(name))),
    moments: Object.fromEntries(moments.map((moment) => [moment, under(prefixOf(moment))])),
    steps,
  };
}
