import { checkInteger, type Interactions, InvalidOptionError, type Random } from '@ialp/core';
import { drawHeldOut } from './held-out-rows.js';
import { fitImplicit, type ImplicitFit, type ObservedPairs, product } from './implicit-least-squares.js';
import { fitLogistic, type LogisticCalibration } from './logistic-calibration.js';
import { aggregate } from './observed-pairs.js';
import { areaUnderCurve, type Calibration, calibrationOf } from './reliability.js';

/**
 * Options of `factorizeImplicit`. The defaults were chosen by the held-out AUC on Last.fm (listening counts) and on Amazon's
 * Industrial and Scientific (purchases), mean of two draws. `factors` 8, 16, 32, with `regularization` 10 and 8 iterations:
 * 0.893, 0.897, 0.893 and 0.720, 0.711, 0.698. `regularization` 10, 30, 50: 0.897, 0.897, 0.898 and 0.711, 0.723, 0.722.
 * `iterations` 8, 15: 0.897, 0.901 and 0.723, 0.728. `alpha` 5, 10: 0.898, 0.897 and 0.711, 0.723. Purchases alone do
 * better with more (`alpha` 40, `regularization` 100: 0.747). `confidence: 'linear'` on Last.fm: 0.881.
 */
export interface ImplicitFactorizationOptions {
  /** Hidden traits of users and items (`k`). At least 1. Default 16. */
  readonly factors?: number;
  /** How much a count adds to the confidence in a pair (`alpha`). Above 0. Default 10. */
  readonly alpha?: number;
  /**
   * `log`: confidence `1 + alpha log(1 + count)`, for counts that differ by orders of magnitude; `linear`: `1 + alpha count`.
   * Default `log`.
   */
  readonly confidence?: 'log' | 'linear';
  /** How strongly factors are held towards 0 (`lambda`). Above 0. Default 30. */
  readonly regularization?: number;
  /** How many times all users and then all items are solved for. Default 15. */
  readonly iterations?: number;
  /** Share of the observed pairs that is held out to measure and to calibrate. Above 0, below 1. Default 0.1. */
  readonly heldOutShare?: number;
  /**
   * How often users take an item of those that they might be shown. Implicit feedback does not say it: what was not taken may
   * never have been seen. It is an assumption about the shop. Above 0, below 1. Default 0.2.
   */
  readonly acceptanceRate?: number;
}

/** How well it is predicted which pairs were observed that the model has not seen. */
export interface ImplicitHeldOutError {
  /** Probability that a held-out pair has a higher score than the same user with an item drawn evenly of those not taken. */
  readonly auc: number;
  /** How many pairs were held out. */
  readonly pairs: number;
  /**
   * Of the probability of taking an item, on the half of the held-out pairs by which it was not fitted, weighted so that
   * `acceptanceRate` of them were taken.
   */
  readonly calibration: Calibration;
}

/** Implicit feedback completed: `score(u, i) = userFactors[u] . itemFactors[i]`, near 1 for what suits, 0 for what does not. */
export interface ImplicitFactorization {
  readonly users: number;
  readonly items: number;
  /** Hidden traits (`k`). */
  readonly factors: number;
  /** `[users, factors]`; 0 for users without interactions. */
  readonly userFactors: Float32Array;
  /** `[items, factors]`; 0 for items without interactions. */
  readonly itemFactors: Float32Array;
  /** From a score to the probability of taking the item. */
  readonly plattScaling: LogisticCalibration;
  /** The assumption by which `plattScaling` was fitted. */
  readonly acceptanceRate: number;
  /** Measured on pairs that a first model was fitted without. */
  readonly heldOut: ImplicitHeldOutError;
  /** `[iterations]` what is minimised, after each iteration on all pairs. It never rises. */
  readonly objective: Float64Array;
}

/** Spread of the factors at the start. */
const INITIAL_SPREAD = 0.1;
/** Items drawn for each held-out pair, of those that its user has not taken. */
const NEGATIVES = 10;
/** Names of the random streams. */
const STREAM = { heldOut: 0, initial: 1, negatives: 2 } as const;

/**
 * Completes implicit feedback by weighted matrix factorisation (Y. Hu, Y. Koren, C. Volinsky, "Collaborative Filtering for
 * Implicit Feedback Datasets", ICDM 2008): minimises over factors `x`, `y`
 *
 * `sum_ui c_ui (p_ui - x_u . y_i)^2 + lambda (sum_u |x_u|^2 + sum_i |y_i|^2)`
 *
 * over all pairs, where `p_ui` is 1 for a pair that was observed and 0 for another, and `c_ui` grows with the count. Rows of
 * the same pair are added up.
 *
 * Then it is measured, on pairs held out from a model of its own, how well scores tell them from items that their users did
 * not take, and a logistic curve from score to probability is fitted to half of them (see `acceptanceRate`). The model that is
 * returned is fitted to all pairs. Users and items without interactions have the score 0 and the probability that goes with it.
 * Where there is so little that held-out pairs do not have the higher scores, everything is taken with `acceptanceRate`.
 * @param items How many items there are: the length of the catalogue.
 * @param random Draws what is held out and the initial factors, by forks: the generator itself is not advanced.
 * @throws {InvalidOptionError} for an option out of range; columns of different lengths, an index out of range, or a count
 *   that is not finite and above 0; fewer than four different pairs, or a user who has taken everything among those held out.
 */
export function factorizeImplicit(
  interactions: Interactions,
  items: number,
  options: ImplicitFactorizationOptions,
  random: Random,
): ImplicitFactorization {
  const settings = checked(options);
  checkInteger('items', items, 1);
  const pairs = aggregate(interactions, items, settings);
  const start = Float64Array.from({ length: items * settings.factors }, () => 0);
  const initial = random.fork(STREAM.initial);
  for (let k = 0; k < start.length; k++) start[k] = INITIAL_SPREAD * (2 * initial.uniform() - 1);

  const [kept, heldOut] = drawHeldOut(pairs.user.length, settings.heldOutShare, random.fork(STREAM.heldOut));
  const partial = fitImplicit(selectPairs(pairs, kept), settings, start);
  const judged = judge(partial, pairs, heldOut, random.fork(STREAM.negatives));
  const { plattScaling, calibration } = calibrate(judged, settings.acceptanceRate);
  const model = fitImplicit(pairs, settings, start);
  return {
    users: pairs.users,
    items,
    factors: settings.factors,
    userFactors: published(model.users, model.width, settings.factors),
    itemFactors: published(model.items, model.width, settings.factors),
    plattScaling,
    acceptanceRate: settings.acceptanceRate,
    heldOut: { auc: areaUnderCurve(judged.scores, judged.labels) ?? Number.NaN, pairs: heldOut.length, calibration },
    objective: model.objective,
  };
}

type Settings = Required<ImplicitFactorizationOptions>;

function checked(options: ImplicitFactorizationOptions): Settings {
  const { factors = 16, alpha = 10, confidence = 'log', regularization = 30, iterations = 15 } = options;
  const { heldOutShare = 0.1, acceptanceRate = 0.2 } = options;
  checkInteger('factors', factors, 1);
  checkInteger('iterations', iterations, 1);
  for (const [option, value] of Object.entries({ alpha, regularization })) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number above 0');
  }
  for (const [option, value] of Object.entries({ heldOutShare, acceptanceRate })) {
    if (!(value > 0 && value < 1)) throw new InvalidOptionError(option, value, 'a number between 0 and 1');
  }
  if (confidence !== 'log' && confidence !== 'linear') {
    throw new InvalidOptionError('confidence', confidence, "'log' or 'linear'");
  }
  return { factors, alpha, confidence, regularization, iterations, heldOutShare, acceptanceRate };
}

function selectPairs({ users, items, user, item, confidence }: ObservedPairs, rows: Int32Array): ObservedPairs {
  return {
    users,
    items,
    user: rows.map((row) => user[row]),
    item: rows.map((row) => item[row]),
    confidence: Float64Array.from(rows, (row) => confidence[row]),
  };
}

/** Scores of held-out pairs (label 1) and of items that their users have not taken (0), pair by pair. */
interface Judged {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
}

function judge(model: ImplicitFit, pairs: ObservedPairs, heldOut: Int32Array, random: Random): Judged {
  const { items } = pairs;
  const taken = new Set<number>();
  for (let row = 0; row < pairs.user.length; row++) taken.add(pairs.user[row] * items + pairs.item[row]);
  const takenBy = new Int32Array(pairs.users);
  for (const user of pairs.user) takenBy[user]++;
  const scores: number[] = [];
  const labels: number[] = [];
  for (const row of heldOut) {
    const user = pairs.user[row];
    // Somebody who has taken everything has nothing to compare with.
    if (takenBy[user] === items) continue;
    scores.push(product(model.users, user, model.items, pairs.item[row], model.width));
    labels.push(1);
    for (let k = 0; k < NEGATIVES; k++) {
      let item = random.integer(items);
      while (taken.has(user * items + item)) item = random.integer(items);
      scores.push(product(model.users, user, model.items, item, model.width));
      labels.push(0);
    }
  }
  if (scores.length < 2 * (1 + NEGATIVES)) {
    throw new InvalidOptionError(
      'interactions',
      'too few',
      'at least two held-out pairs of users who have not taken everything',
    );
  }
  return { scores: Float64Array.from(scores), labels: Uint8Array.from(labels) };
}

/** Fits the curve to every second held-out pair with its negatives, and measures it on the others. */
function calibrate(
  { scores, labels }: Judged,
  acceptanceRate: number,
): { plattScaling: LogisticCalibration; calibration: Calibration } {
  const group = 1 + NEGATIVES;
  const half = (parity: number): Int32Array =>
    Int32Array.from(scores.keys()).filter((row) => Math.floor(row / group) % 2 === parity);
  const part = (rows: Int32Array): { scores: Float64Array; labels: Uint8Array; weights: Float64Array } => {
    const own = Uint8Array.from(rows, (row) => labels[row]);
    const weight = (label: number): number => (label === 1 ? acceptanceRate : (1 - acceptanceRate) / NEGATIVES);
    return {
      scores: Float64Array.from(rows, (row) => scores[row]),
      labels: own,
      weights: Float64Array.from(own, (label) => (weight(label) * group) / rows.length),
    };
  };
  const [fitted, measured] = [part(half(0)), part(half(1))];
  const found = fitLogistic(fitted.scores, fitted.labels, fitted.weights);
  // So little data that higher scores were taken less often: then scores say nothing, rather than the opposite.
  const plattScaling =
    found.slope > 0 ? found : { slope: 0, intercept: Math.log(acceptanceRate / (1 - acceptanceRate)) };
  const probabilities = measured.scores.map(
    (score) => 1 / (1 + Math.exp(-(plattScaling.slope * score + plattScaling.intercept))),
  );
  return { plattScaling, calibration: calibrationOf(probabilities, measured.labels, measured.weights) };
}

/** Without the column that may have been left over, in single precision. */
function published(rows: Float64Array, width: number, factors: number): Float32Array {
  const count = rows.length / width;
  const out = new Float32Array(count * factors);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < factors; k++) out[row * factors + k] = rows[row * width + k];
  }
  return out;
}
