import { checkNumber, checkShare, InvalidOptionError } from '@ialp/core';
import type { Gate } from '../gate.js';

/** How the weight moves from start to end; see `createAnnealedGate`. */
export type AnnealingShape = 'linear' | 'cosine' | 'exponential';

/** Options of `createAnnealedGate`. */
export interface AnnealedGateOptions {
  /** Share of the pre-trained policy at the first interaction (`w0`). Default 1. */
  readonly from?: number;
  /** Share after `interactions` and from then on (`w1`). Default 0. */
  readonly to?: number;
  /** Interactions that the way takes. At least 1. */
  readonly interactions: number;
  /** Default `linear`. */
  readonly shape?: AnnealingShape;
}

/** What is left of the way at the end of an exponential decay, before it is cut to 0. */
const EXPONENTIAL_REST = 0.01;

/** Share of the way that is still to go, for the share of the interactions that has passed. */
const REMAINING: Record<AnnealingShape, (passed: number) => number> = {
  linear: (passed) => 1 - passed,
  cosine: (passed) => (1 + Math.cos(Math.PI * passed)) / 2,
  exponential: (passed) => (EXPONENTIAL_REST ** passed - EXPONENTIAL_REST) / (1 - EXPONENTIAL_REST),
};

/**
 * From one share to another over a number of interactions, `w = to + (from - to) remaining(t / interactions)`:
 * evenly (`linear`), slowly at both ends (`cosine`), or fast at first (`exponential`: down to 1 % of the way, shifted so
 * that it ends at `to`).
 * @throws {InvalidOptionError}
 */
export function createAnnealedGate({ from = 1, to = 0, interactions, shape = 'linear' }: AnnealedGateOptions): Gate {
  checkShare('from', from);
  checkShare('to', to);
  checkNumber('interactions', interactions, 1);
  const remaining = REMAINING[shape];
  if (remaining === undefined) throw new InvalidOptionError('shape', shape, Object.keys(REMAINING).join(', '));
  return {
    specificationVersion: 'v1',
    weigh(context, weights) {
      const passed = Math.min(1, context.interactions / interactions);
      weights.fill(to + (from - to) * remaining(passed));
    },
  };
}
