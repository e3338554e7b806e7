import { checkInteger, checkObject, counted, InvalidOptionError } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { checkEpisodes, type Episodes } from './episodes.js';

/*
 * Windows are measured in interactions, the budget of a deployment. A session belongs to the window in which it starts,
 * with its whole reward and length, even if it ends after the window: assigning sessions by their end would remove the
 * long ones, which are the good ones, from the early window. Sessions without a logged end are not counted, so whoever
 * writes the log lets sessions that start within the budget run to their end.
 */

/** The budget of a deployment. */
export interface RunLength {
  /** Budget: interactions over all sessions. Rows of the log beyond it only finish sessions. */
  readonly interactions: number;
}

/** A window at one end of a deployment. */
export interface WindowOptions extends RunLength {
  /** Share of the interactions, above 0 and at most 1. */
  readonly share?: number;
}

/**
 * Mean reward of the sessions that started with `from <= start < to`, in interactions; null without such sessions.
 * @throws {InvalidOptionError} if an end of the window is not an integer, or the log has fewer rows than `to`.
 */
export function meanRewardOfSessions(episodes: Episodes, from: number, to: number): number | null {
  checkEpisodes(episodes);
  checkInteger('from', from, 0);
  checkInteger('to', to, from);
  checkRows('to', to, rowsOf(episodes));
  return meanOf(episodes, episodes.reward, from, to);
}

/**
 * Mean reward of the sessions that started in the first `share` (default 0.05) of the interactions. Null if no such
 * session ended.
 * @throws {InvalidOptionError} if an option is out of range or the log has fewer rows than `interactions`.
 */
export function earlyReward(episodes: Episodes, options: WindowOptions): number | null {
  checkArguments(episodes, options);
  const { interactions, share = 0.05 } = options;
  checkWindow(interactions, share);
  checkRows('interactions', interactions, rowsOf(episodes));
  return meanOf(episodes, episodes.reward, 0, boundary(interactions, share));
}

/**
 * Mean reward of the sessions that started in the last `share` (default 0.1) of the interactions. Null if no such
 * session ended.
 * @throws {InvalidOptionError} if an option is out of range or the log has fewer rows than `interactions`.
 */
export function finalReward(episodes: Episodes, options: WindowOptions): number | null {
  checkArguments(episodes, options);
  const { interactions, share = 0.1 } = options;
  checkWindow(interactions, share);
  checkRows('interactions', interactions, rowsOf(episodes));
  return meanOf(episodes, episodes.reward, boundary(interactions, 1 - share), interactions);
}

/**
 * Mean number of interactions of the sessions that started within the budget. Null if none ended.
 * @throws {InvalidOptionError} if an option is out of range or the log has fewer rows than `interactions`.
 */
export function meanLength(episodes: Episodes, options: RunLength): number | null {
  checkArguments(episodes, options);
  const { interactions } = options;
  checkWindow(interactions, 1);
  checkRows('interactions', interactions, rowsOf(episodes));
  return meanOf(episodes, episodes.length, 0, interactions);
}

/**
 * Sum of the rewards of the first `interactions` rows, including those of unfinished sessions.
 * @throws {InvalidOptionError} if an option is out of range or the log has fewer rows.
 */
export function cumulativeReward(log: InteractionLog, options: RunLength): number {
  checkLog(log);
  checkObject('options', options, OPTIONS);
  const { interactions } = options;
  checkWindow(interactions, 1);
  checkRows('interactions', interactions, log.reward.length);
  let sum = 0;
  for (let row = 0; row < interactions; row++) sum += log.reward[row];
  return sum;
}

/** A learning curve: mean reward per session in windows of interactions. */
export interface RewardCurve {
  /** `[points]`: interactions at the end of each window. */
  readonly interactions: readonly number[];
  /** `[points]`: mean reward of the sessions that started in the window; null without such sessions. */
  readonly reward: readonly (number | null)[];
}

/** Maximum number of points; each point is a pass over all sessions. */
const MAX_POINTS = 100_000;

/**
 * Mean reward per session in `points` windows of equal size: at most one per interaction, and at most 100,000. Default
 * 20, or `interactions` if that is less.
 * @throws {InvalidOptionError} if an option is out of range or the log has fewer rows than `interactions`.
 */
export function rewardCurve(episodes: Episodes, options: RunLength & { readonly points?: number }): RewardCurve {
  checkArguments(episodes, options);
  const { interactions, points = Math.min(20, Math.floor(interactions)) } = options;
  checkWindow(interactions, 1);
  checkInteger('points', points, 1);
  if (points > interactions) {
    throw new InvalidOptionError('points', points, `at most ${interactions}, one per interaction`);
  }
  if (points > MAX_POINTS) throw new InvalidOptionError('points', points, `at most ${MAX_POINTS}`);
  checkRows('interactions', interactions, rowsOf(episodes));
  const ends = Array.from({ length: points }, (_, k) => (interactions * (k + 1)) / points);
  return {
    interactions: ends,
    reward: ends.map((end, k) => meanOf(episodes, episodes.reward, k === 0 ? 0 : ends[k - 1], end)),
  };
}

/**
 * The first whole interaction at or after a share of the budget. A product such as `0.07 * 100` is slightly above 7 in
 * doubles, which would move a session to the next window; the factor corrects this.
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

const OPTIONS = 'an object with interactions';

function checkArguments(episodes: Episodes, options: RunLength): void {
  checkEpisodes(episodes);
  checkObject('options', options, OPTIONS);
}

/** Number of rows of the log; every row belongs to a session. */
function rowsOf({ length }: Episodes): number {
  let rows = 0;
  for (const own of length) rows += own;
  return rows;
}

/** The value of a window beyond the log would look like that of a longer deployment. */
function checkRows(option: string, value: number, rows: number): void {
  if (value <= rows) return;
  throw new InvalidOptionError(option, value, `at most the ${counted(rows, 'row')} of the log`);
}

function checkLog(log: InteractionLog): void {
  const expected = 'a log with the columns session and reward';
  checkObject('log', log, expected);
  if (log.session === undefined || log.reward === undefined) throw new InvalidOptionError('log', log, expected);
}

function checkWindow(interactions: number, share: number): void {
  if (!(interactions >= 1 && interactions < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('interactions', interactions, 'a number of at least 1');
  }
  if (!(share > 0 && share <= 1)) throw new InvalidOptionError('share', share, 'a number above 0 and at most 1');
}
