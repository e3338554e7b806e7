import { createRandom, type Random } from '@ialp/core';

/** Options of the checks: how synthetic states are made. */
export interface ConformanceOptions {
  /** Makes a generator for a seed. Default `createRandom`. */
  readonly createRandom?: (seed: number) => Random;
  /** Interactions in a state's history. Default 10; the checks of a network use the network's. */
  readonly historyLength?: number;
  /** Range of the feedback. Default 0 to 1. */
  readonly feedback?: readonly [minimum: number, maximum: number];
  /**
   * Whether a policy's later distributions depend on what was sampled from earlier ones, as where it counts what it shows, or assigns
   * sessions. Default false: sampling does not change its probabilities.
   */
  readonly samplingChangesPolicy?: boolean;
}

/** The seed of the checks. */
export const SEED = 20250113;

/** A generator of the checks. */
export function makeRandom({ createRandom: make = createRandom }: ConformanceOptions, seed = SEED): Random {
  return make(seed);
}
