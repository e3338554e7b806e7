import type { Estimate } from './estimate.js';
import type { ValidationReport } from './validate-source.js';

/** A share of yes (or no) below this means that nearly all answers are the same. */
const ONE_SIDED = 0.03;
/** Position effects of at least this size are reported as a bias. */
const NOTABLE_BONUS = 0.05;

/** Describes a report in sentences, the verdict first. */
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
    lines.push(`Liked items against random ones: AUC ${show(byUser)} by user${beside}.`);
  }
  if (popularity?.auc && popularity.gain) {
    lines.push(
      `Popularity on the same questions: AUC ${show(popularity.auc)}; the model is better by ${show(popularity.gain)}.`,
    );
  }
  if (yesShare !== null) {
    const oneSided = yesShare < ONE_SIDED || yesShare > 1 - ONE_SIDED;
    const warning = oneSided ? ' Nearly all of its answers are the same, so they separate little.' : '';
    lines.push(
      `It says yes to ${percent(yesShare)} of the candidates; ${percent(report.likedShare ?? 0)} were liked by the users.${warning}`,
    );
  }
  if (position !== null) {
    const { agreement, chanceAgreement, firstHalfBonus } = position;
    const side = firstHalfBonus > 0 ? 'first' : 'last';
    const bias = Math.abs(firstHalfBonus) >= NOTABLE_BONUS ? ` It favours the ${side} candidates: shuffle them.` : '';
    lines.push(
      `With the candidates reversed, ${percent(agreement)} of its answers stay the same (${percent(chanceAgreement)} would be chance: it says yes to ${percent(yesShare ?? 0)}); position bias: ${signed(firstHalfBonus)}.${bias}`,
    );
  }
  if (calibrationError !== null) lines.push(`Calibration error of its answers: ${calibrationError.toFixed(3)}.`);
  if (rewardModel !== null) {
    const { auc: fit, calibrationError: error } = rewardModel;
    const rank = fit === null ? 'no AUC, since they are all equal' : `AUC ${fit.toFixed(3)}`;
    lines.push(`The reward model predicts its answers with ${rank}, calibration error ${error.toFixed(3)}.`);
  }
  lines.push(failures(summary));
  return lines;
}

function verdict({ auc, popularity, summary }: ValidationReport): string {
  if (auc.byUser === null) return `No verdict on this model: ${summary.answered} questions were answered.`;
  if (auc.byUser.upper < 0.5) return 'This model is worse than chance: users like what it says they dislike.';
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
