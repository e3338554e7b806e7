import { createConfidenceSequence, type SequenceInterval } from '../../sequential/confidence-sequence.js';
import { createDifferenceSequence } from '../../sequential/difference-sequence.js';
import type { JoinedDecision } from './join-decisions.js';
import { selectDecisions } from './serve-log.js';

/** Reward per session of the learner's policy and of the baseline, with intervals that are valid at all times. */
export interface ArmComparison {
  readonly learner: SequenceInterval;
  readonly baseline: SequenceInterval;
  /** The learner's mean minus the baseline's. */
  readonly difference: SequenceInterval;
}

/** Options of `compareArms`. */
export interface CompareArmsOptions {
  /** Smallest and largest possible reward of a session. */
  readonly range: readonly [least: number, greatest: number];
  /** Confidence of each interval. Default 0.95. */
  readonly confidence?: number;
}

/**
 * Compares the sessions that a baseline served with those of the learner, which the option `baseline` of `createRecommender` divides at random. Only
 * whole sessions that have ended count, in the order in which they began. The intervals hold however often they are looked at.
 * @throws {InvalidOptionError} if an option is invalid, or the reward of a session is outside the range.
 */
export function compareArms(decisions: readonly JoinedDecision[], options: CompareArmsOptions): ArmComparison {
  const difference = createDifferenceSequence(options);
  const learner = createConfidenceSequence(options);
  const baseline = createConfidenceSequence(options);
  const sessions = new Map<number, { isBaseline: boolean; reward: number }>();
  for (const { event, reward } of selectDecisions(decisions, { wholeSessions: true })) {
    const session = sessions.get(event.key) ?? { isBaseline: event.arm === 'baseline', reward: 0 };
    session.reward += reward;
    sessions.set(event.key, session);
  }
  for (const { isBaseline, reward } of sessions.values()) {
    difference.add(isBaseline ? 'second' : 'first', reward);
    (isBaseline ? baseline : learner).add(reward);
  }
  return { learner: learner.interval(), baseline: baseline.interval(), difference: difference.interval() };
}
