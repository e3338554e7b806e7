import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptionNames, checkPositive } from '@ialp/core';

/** How rewards of one decision are combined: their sum, the last for each item, or the first alone, after which no other counts. */
export type RewardRule = 'sum' | 'last' | 'first';

/** When feedback counts, and when a session has ended. All processes of a deployment need the same rules. */
export interface DeploymentRules {
  /** How long after a decision its feedback counts, in milliseconds. Default 600,000 (10 minutes). */
  readonly feedbackWindowMs?: number;
  /**
   * How long feedback counts after the end of its session was reported, within the feedback window, in milliseconds: what a page sends as it is closed
   * arrives in any order. 0: nothing that the log has after the end counts. Default 2,000.
   */
  readonly endGraceMs?: number;
  /**
   * How rewards of one decision are combined. With `first`, a decision is learned from without waiting for the rest of its window. Default
   * `sum`.
   */
  readonly rewards?: RewardRule;
  /** Reward of a decision without feedback. Default 0. */
  readonly defaultReward?: number;
  /** A session without a request or feedback for so long has ended: the user left. In milliseconds. Default 1,800,000 (30 minutes). */
  readonly idleTimeoutMs?: number;
  /** Decisions after which a session is cut off; the next request begins a new one. Default 1,000. */
  readonly maxTurns?: number;
  /** Open sessions; beyond this number, those that were idle for longest are cut off. Default 100,000. */
  readonly maxOpenSessions?: number;
  /** Interactions of a session that the policy sees. Default 10. */
  readonly historyLength?: number;
  /** Whether items may be shown again in a session. Default false. */
  readonly repeats?: boolean;
}

const NAMES: readonly (keyof DeploymentRules)[] = [
  ...([
    'feedbackWindowMs',
    'endGraceMs',
    'rewards',
    'defaultReward',
    'idleTimeoutMs',
    'maxTurns',
    'maxOpenSessions',
    'historyLength',
    'repeats',
  ] as const),
];

/** The rules with their defaults. @throws {InvalidOptionError} */
export function checkRules(rules: DeploymentRules): Required<DeploymentRules> {
  checkOptionNames(rules, NAMES, { option: 'rules' });
  const {
    feedbackWindowMs = 600_000,
    endGraceMs = 2_000,
    rewards = 'sum',
    defaultReward = 0,
    idleTimeoutMs = 1_800_000,
    maxTurns = 1_000,
    maxOpenSessions = 100_000,
    historyLength = 10,
    repeats = false,
  } = rules;
  for (const [option, value] of Object.entries({ feedbackWindowMs, idleTimeoutMs }))
    checkPositive(`rules.${option}`, value);
  checkNumber('rules.endGraceMs', endGraceMs, 0);
  checkOneOf('rules.rewards', rewards, ['sum', 'last', 'first']);
  checkNumber('rules.defaultReward', defaultReward);
  for (const [option, value] of Object.entries({ maxTurns, maxOpenSessions, historyLength }))
    checkInteger(`rules.${option}`, value, 1);
  checkBoolean('rules.repeats', repeats);
  const times = { feedbackWindowMs, endGraceMs, idleTimeoutMs };
  return { ...times, rewards, defaultReward, maxTurns, maxOpenSessions, historyLength, repeats };
}
