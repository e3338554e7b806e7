import { checkInteger, checkShare } from '@ialp/core';

/** An exploration rate that decays linearly. */
export interface EpsilonOptions {
  /** Initial exploration rate: probability of a random allowed item. Default 1. */
  readonly epsilonStart?: number;
  /** Final exploration rate. Default 0.05. */
  readonly epsilonEnd?: number;
  /** Interactions over which the exploration rate decays linearly from `epsilonStart` to `epsilonEnd`. Default 10,000. */
  readonly epsilonDecaySteps?: number;
}

/** Names of the options. */
export const EPSILON_NAMES: readonly (keyof EpsilonOptions)[] = ['epsilonStart', 'epsilonEnd', 'epsilonDecaySteps'];

/** The rate after a number of interactions. @throws {InvalidOptionError} */
export function decayingEpsilon({
  epsilonStart = 1,
  epsilonEnd = 0.05,
  epsilonDecaySteps = 10_000,
}: EpsilonOptions): (interactions: number) => number {
  checkInteger('epsilonDecaySteps', epsilonDecaySteps, 1);
  for (const [option, value] of Object.entries({ epsilonStart, epsilonEnd })) checkShare(option, value);
  return (interactions) => epsilonEnd + (epsilonStart - epsilonEnd) * Math.max(0, 1 - interactions / epsilonDecaySteps);
}
