import type { Random } from '@ialp/env';

/** One rule of an interface. */
export interface ConformanceCheck {
  /** The rule in words. */
  readonly name: string;
  /** @throws {ConformanceError} where the implementation breaks the rule. */
  run(): void;
}

/** What the checks need from outside. */
export interface ConformanceOptions {
  /** Makes a generator for a seed: `createRandom` of `@ialp/env`. */
  readonly createRandom: (seed: number) => Random;
  /** Interactions that the made-up states show. Default 10; the checks of a network ask the network. */
  readonly historyLength?: number;
  /** The least and the greatest made-up feedback. Default 0 and 1. */
  readonly feedback?: readonly [minimum: number, maximum: number];
}

/** The seed of the checks. */
export const SEED = 20250113;
