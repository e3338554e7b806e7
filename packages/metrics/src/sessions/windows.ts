import { checkInteger, InvalidOptionError } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import type { Episodes } from './episodes.js';

/*
 * Windows are measured in interactions, since that is what a deployment is given. A session counts in the window in
 * which it began, with its whole reward and length, even if it ends after the window: counting sessions by their end
 * would leave the long ones, which are the good ones, out of the early window. Sessions of which the log does not show
 * the end are not counted; whoever makes the log lets those that began within the budget run to their end.
 */

/** The budget of a deployment. */
export interface RunLength {
  /** Interactions that the deployment had, over all sessions. What the log holds beyond them only finishes sessions. */
  readonly interactions: number;
}

/** A window at one end of a deployment. */
export interface WindowOptions extends RunLength {
  /** Its share of the interactions, above 0 and at most 1. */
  readonly share?: number;
}

/** Mean reward of the sessions that began with `from <= start < to`, or null where none did. */
export function meanRewardOfSessions(episodes: Episodes, from: number, to: number): number | null {
  return meanOf(episodes, episodes.reward, from, to);
}

/**
 * Mean reward of the sessions that began in the first `share` (default 0.05) of the interactions: what the first people
 * met. Null where no such session ended.
 * @throws {InvalidOptionError}
 */
export function earlyReward(episodes: Episodes, { interactions, share = 0.05 }: WindowOptions): number | null {
  checkWindow(interactions, share);
  return meanRewardOfSessions(episodes, 0, boundary(interactions, share));
}

/**
 * Mean reward of the sessions that began in the last `share` (default 0.1) of the interactions: what was reached. Null
 * where no such session ended.
 * @throws {InvalidOptionError}
 */
export function finalReward(episodes: Episodes, { interactions, share = 0.1 }: WindowOptions): number | null {
  checkWindow(interactions, share);
  return meanRewardOfSessions(episodes, boundary(interactions, 1 - share), interactions);
}

/**
 * Mean number of interactions of the sessions that began within the budget. Null where none ended.
 * @throws {InvalidOptionError}
 */
export function meanLength(episodes: Episodes, { interactions }: RunLength): number | null {
  checkWindow(interactions, 1);
  return meanOf(episodes, episodes.length, 0, interactions);
}

/**
 * Sum of the rewards of the first `interactions` rows, finished sessions or not.
 * @throws {InvalidOptionError} also where the log has fewer rows.
 */
export function cumulativeReward(log: InteractionLog, { interactions }: RunLength): number {
  checkWindow(interactions, 1);
  if (log.reward.length < interactions) {
    throw new InvalidOptionError('interactions', interactions, `at most the ${log.reward.length} rows of the log`);
  }
  let sum = 0;
  for (let row = 0; row < interactions; row++) sum += log.reward[row];
  return sum;
}

/** A learning curve. */
export interface RewardCurve {
  /** `[points]`: interactions at the end of each window. */
  readonly interactions: readonly number[];
  /** `[points]`: mean reward of the sessions that began in the window; null where there were none. */
  readonly reward: readonly (number | null)[];
}

/** Each point is a pass over all sessions. */
const MOST_POINTS = 100_000;

/**
 * Mean reward of sessions in `points` windows of equal size: at most one for each interaction, and at most 100,000. Default 20, or
 * `interactions` where these are fewer.
 * @throws {InvalidOptionError}
 */
export function rewardCurve(
  episodes: Episodes,
  { interactions, points = Math.min(20, Math.floor(interactions)) }: RunLength & { readonly points?: number },
): RewardCurve {
  checkWindow(interactions, 1);
  checkInteger('points', points, 1);
  if (points > interactions) {
    throw new InvalidOptionError('points', points, `at most ${interactions}, one for each interaction`);
  }
  if (points > MOST_POINTS) throw new InvalidOptionError('points', points, `at most ${MOST_POINTS}`);
  const ends = Array.from({ length: points }, (_, k) => (interactions * (k + 1)) / points);
  return {
    interactions: ends,
    reward: ends.map((end, k) => meanRewardOfSessions(episodes, k === 0 ? 0 : ends[k - 1], end)),
  };
}

/**
 * The first whole interaction at or after a share of the budget. A product like `0.07 * 100` is a little above 7 in
 * doubles, which would move a session from one window to the next; the factor takes that much back.
 */
function boundary(interactions: number, share: number): number {
  return Math.ceil(interactions * share * (1 - 1e-12));
}

function meanOf(
  { start, ended }: Episodes,
  values: Int32Array | Float64Array,
  from: number,
  to: number,
): number | null {
  let sum = 0;
  let count = 0;
  for (let session = 0; session < start.length; session++) {
    if (ended[session] === 0 || start[session] < from || start[session] >= to) continue;
    sum += values[session];
    count++;
  }
  return count === 0 ? null : sum / count;
}

function checkWindow(interactions: number, share: number): void {
  if (!(interactions >= 1 && interactions < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('interactions', interactions, 'a number of at least 1');
  }
  if (!(share > 0 && share <= 1)) throw new InvalidOptionError('share', share, 'a number above 0 and at most 1');
}
