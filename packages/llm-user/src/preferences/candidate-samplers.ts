import { type Catalogue, InvalidOptionError, type Random } from '@ialp/core';
import { checkCatalogue } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';
import { drawWeighted } from './catalogue-states.js';

/** Proposes items to ask about in a state; none that the user has met, no two the same, fewer where there are fewer. */
export type CandidateSampler = (state: UserState, count: number, random: Random) => number[];

/** Items drawn evenly. @param items how many the catalogue has. @throws {InvalidOptionError} */
export function createRandomSampler(items: number): CandidateSampler {
  if (!Number.isSafeInteger(items) || items < 1)
    throw new InvalidOptionError('items', items, 'the number of items, an integer of at least 1');
  return (state, count, random) => drawDistinct(new Float64Array(items).fill(1), state, count, random);
}

/** Items drawn by the catalogue's prior; evenly where it has none. @throws {InvalidOptionError} */
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
