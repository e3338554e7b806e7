import { checkInteger } from '@ialp/core';
import type { Episodes } from './episodes.js';

/** How many sessions are still there after each turn. */
export interface SurvivalCurve {
  /** `[turns]`: 1, 2, ... up to the longest session. */
  readonly turn: Int32Array;
  /** `[turns]`: the probability that a person stays beyond the turn. */
  readonly survival: Float64Array;
  /**
   * `[turns]`: standard error, by Greenwood's formula. NaN where sessions show no spread, since all or none have gone on (a survival of 1
   * or 0; always with one session): an error of 0 would claim certainty.
   */
  readonly standardError: Float64Array;
  /** `[turns]`: sessions that were watched up to the turn. */
  readonly atRisk: Int32Array;
}

/**
 * The survival curve of sessions by Kaplan and Meier (1958): a person who left counts as having left, a session that was cut or is
 * still open only as having lasted so long. To take those for people who left would make a good policy with a turn limit look
 * bad. Error: Greenwood (1926).
 */
export function survivalCurve({ length, terminated }: Episodes): SurvivalCurve {
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
 * Retention: the probability that a person stays beyond `turns` turns, by `survivalCurve`. Null where no session was watched for so
 * long and not all people had left before.
 * @throws {InvalidOptionError}
 */
export function retention(episodes: Episodes, turns: number): number | null {
  checkInteger('turns', turns, 1);
  const { survival } = survivalCurve(episodes);
  if (turns <= survival.length) return survival[turns - 1];
  return survival.at(-1) === 0 ? 0 : null;
}
