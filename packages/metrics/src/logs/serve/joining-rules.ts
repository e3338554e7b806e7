import { checkNumber, checkObject, checkOneOf, checkOptionNames, checkPositive } from '@ialp/core';

/** How decisions are joined with their rewards: the rules of the deployment, and its defaults. */
export interface JoiningRules {
  /** How long after a decision its feedback counts, in milliseconds. Default 600,000 (10 minutes). */
  readonly feedbackWindowMs?: number;
  /**
   * How long feedback counts after the end of its session was reported, within the feedback window, in milliseconds. 0: nothing that the log has after
   * the end counts. Default 2,000.
   */
  readonly endGraceMs?: number;
  /** How rewards of one decision are combined: their sum, the last for each item, or the first alone. Default `sum`. */
  readonly rewards?: 'sum' | 'last' | 'first';
  /** Reward of a decision without feedback. Default 0. */
  readonly defaultReward?: number;
  /** A session without a decision for so long has ended, in milliseconds. Default 1,800,000 (30 minutes). */
  readonly idleTimeoutMs?: number;
  /** The time at which the log is read, in milliseconds since 1970: windows that are open then are not joined. Default: now. */
  readonly now?: number;
}

const NAMES = ['feedbackWindowMs', 'endGraceMs', 'rewards', 'defaultReward', 'idleTimeoutMs', 'now'];

/** The rules with their defaults. @throws {InvalidOptionError} */
export function checkJoiningRules(rules: JoiningRules): Required<JoiningRules> {
  checkObject('rules', rules, 'an object, such as { feedbackWindowMs: 600_000 }');
  checkOptionNames(rules, NAMES);
  const {
    feedbackWindowMs = 600_000,
    endGraceMs = 2_000,
    rewards = 'sum',
    defaultReward = 0,
    idleTimeoutMs = 1_800_000,
    now = Date.now(),
  } = rules;
  checkPositive('feedbackWindowMs', feedbackWindowMs);
  checkNumber('endGraceMs', endGraceMs, 0);
  checkOneOf('rewards', rewards, ['sum', 'last', 'first']);
  checkNumber('defaultReward', defaultReward);
  checkPositive('idleTimeoutMs', idleTimeoutMs);
  checkNumber('now', now);
  return { feedbackWindowMs, endGraceMs, rewards, defaultReward, idleTimeoutMs, now };
}
