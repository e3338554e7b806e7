import { checkInteger, described, type Interactions, InvalidOptionError, type Random } from '@ialp/core';
import { checkOptions, checkRandom } from '../../options.js';
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
  /** Draws the held-out pairs and the initial factors, from forks: the generator itself is not advanced. */
  readonly random: Random;
  /** Latent factors of users and items (`k`). At least 1. Default 16. */
  readonly factors?: number;
  /** How much a count adds to the confidence in a pair (`alpha`). Above 0. Default 10. */
  readonly alpha?: number;
  /**
   * `log`: confidence `1 + alpha log(1 + count)`, for counts that differ by orders of magnitude; `linear`: `1 + alpha count`.
   * Default `log`.
   */
  readonly confidence?: 'log' | 'linear';
  /** Weight of the penalty on the factors (`lambda`). Above 0. Default 30. */
  readonly regularization?: number;
  /** Rounds of solving for all users and then for all items. Default 15. */
  readonly iterations?: number;
  /** Share of the observed pairs held out for measurement and calibration. Above 0, below 1. Default 0.1. */
  readonly heldOutShare?: number;
  /**
   * Share of shown items that users take. An assumption, because implicit feedback does not contain it: an item that was not taken
   * may never have been seen. Above 0, below 1. Default 0.2.
   */
  readonly acceptanceRate?: number;
}

/** How well the model predicts held-out pairs. */
export interface ImplicitHeldOutError {
  /** Probability that a held-out pair has a higher score than a pair of the same user and an item not taken, drawn uniformly. */
  readonly auc: number;
  /** Number of held-out pairs. */
  readonly pairs: number;
  /**
   * Calibration of the probability of taking an item, on the half of the held-out pairs that were not used to fit it, weighted so
   * that a share of `acceptanceRate` was taken.
   */
  readonly calibration: Calibration;
}

/** Completed implicit feedback: `score(u, i) = userFactors[u] . itemFactors[i]`, near 1 for items that suit a user, otherwise near 0. */
export interface ImplicitFactorization {
  readonly users: number;
  readonly items: number;
  /** Latent factors (`k`). */
  readonly factors: number;
  /** `[users, factors]`; 0 for users without interactions. */
  readonly userFactors: Float32Array;
  /** `[items, factors]`; 0 for items without interactions. */
  readonly itemFactors: Float32Array;
  /** Maps a score to the probability of taking the item. */
  readonly plattScaling: LogisticCalibration;
  /** The assumed share of shown items that users take, with which `plattScaling` was fitted. */
  readonly acceptanceRate: number;
  /** Measured on held-out pairs, with a model fitted to the rest. */
  readonly heldOut: ImplicitHeldOutError;
  /** `[iterations]` the objective after each iteration on all pairs. It never increases. */
  readonly objective: Float64Array;
}

/** Range of the initial factors. */
const INITIAL_SPREAD = 0.1;
/** Items drawn for each held-out pair among those that its user has not taken. */
const NEGATIVES = 10;
/** Keys of the random streams. */
const STREAM = { heldOut: 0, initial: 1, negatives: 2 } as const;

/**
 * Completes a matrix of implicit feedback by weighted matrix factorisation (Y. Hu, Y. Koren, C. Volinsky, "Collaborative Filtering for
 * Implicit Feedback Datasets", ICDM 2008): minimises over factors `x`, `y`
 *
 * `sum_ui c_ui (p_ui - x_u . y_i)^2 + lambda (sum_u |x_u|^2 + sum_i |y_i|^2)`
 *
 * over all pairs, where `p_ui` is 1 for an observed pair and 0 otherwise, and `c_ui` grows with the count. Counts of the same pair
 * are added.
 *
 * A first model, fitted without the held-out pairs, shows how well scores rank those above items that their users did not take. Platt
 * scaling from score to probability is fitted to half of them, with the assumed `acceptanceRate`. The returned model is then
 * fitted to all pairs. Users and items without interactions have score 0 and its probability. If the data are so few that held-out
 * pairs do not have the higher scores, every item is taken with probability `acceptanceRate`.
 * @param items number of items in the catalogue.
 * @throws {InvalidOptionError} for an option out of range; columns of different lengths, an index out of range, or a count that is
 *   not finite and above 0; fewer than four distinct pairs, or too few held-out pairs of users who have not taken everything.
 */
export function factorizeImplicit(
  interactions: Interactions,
  items: number,
  options: ImplicitFactorizationOptions,
): ImplicitFactorization {
  const settings = checked(options);
  const { random } = settings;
  checkInteger('items', items, 1);
  const pairs = aggregate(interactions, items, settings);
  const start = Float64Array.from({ length: items * settings.factors }, () => 0);
  const initial = random.fork(STREAM.initial);
  for (let k = 0; k < start.length; k++) start[k] = INITIAL_SPREAD * (2 * initial.uniform() - 1);

  const [kept, heldOut] = drawHeldOut(pairs.user.length, settings.heldOutShare, random.fork(STREAM.heldOut));
  const partial = fitImplicit(selectPairs(pairs, kept), settings, start);
  const scored = scoreHeldOut(partial, pairs, heldOut, random.fork(STREAM.negatives));
  const { plattScaling, calibration } = calibrate(scored, settings.acceptanceRate);
  const model = fitImplicit(pairs, settings, start);
  return {
    users: pairs.users,
    items,
    factors: settings.factors,
    userFactors: toFactors(model.users, model.width, settings.factors),
    itemFactors: toFactors(model.items, model.width, settings.factors),
    plattScaling,
    acceptanceRate: settings.acceptanceRate,
    heldOut: { auc: areaUnderCurve(scored.scores, scored.labels) ?? Number.NaN, pairs: heldOut.length, calibration },
    objective: model.objective,
  };
}

const OPTIONS: readonly string[] = Object.keys({
  ...{
    random: 1,
    factors: 1,
    alpha: 1,
    confidence: 1,
    regularization: 1,
    iterations: 1,
    heldOutShare: 1,
    acceptanceRate: 1,
  },
} satisfies Record<keyof ImplicitFactorizationOptions, 1>);

type Settings = Required<ImplicitFactorizationOptions>;

function checked(options: ImplicitFactorizationOptions): Settings {
  checkOptions(options, '{ random: createRandom(1) }', OPTIONS);
  const { random } = options;
  checkRandom(random);
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
  return { random, factors, alpha, confidence, regularization, iterations, heldOutShare, acceptanceRate };
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

/** Scores of held-out pairs (label 1), each followed by those of items that its user has not taken (0). */
interface ScoredPairs {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
}

function scoreHeldOut(model: ImplicitFit, pairs: ObservedPairs, heldOut: Int32Array, random: Random): ScoredPairs {
  const { items } = pairs;
  const taken = new Set<number>();
  for (let row = 0; row < pairs.user.length; row++) taken.add(pairs.user[row] * items + pairs.item[row]);
  const takenBy = new Int32Array(pairs.users);
  for (const user of pairs.user) takenBy[user]++;
  const scores: number[] = [];
  const labels: number[] = [];
  for (const row of heldOut) {
    const user = pairs.user[row];
    // For a user who has taken everything, there is nothing to compare with.
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
      described('too few'),
      'at least two held-out pairs of users who have not taken everything',
    );
  }
  return { scores: Float64Array.from(scores), labels: Uint8Array.from(labels) };
}

/** Fits Platt scaling to every second held-out pair and its negatives, and measures its calibration on the others. */
function calibrate(
  { scores, labels }: ScoredPairs,
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
  // With a slope below 0 the data are too few: the scores carry no information, rather than the opposite.
  const plattScaling =
    found.slope > 0 ? found : { slope: 0, intercept: Math.log(acceptanceRate / (1 - acceptanceRate)) };
  const probabilities = measured.scores.map(
    (score) => 1 / (1 + Math.exp(-(plattScaling.slope * score + plattScaling.intercept))),
  );
  return { plattScaling, calibration: calibrationOf(probabilities, measured.labels, measured.weights) };
}

/** Factors in single precision, without the column that pads rows to an even width. */
function toFactors(rows: Float64Array, width: number, factors: number): Float32Array {
  const count = rows.length / width;
  const out = new Float32Array(count * factors);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < factors; k++) out[row * factors + k] = rows[row * width + k];
  }
  return out;
}
