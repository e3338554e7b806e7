import { checkNumber, checkObject, checkOneOf, checkOptionNames, checkShare } from '@ialp/core';
import type { Gate } from '../gate.js';

/** Shape of the schedule; see `createAnnealedGate`. */
export type AnnealingShape = 'linear' | 'cosine' | 'exponential';

/** Options of `createAnnealedGate`. */
export interface AnnealedGateOptions {
  /** Weight of the pre-trained policy at the first interaction. Default 1. */
  readonly from?: number;
  /** Weight after `interactions`, and from then on. Default 0. */
  readonly to?: number;
  /** Length of the schedule in interactions. At least 1. */
  readonly interactions: number;
  /** Default `linear`. */
  readonly shape?: AnnealingShape;
}

/** Value of the exponential decay at the end of the schedule, before it is shifted to 0. */
const EXPONENTIAL_END = 0.01;

/** Remaining share of the change, by the share of the interactions that has passed. */
const REMAINING: Record<AnnealingShape, (passed: number) => number> = {
  linear: (passed) => 1 - passed,
  cosine: (passed) => (1 + Math.cos(Math.PI * passed)) / 2,
  exponential: (passed) => (EXPONENTIAL_END ** passed - EXPONENTIAL_END) / (1 - EXPONENTIAL_END),
};

const OPTION_NAMES: readonly (keyof AnnealedGateOptions)[] = ['from', 'to', 'interactions', 'shape'];
const SHAPES: readonly AnnealingShape[] = ['linear', 'cosine', 'exponential'];

/**
 * Anneals the weight from one value to another over a number of interactions, `w = to + (from - to) remaining(t / interactions)`:
 * `linear`, `cosine` (slow at both ends) or `exponential` (fast at first: a decay to 1 %, shifted so that it ends at `to`).
 * @throws {InvalidOptionError}
 */
export function createAnnealedGate(options: AnnealedGateOptions): Gate {
  checkObject('options', options, 'an object, such as { interactions: 10_000 }');
  checkOptionNames(options, OPTION_NAMES);
  const { from = 1, to = 0, interactions, shape = 'linear' } = options;
  checkShare('from', from);
  checkShare('to', to);
  checkNumber('interactions', interactions, 1);
  const remaining = REMAINING[checkOneOf('shape', shape, SHAPES)];
  return {
    specificationVersion: 'v2',
    weigh(context, weights) {
      const passed = Math.min(1, context.interactions / interactions);
      weights.fill(to + (from - to) * remaining(passed));
    },
  };
}
