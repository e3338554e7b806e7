import { InvalidOptionError, type Random } from '@ialp/core';
import { checkList, checkOptions, checkSource } from '../check-inputs.js';
import type { LanguageModelError } from '../errors.js';
import type { RetryOptions } from '../models/retries/retrying-model.js';
import type { PreferenceSource } from '../preference-source.js';
import type { Budget, TokenPrice } from '../preferences/budget.js';
import type { CollectionProgress, CollectionSummary } from '../preferences/progress-tracker.js';
import { askAll } from '../preferences/stream-preferences.js';
import type { ReplyStore } from '../reply-store.js';
import type { RewardModelQuality } from '../reward-model/logistic-reward-model.js';
import { expectedCalibrationError } from '../reward-model/reward-model-quality.js';
import { areaUnderCurve, type Estimate, estimate } from './estimate.js';
import type { HeldOutQuestion } from './held-out-questions.js';
import { type Answers, comparePositions, type PositionReport } from './position-report.js';

/** Options of `validateSource`. */
export interface ValidationOptions {
  /** The source to validate. */
  readonly source: PreferenceSource;
  /** Questions with known answers, from `sampleHeldOutQuestions`. */
  readonly questions: readonly HeldOutQuestion[];
  /**
   * Questions about liked items and random ones, from `sampleHeldOutQuestions` with `negatives: 'random'`: finding the former among the
   * latter is the task of a recommender. Default: none.
   */
  readonly randomQuestions?: readonly HeldOutQuestion[];
  /** The baseline, usually `createPopularitySource`. Default: none. */
  readonly popularity?: PreferenceSource;
  /** Quality of a reward model that was fitted to the source's answers, for the report. */
  readonly rewardModel?: RewardModelQuality;
  /** Whether to ask each question again with its candidates reversed. Default true. */
  readonly reversed?: boolean;
  /** As in `collectPreferences`; so are the following options. */
  readonly store?: ReplyStore;
  readonly budget?: Budget;
  readonly price?: TokenPrice;
  readonly retries?: Omit<RetryOptions, 'random' | 'onRetry'>;
  readonly concurrency?: number;
  readonly maxConsecutiveFailures?: number;
  readonly onRetry?: (error: LanguageModelError, delayMs: number) => void;
  readonly random: Random;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CollectionProgress) => void;
}

const VALIDATION_OPTIONS = [
  ...['source', 'questions', 'randomQuestions', 'popularity', 'rewardModel', 'reversed', 'store', 'budget', 'price'],
  ...['retries', 'concurrency', 'maxConsecutiveFailures', 'onRetry', 'random', 'signal', 'onProgress'],
] as const;

/** Agreement of a source's answers with real feedback. */
export interface ValidationReport {
  readonly model: string;
  readonly promptVersion: string;
  /** Summary of the questions in their original order. */
  readonly summary: CollectionSummary;
  /** Share of probabilities above 0.5. */
  readonly yesShare: number | null;
  /** Share of candidates that the users liked. */
  readonly likedShare: number | null;
  /**
   * AUC against real feedback: the probability that a liked candidate is ranked above one that was not; 0.5 is chance. `byUser` is the
   * mean of the AUC within each user's question, `overall` the AUC over the candidates of all users.
   */
  readonly auc: { readonly byUser: Estimate | null; readonly overall: number | null };
  /** AUC of liked items against random ones; null without `randomQuestions`. */
  readonly randomAuc: {
    readonly byUser: Estimate | null;
    readonly overall: number | null;
    /** AUC of the baseline on the same questions; null without one. */
    readonly popularity: Estimate | null;
    readonly summary: CollectionSummary;
  } | null;
  /** AUC of the baseline, and the source's gain over it, paired by user; null without one. */
  readonly popularity: { readonly auc: Estimate | null; readonly gain: Estimate | null } | null;
  /** Expected calibration error over ten bins (Naeini et al. 2015). */
  readonly calibrationError: number | null;
  /** Effect of reversing the candidates; null if `reversed` is false or the run was stopped. */
  readonly position: PositionReport | null;
  readonly rewardModel: RewardModelQuality | null;
}

/**
 * Validates a source against real feedback: agreement with it, gain over a popularity baseline, calibration, and sensitivity to the order of
 * candidates.
 * @throws {InvalidOptionError} without questions; other errors as `collectPreferences` does.
 */
export async function validateSource(options: ValidationOptions): Promise<ValidationReport> {
  checkOptions(options, '{ source, questions, random: createRandom(1) }', VALIDATION_OPTIONS);
  const { source, questions, popularity, rewardModel, reversed = true } = options;
  checkList('questions', questions, 'a list of questions, such as sampleHeldOutQuestions makes');
  if (popularity !== undefined) checkSource(popularity, 'popularity');
  if (questions.length === 0) throw new InvalidOptionError('questions', questions, 'at least one');
  const { answers, summary } = await askEach(questions, source, options);
  const answered = questions.flatMap(({ truth }, k) => {
    const predicted = answers[k];
    return predicted === undefined ? [] : [{ k, truth, predicted }];
  });
  const labels = answered.flatMap(({ truth }) => truth);
  const scores = answered.flatMap(({ predicted }) => predicted);
  const byUser = answered.map(({ truth, predicted }) => areaUnderCurve(predicted, truth));
  const { model, promptVersion } = source;
  return {
    model,
    promptVersion,
    summary,
    yesShare: share(scores, (score) => score > 0.5),
    likedShare: share(labels, (label) => label === 1),
    auc: { byUser: estimate(byUser), overall: scores.length === 0 ? null : areaUnderCurve(scores, labels) },
    popularity: popularity === undefined ? null : await compareToBaseline(popularity, questions, answered, byUser),
    randomAuc: summary.stopped === undefined ? await rankAgainstRandom(options) : null,
    calibrationError: answered.length === 0 ? null : expectedCalibrationError(answered),
    position: reversed && summary.stopped === undefined ? await askReversed(questions, answers, options) : null,
    rewardModel: rewardModel ?? null,
  };
}

async function askEach(
  questions: readonly HeldOutQuestion[],
  source: PreferenceSource,
  options: ValidationOptions,
): Promise<{ readonly answers: Answers; readonly summary: CollectionSummary }> {
  const answers: (readonly number[] | undefined)[] = questions.map(() => undefined);
  // Questions of two users may be equal, so they are identified by their candidates array.
  const places = new Map(questions.map((question, k) => [question.candidates, k]));
  const stream = askAll(questions, questions.length, { ...options, source });
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) return { answers, summary: value };
    if ('probabilities' in value) answers[places.get(value.candidates)!] = value.probabilities;
  }
}

async function rankAgainstRandom(options: ValidationOptions): Promise<ValidationReport['randomAuc']> {
  const { randomQuestions: questions = [], source, popularity, onProgress: _, ...rest } = options;
  if (questions.length === 0) return null;
  const { answers, summary } = await askEach(questions, source, { ...rest, source, questions });
  const [labels, scores, byUser, theirs]: number[][] = [[], [], [], []];
  for (const [k, predicted] of answers.entries()) {
    if (predicted === undefined) continue;
    const { truth } = questions[k];
    labels.push(...truth);
    scores.push(...predicted);
    byUser.push(areaUnderCurve(predicted, truth));
    if (popularity) theirs.push(areaUnderCurve((await popularity.ask(questions[k])).probabilities, truth));
  }
  return {
    byUser: estimate(byUser),
    overall: scores.length === 0 ? null : areaUnderCurve(scores, labels),
    popularity: popularity === undefined ? null : estimate(theirs),
    summary,
  };
}

async function compareToBaseline(
  popularity: PreferenceSource,
  questions: readonly HeldOutQuestion[],
  answered: readonly { readonly k: number }[],
  byUser: readonly number[],
): Promise<ValidationReport['popularity']> {
  const theirs: number[] = [];
  for (const { k } of answered) {
    theirs.push(areaUnderCurve((await popularity.ask(questions[k])).probabilities, questions[k].truth));
  }
  return { auc: estimate(theirs), gain: estimate(byUser.map((auc, k) => auc - theirs[k])) };
}

/** Asks all questions again with their candidates reversed. */
async function askReversed(
  questions: readonly HeldOutQuestion[],
  answers: Answers,
  options: ValidationOptions,
): Promise<PositionReport | null> {
  const reversed = questions.map((question) => ({
    ...question,
    candidates: [...question.candidates].reverse(),
    truth: [...question.truth].reverse(),
  }));
  const { onProgress: _, ...rest } = options;
  const again = (await askEach(reversed, options.source, rest)).answers;
  return comparePositions(
    answers,
    again.map((answer) => answer && [...answer].reverse()),
  );
}

function share(values: readonly number[], holds: (value: number) => boolean): number | null {
  return values.length === 0 ? null : values.filter(holds).length / values.length;
}
