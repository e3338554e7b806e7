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

/** Options of `validateSource`. */
export interface ValidationOptions {
  readonly source: PreferenceSource;
  /** Questions of which the real answers are known: `sampleHeldOutQuestions`. */
  readonly questions: readonly HeldOutQuestion[];
  /**
   * Questions about liked items and random ones: `sampleHeldOutQuestions` with `against: 'random'`. What a recommender has to do is to find the
   * former among the latter. Default: not asked.
   */
  readonly randomQuestions?: readonly HeldOutQuestion[];
  /** What the source has to be better than: `createPopularitySource`. Default: it is not compared. */
  readonly popularity?: PreferenceSource;
  /** Of the reward model that was fitted to the source's answers, to stand in the report. */
  readonly rewardModel?: RewardModelQuality;
  /** Whether each question is asked once more with its candidates in reverse. Default true. */
  readonly reversed?: boolean;
  readonly store?: ReplyStore;
  readonly budget?: Budget;
  readonly price?: TokenPrice;
  readonly retries?: Omit<RetryOptions, 'random' | 'onRetry'>;
  readonly concurrency?: number;
  /** As of `collectPreferences`. Default 20. */
  readonly maxConsecutiveFailures?: number;
  /** As of `collectPreferences`. */
  readonly onRetry?: (error: LanguageModelError, delayMs: number) => void;
  readonly random: Random;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CollectionProgress) => void;
}

/** How far a source's answers can be trusted. */
export interface ValidationReport {
  readonly model: string;
  readonly promptVersion: string;
  /** Of the questions in their first order. */
  readonly summary: CollectionSummary;
  /** Share of the probabilities that are above a half. */
  readonly yesShare: number | null;
  /** Of the candidates, how many were really liked. */
  readonly likedShare: number | null;
  /**
   * Agreement with real feedback: the chance that of two candidates the one that was liked is ranked higher; 0.5 is chance.
   * `byUser` is the mean over users of that within a user's question, `overall` that over all candidates of all.
   */
  readonly auc: { readonly byUser: Estimate | null; readonly overall: number | null };
  /** The same of liked items against random ones, where `randomQuestions` were asked. */
  readonly randomAuc: {
    readonly byUser: Estimate | null;
    readonly overall: number | null;
    /** Of popularity on the same questions; null where it was not compared. */
    readonly popularity: Estimate | null;
    readonly summary: CollectionSummary;
  } | null;
  /** The same of popularity, and how much better the source is, user by user. Null where it was not compared. */
  readonly popularity: { readonly auc: Estimate | null; readonly gain: Estimate | null } | null;
  /** Mean distance between what probabilities say and how often it was so, in ten bins (Naeini et al. 2015). */
  readonly calibrationError: number | null;
  /** Asked with the candidates in reverse. Null where that was not asked. */
  readonly position: PositionReport | null;
  readonly rewardModel: RewardModelQuality | null;
}

/** What the order of candidates does. */
export interface PositionReport {
  readonly questions: number;
  /** Share of the candidates that got the same answer (on the same side of a half) in both orders. */
  readonly agreement: number;
  /**
   * The same share of a source that says yes as often in each order, and to no candidate rather than to another: `p q + (1 - p) (1 - q)`
   * for shares of yes `p` and `q`. One that says yes to all agrees with itself in full, and no more than by chance.
   */
  readonly chanceAgreement: number;
  /** Mean probability of a candidate in the first half of its question less that of the same candidate in the second half. */
  readonly firstHalfBonus: number;
}

/** Answers by question; `undefined` for a question without an answer. */
type Answers = readonly (readonly number[] | undefined)[];

/**
 * Measures how far answers can be trusted: against real feedback, against popularity, and against themselves when the order
 * of candidates is another one.
 * @throws {InvalidOptionError} without questions. What is no `LanguageModelError` is thrown on, as by `collectPreferences`.
 */
export async function validateSource(options: ValidationOptions): Promise<ValidationReport> {
  checkOptions(options, '{ source, questions, random: createRandom(1) }');
  const { source, questions, popularity, rewardModel, reversed = true } = options;
  checkList('questions', questions, 'a list of questions, such as sampleHeldOutQuestions makes');
  if (popularity !== undefined) checkSource(popularity, 'popularity');
  if (questions.length === 0) throw new InvalidOptionError('questions', '[]', 'at least one');
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
    popularity: popularity === undefined ? null : await compare(popularity, questions, answered, byUser),
    randomAuc: summary.stopped === undefined ? await judgeRandom(options) : null,
    calibrationError: answered.length === 0 ? null : expectedCalibrationError(answered),
    position: reversed && summary.stopped === undefined ? await turnAround(questions, answers, options) : null,
    rewardModel: rewardModel ?? null,
  };
}

async function askEach(
  questions: readonly HeldOutQuestion[],
  source: PreferenceSource,
  options: ValidationOptions,
): Promise<{ readonly answers: Answers; readonly summary: CollectionSummary }> {
  const answers: (readonly number[] | undefined)[] = questions.map(() => undefined);
  // Two users may be asked the same: a question is known by itself, not by what it says.
  const places = new Map(questions.map((question, k) => [question.candidates, k]));
  const stream = askAll(questions, questions.length, { ...options, source });
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) return { answers, summary: value };
    if ('probabilities' in value) answers[places.get(value.candidates)!] = value.probabilities;
  }
}

async function judgeRandom(options: ValidationOptions): Promise<ValidationReport['randomAuc']> {
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

async function compare(
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

async function turnAround(
  questions: readonly HeldOutQuestion[],
  answers: Answers,
  options: ValidationOptions,
): Promise<PositionReport | null> {
  const turned = questions.map((question) => ({
    ...question,
    candidates: [...question.candidates].reverse(),
    truth: [...question.truth].reverse(),
  }));
  const { onProgress: _, ...rest } = options;
  const again = (await askEach(turned, options.source, rest)).answers;
  let [asked, same, candidates, bonus, moved] = [0, 0, 0, 0, 0];
  let [yes, yesAgain] = [0, 0];
  for (const [k, first] of answers.entries()) {
    const second = again[k] && [...again[k]].reverse();
    if (first === undefined || second === undefined) continue;
    asked++;
    for (const [place, probabilities] of first.entries()) {
      candidates++;
      if (probabilities > 0.5 === second[place] > 0.5) same++;
      if (probabilities > 0.5) yes++;
      if (second[place] > 0.5) yesAgain++;
      const middle = (first.length - 1) / 2;
      if (place === middle) continue;
      moved++;
      bonus += place < middle ? probabilities - second[place] : second[place] - probabilities;
    }
  }
  if (asked === 0) return null;
  const [p, q] = [yes / candidates, yesAgain / candidates];
  return {
    questions: asked,
    agreement: same / candidates,
    chanceAgreement: p * q + (1 - p) * (1 - q),
    firstHalfBonus: moved === 0 ? 0 : bonus / moved,
  };
}

function share(values: readonly number[], holds: (value: number) => boolean): number | null {
  return values.length === 0 ? null : values.filter(holds).length / values.length;
}
