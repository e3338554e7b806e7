import { type Catalogue, InvalidOptionError, type Random } from '@ialp/core';
import { checkCatalogue } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';
import { drawWeighted } from './catalogue-states.js';

/** Draws candidates for a state: distinct items that the user has not seen, fewer if there are not enough. */
export type CandidateSampler = (state: UserState, count: number, random: Random) => number[];

/** Draws candidates uniformly. @param items the number of items in the catalogue. @throws {InvalidOptionError} */
export function createRandomSampler(items: number): CandidateSampler {
  if (!Number.isSafeInteger(items) || items < 1)
    throw new InvalidOptionError('items', items, 'the number of items, an integer of at least 1');
  return (state, count, random) => drawDistinct(new Float64Array(items).fill(1), state, count, random);
}

/** Draws candidates in proportion to the catalogue's prior; uniformly without a prior. @throws {InvalidOptionError} */
export function createPopularitySampler(catalogue: Catalogue): CandidateSampler {
  checkCatalogue(catalogue);
  const weights = Float64Array.from({ length: catalogue.items.length }, (_, item) => catalogue.prior?.[item] ?? 1);
  return (state, count, random) => drawDistinct(weights.slice(), state, count, random);
}

function drawDistinct(weights: Float64Array, state: UserState, count: number, random: Random): number[] {
  for (const item of state.items) weights[item] = 0;
  const drawn: number[] = [];
  while (drawn.length < count) {
    const item = drawWeighted(weights, random);
    if (item === -1) break;
    drawn.push(item);
    weights[item] = 0;
  }
  return drawn;
}
