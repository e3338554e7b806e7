import { createRandom, type Random } from '@ialp/core';

/** What the checks make up states with. */
export interface ConformanceOptions {
  /** Makes a generator for a seed. Default `createRandom`. */
  readonly createRandom?: (seed: number) => Random;
  /** Interactions that the made-up states show. Default 10; the checks of a network ask the network. */
  readonly historyLength?: number;
  /** The least and the greatest made-up feedback. Default 0 and 1. */
  readonly feedback?: readonly [minimum: number, maximum: number];
}

/** The seed of the checks. */
export const SEED = 20250113;

/** A generator of the checks. */
export function makeRandom({ createRandom: make = createRandom }: ConformanceOptions, seed = SEED): Random {
  return make(seed);
}
