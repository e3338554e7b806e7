import { checkInteger } from '@ialp/core';
import { checkEpisodes, type Episodes } from './episodes.js';

/** The share of sessions that continue beyond each turn. */
export interface SurvivalCurve {
  /** `[turns]`: 1, 2, ... up to the longest session. */
  readonly turn: Int32Array;
  /** `[turns]`: the probability that a user stays beyond the turn. */
  readonly survival: Float64Array;
  /**
   * `[turns]`: standard error by Greenwood's formula. NaN where all or no sessions have continued (survival 1 or 0;
   * always with one session): a standard error of 0 would claim certainty.
   */
  readonly standardError: Float64Array;
  /** `[turns]`: number of sessions that reached the turn. */
  readonly atRisk: Int32Array;
}

/**
 * The survival curve of sessions by Kaplan and Meier (1958). Sessions that were truncated or are still open are
 * censored. Counting them as sessions whose user left would underestimate a good policy under a turn limit. Standard
 * error: Greenwood (1926).
 */
export function survivalCurve(episodes: Episodes): SurvivalCurve {
  checkEpisodes(episodes);
  const { length, terminated } = episodes;
  const longest = length.reduce((most, turns) => Math.max(most, turns), 0);
  const left = new Int32Array(longest + 1);
  const lasted = new Int32Array(longest + 1);
  for (let k = 0; k < length.length; k++) {
    lasted[length[k]]++;
    if (terminated[k] === 1) left[length[k]]++;
  }
  const curve = {
    turn: Int32Array.from({ length: longest }, (_, k) => k + 1),
    survival: new Float64Array(longest),
    standardError: new Float64Array(longest),
    atRisk: new Int32Array(longest),
  };
  let atRisk = length.length - lasted[0];
  let survival = 1;
  let variance = 0;
  for (let turn = 1; turn <= longest; turn++) {
    survival *= 1 - left[turn] / atRisk;
    if (left[turn] < atRisk) variance += left[turn] / (atRisk * (atRisk - left[turn]));
    curve.atRisk[turn - 1] = atRisk;
    curve.survival[turn - 1] = survival;
    curve.standardError[turn - 1] = survival > 0 && survival < 1 ? survival * Math.sqrt(variance) : Number.NaN;
    atRisk -= lasted[turn];
  }
  return curve;
}

/**
 * Retention: the probability that a user stays beyond `turns` turns, by `survivalCurve`. Null if no session was
 * observed for that long and some users had not left before.
 * @throws {InvalidOptionError} if `turns` is not an integer of at least 1.
 */
export function retention(episodes: Episodes, turns: number): number | null {
  checkInteger('turns', turns, 1);
  const { survival } = survivalCurve(episodes);
  if (turns <= survival.length) return survival[turns - 1];
  return survival.at(-1) === 0 ? 0 : null;
}
