import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/** Options of `createPatienceRule`. */
export interface PatienceRuleOptions {
  /** Consecutive misses after which the user leaves. At least 1. */
  readonly misses: number;
  /**
   * A reward below this is a miss. Default 0.5, for feedback of 0 and 1. Rewards are stored in single precision, so the threshold
   * is rounded to it: a reward of 0.7 is not below a threshold of 0.7.
   */
  readonly missThreshold?: number;
}

/**
 * The user leaves after a number of consecutive misses. A miss is a turn with a low reward, or a slate from which the user
 * chose nothing.
 * @throws {InvalidOptionError}
 */
export function createPatienceRule(options: PatienceRuleOptions): TerminationRule {
  checkOptions(options, '{ misses: 4 }', ['misses', 'missThreshold']);
  const { misses, missThreshold = 0.5 } = options;
  checkInteger('misses', misses, 1);
  if (!Number.isFinite(missThreshold)) throw new InvalidOptionError('missThreshold', missThreshold, 'a finite number');
  const threshold = Math.fround(missThreshold);
  return {
    specificationVersion: 'v1',
    window: 0,
    stateSize: 1,
    terminates(session, _random, state) {
      state[0] = Math.fround(session.reward) < threshold ? state[0] + 1 : 0;
      return state[0] >= misses;
    },
  };
}
