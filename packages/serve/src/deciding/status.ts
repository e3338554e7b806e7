import { Arms } from '../learning/arms.js';
import type { RecommenderStatus } from '../recommender.js';
import type { Follower } from './follower.js';

/** What a recommender tells of its deployment. */
export function statusOf(
  { state, offer, writer, policyVersion, progress, newest, damagedEvents }: Follower,
  own: Pick<RecommenderStatus, 'mode' | 'agreement'>,
): RecommenderStatus {
  return {
    ...own,
    ...state.counts,
    learned: progress?.learned ?? 0,
    updates: progress?.updates ?? 0,
    policy: policyVersion,
    weight: progress?.weight ?? null,
    lagSeconds: progress === undefined ? null : lagOf(progress, newest, Date.now()),
    openSessions: state.visits.size,
    openDecisions: state.decisions.size,
    items: offer.index.size,
    unloggedDecisions: writer.unloggedDecisions,
    logFailing: writer.isFailing,
    damagedEvents: Math.max(damagedEvents, progress?.damagedEvents ?? 0),
    arms: progress?.arms ?? new Arms().status(),
    figures: progress?.figures ?? {},
  };
}

/** Age in seconds of the oldest event that the learner had not read when it last reported; null if it had read none at all. */
function lagOf(
  { readUntil, isCaughtUp, at }: { readonly readUntil: number; readonly isCaughtUp: boolean; readonly at: number },
  newest: number,
  now: number,
): number | null {
  if (newest <= readUntil) return 0;
  if (readUntil === 0 && !isCaughtUp) return null;
  // A learner that had read everything has missed at most what came since it reported.
  return Math.max(0, now - (isCaughtUp ? Math.max(at, readUntil) : readUntil)) / 1000;
}
