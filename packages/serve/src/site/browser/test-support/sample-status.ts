import type { ArmStatus, RecommenderStatus } from '../../../recommender.js';

const NOTHING: ArmStatus = { sessions: 0, reward: null, lower: null, upper: null };

/** The status of a healthy deployment, with some fields changed. */
export function statusWith(changes: Partial<RecommenderStatus> = {}): RecommenderStatus {
  return {
    mode: 'live',
    ...{ decisions: 0, feedback: 0, lateFeedback: 0, unmatchedFeedback: 0, repeatedFeedback: 0 },
    ...{ learned: 0, updates: 0, policy: 1, weight: null, lagSeconds: 0 },
    ...{
      openSessions: 0,
      openDecisions: 0,
      items: 10,
      damagedEvents: 0,
      unloggedDecisions: 0,
      logFailing: false,
      agreement: null,
    },
    arms: { pretrained: NOTHING, online: NOTHING, mixed: NOTHING, baseline: NOTHING },
    figures: {},
    ...changes,
  };
}
