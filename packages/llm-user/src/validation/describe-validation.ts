import type { Estimate } from './estimate.js';
import type { ValidationReport } from './validate-source.js';

/** Below this a source hardly tells anything apart: nearly all of its answers are the same. */
const ONE_SIDED = 0.03;
/** From this difference on the order of candidates counts. */
const NOTABLE_BONUS = 0.05;

/** What a report comes to, in plain sentences: first what matters most. */
export function describeValidation(report: ValidationReport): string[] {
  const { summary, yesShare, auc, popularity, calibrationError, position, rewardModel } = report;
  const lines = [verdict(report)];
  if (auc.byUser !== null && auc.overall !== null) {
    lines.push(
      `Agreement with real feedback: AUC ${show(auc.byUser)} by user, ${auc.overall.toFixed(3)} overall (0.5 is chance).`,
    );
  }
  if (report.randomAuc?.byUser) {
    const { byUser, popularity: theirs } = report.randomAuc;
    const beside = theirs === null ? '' : `; popularity ${show(theirs)}`;
    lines.push(`Of liked items against random ones: AUC ${show(byUser)} by user${beside}.`);
  }
  if (popularity?.auc && popularity.gain) {
    lines.push(
      `Popularity on the same questions: AUC ${show(popularity.auc)}; the model is better by ${show(popularity.gain)}.`,
    );
  }
  if (yesShare !== null) {
    const oneSided = yesShare < ONE_SIDED || yesShare > 1 - ONE_SIDED;
    const warning = oneSided ? ' It says nearly the same of everything: its answers tell little apart.' : '';
    lines.push(
      `It says yes to ${percent(yesShare)} of the candidates; ${percent(report.likedShare ?? 0)} were really liked.${warning}`,
    );
  }
  if (position !== null) {
    const { agreement, chanceAgreement, firstHalfBonus } = position;
    const side = firstHalfBonus > 0 ? 'first' : 'last';
    const bias =
      Math.abs(firstHalfBonus) >= NOTABLE_BONUS ? ` It favours what stands ${side}: shuffle candidates.` : '';
    lines.push(
      `With the candidates in reverse it answers the same for ${percent(agreement)} of them (${percent(chanceAgreement)} would be chance: it says yes to ${percent(yesShare ?? 0)}); standing in the first half is worth ${signed(firstHalfBonus)}.${bias}`,
    );
  }
  if (calibrationError !== null) lines.push(`Calibration error of its answers: ${calibrationError.toFixed(3)}.`);
  if (rewardModel !== null) {
    const { auc: fit, calibrationError: error } = rewardModel;
    lines.push(
      `The reward model follows its answers with AUC ${fit.toFixed(3)}, calibration error ${error.toFixed(3)}.`,
    );
  }
  lines.push(failures(summary));
  return lines;
}

function verdict({ auc, popularity, summary }: ValidationReport): string {
  if (auc.byUser === null) return `Nothing can be said of this model: ${summary.answered} questions were answered.`;
  if (auc.byUser.upper < 0.5) return 'This model is worse than chance: users like what it says they do not.';
  if (auc.byUser.lower <= 0.5) return 'This model is no better than chance: do not pre-train on its answers alone.';
  if (!popularity?.gain)
    return 'This model is better than chance; whether it is better than popularity was not measured.';
  if (popularity.gain.upper < 0) return 'This model is better than chance, and worse than popularity.';
  if (popularity.gain.lower <= 0) return 'This model is better than chance, and no better than popularity.';
  return 'This model is better than chance, and better than popularity.';
}

function failures({ failed, done, failuresByKind, repairs, stopped }: ValidationReport['summary']): string {
  const kinds = Object.entries(failuresByKind).map(([kind, count]) => `${count} ${kind}`);
  const why = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
  const end = stopped === undefined ? '' : ` ${stopped}`;
  return `${failed} of ${done} questions failed${why}; ${repairs} replies were asked for once more.${end}`;
}

function show({ mean, lower, upper }: Estimate): string {
  return `${mean.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}
