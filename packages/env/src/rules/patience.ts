import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { ExitRule } from './termination-rule.js';

/** Options of `patience`. */
export interface PatienceOptions {
  /** Misses in a row after which the person leaves. At least 1. */
  readonly misses: number;
  /**
   * A reward below this is a miss. Default 0.5, for feedback of 0 and 1. Rewards are in single precision, so the threshold is
   * rounded to it: a reward of 0.7 is not below a threshold of 0.7.
   */
  readonly threshold?: number;
}

/**
 * The person leaves after a number of misses in a row. A miss is a turn with too small a reward: of a slate, one from
 * which nothing was taken.
 * @throws {InvalidOptionError}
 */
export function patience(options: PatienceOptions): ExitRule {
  checkOptions(options, '{ misses: 4 }');
  const { misses, threshold = 0.5 } = options;
  checkInteger('misses', misses, 1);
  if (!Number.isFinite(threshold)) throw new InvalidOptionError('threshold', threshold, 'a finite number');
  const limit = Math.fround(threshold);
  return {
    window: 0,
    stateSize: 1,
    leaves(session, _random, state) {
      state[0] = Math.fround(session.reward) < limit ? state[0] + 1 : 0;
      return state[0] >= misses;
    },
  };
}
