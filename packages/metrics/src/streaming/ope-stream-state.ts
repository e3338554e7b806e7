import { checkObject, InvalidOptionError } from '@ialp/core';

/** State of an `OpeStream`: plain numbers that can be stored or sent as JSON. */
export interface OpeStreamState {
  readonly count: number;
  /** Number of decisions with predictions: 0 or `count`. */
  readonly modelled: number;
  /** Means of `w r`, of `w`, and of `vHat + w (r - qHat)`. */
  readonly weightedReward: number;
  readonly weight: number;
  readonly corrected: number;
  /** Sums of squared deviations from these means, and of the products of the first two deviations. */
  readonly weightedRewardSquares: number;
  readonly weightSquares: number;
  readonly correctedSquares: number;
  readonly products: number;
  /** The largest weight. */
  readonly maxWeight: number;
}

/** The state of a stream without decisions. */
export const EMPTY: OpeStreamState = {
  count: 0,
  modelled: 0,
  weightedReward: 0,
  weight: 0,
  corrected: 0,
  weightedRewardSquares: 0,
  weightSquares: 0,
  correctedSquares: 0,
  products: 0,
  maxWeight: 0,
};

/**
 * Checks a state: its fields, and that the numbers can come from the same decisions.
 * @throws {InvalidOptionError} that names the field.
 */
export function checkState(state: OpeStreamState): void {
  checkObject('state', state, 'the result of state() of a stream');
  for (const field of Object.keys(EMPTY) as (keyof OpeStreamState)[]) {
    if (!Number.isFinite(state[field])) throw new InvalidOptionError(`state.${field}`, state[field], 'a finite number');
  }
  for (const field of ['count', 'modelled'] as const) {
    if (Number.isSafeInteger(state[field]) && state[field] >= 0) continue;
    throw new InvalidOptionError(`state.${field}`, state[field], 'an integer of at least 0');
  }
  for (const field of ['weight', 'weightedRewardSquares', 'weightSquares', 'correctedSquares', 'maxWeight'] as const) {
    if (!(state[field] >= 0)) throw new InvalidOptionError(`state.${field}`, state[field], 'a number of at least 0');
  }
  checkConsistent(state);
}

/** Squares of numbers below its root underflow to 0. */
const UNDERFLOW = 1e-140;

/**
 * Checks that the numbers can come from the same decisions; limits have a tolerance because sums are rounded.
 * @throws {InvalidOptionError} if they cannot.
 */
function checkConsistent(state: OpeStreamState): void {
  const { count, modelled, weight, weightSquares, weightedRewardSquares, products, maxWeight } = state;
  const wrong = (field: keyof OpeStreamState, expected: string): never => {
    throw new InvalidOptionError(`state.${field}`, state[field], expected);
  };
  if (modelled !== 0 && modelled !== count) wrong('modelled', `0 or ${count}, the count`);
  const empty = Object.keys(EMPTY) as (keyof OpeStreamState)[];
  const fields = count === 0 ? empty : modelled === 0 ? (['corrected', 'correctedSquares'] as const) : [];
  for (const field of fields) {
    if (state[field] !== 0) wrong(field, `0, because ${count === 0 ? 'count' : 'modelled'} is 0`);
  }
  const tolerance = 1 + 1e-6;
  if (weight > maxWeight * tolerance) wrong('maxWeight', `a number of at least ${weight}, the mean weight`);
  if (maxWeight > count * weight * tolerance)
    wrong('maxWeight', `a number of at most ${count * weight}, the sum of all weights`);
  // Weights between 0 and maxWeight have the largest spread if each is at one of the ends.
  const maxSquares = count * weight * (maxWeight - weight);
  const rounding = 1e-6 * count * maxWeight * maxWeight;
  if (weightSquares > maxSquares + rounding)
    wrong('weightSquares', `a number of at most ${maxSquares}, by weight and maxWeight`);
  const maxProducts = Math.sqrt(weightedRewardSquares) * Math.sqrt(weightSquares);
  // The Cauchy-Schwarz inequality bounds the sum of products.
  const size = Math.sqrt(count) * Math.abs(state.weightedReward) + Math.sqrt(weightedRewardSquares);
  if (Math.abs(products) > maxProducts * tolerance + 1e-6 * size * Math.sqrt(count) * maxWeight + UNDERFLOW) {
    wrong('products', `a number from ${-maxProducts} to ${maxProducts}, by weightedRewardSquares and weightSquares`);
  }
}
