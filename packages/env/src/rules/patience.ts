import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/** Options of `createPatienceRule`. */
export interface PatienceRuleOptions {
  /** Misses in a row after which the person leaves. At least 1. */
  readonly misses: number;
  /**
   * A reward below this is a miss. Default 0.5, for feedback of 0 and 1. Rewards are in single precision, so the threshold is
   * rounded to it: a reward of 0.7 is not below a threshold of 0.7.
   */
  readonly missThreshold?: number;
}

/**
 * The person leaves after a number of misses in a row. A miss is a turn with too small a reward: of a slate, one from
 * which nothing was taken.
 * @throws {InvalidOptionError}
 */
export function createPatienceRule(options: PatienceRuleOptions): TerminationRule {
  checkOptions(options, '{ misses: 4 }');
  const { misses, missThreshold = 0.5 } = options;
  checkInteger('misses', misses, 1);
  if (!Number.isFinite(missThreshold)) throw new InvalidOptionError('missThreshold', missThreshold, 'a finite number');
  const limit = Math.fround(missThreshold);
  return {
    specificationVersion: 'v1',
    window: 0,
    stateSize: 1,
    terminates(session, _random, state) {
      state[0] = Math.fround(session.reward) < limit ? state[0] + 1 : 0;
      return state[0] >= misses;
    },
  };
}
