import { checkPositive, InvalidOptionError, type Random } from '@ialp/core';
import { factorizeCholesky, solveCholesky } from '@ialp/core/linear-algebra';
import {
  checkEmbeddings,
  checkItem,
  checkItems,
  checkList,
  checkOptions,
  checkRandom,
  checkShares,
  checkState,
} from '../check-inputs.js';
import type { ItemEmbeddings } from '../models/embeddings/item-embeddings.js';
import type { Preference } from '../preferences/collect-preferences.js';
import type { ProbabilityEstimate, RewardModel } from '../reward-model.js';
import { expectedCalibrationError, pairwiseAuc } from './reward-model-quality.js';
import { PROFILE_FEATURES, UserProfile } from './user-profile.js';

/** Quality of a reward model on held-out answers. */
export interface RewardModelQuality {
  /** Number of held-out questions. */
  readonly questions: number;
  /** Probability that of two candidates of a question the preferred one is ranked higher. Null if all answers are equal. */
  readonly auc: number | null;
  /** Expected calibration error over ten bins. */
  readonly calibrationError: number;
}

/** A fitted reward model. */
export interface FittedRewardModel extends RewardModel {
  /** Weight of each profile feature: constant, popularity, similarity to liked items, similarity to disliked items. */
  readonly weights: Float64Array;
  /** Measured on held-out answers before the final fit to all of them. Null if none could be held out. */
  readonly heldOut: RewardModelQuality | null;
}

/** Options of `fitRewardModel`. */
export interface RewardModelOptions {
  /** Answered questions. */
  readonly preferences: readonly Preference[];
  /** Embeddings of the catalogue. */
  readonly embeddings: ItemEmbeddings;
  /**
   * Probability with which each preference, a question with all its candidates, is held out to measure quality; the number
   * of held-out questions varies around this share. 0 holds none out. Default 0.2.
   */
  readonly heldOutShare?: number;
  /** Precision of the normal prior on the weights except for the constant. Default 0.1. */
  readonly precision?: number;
  /** Draws the held-out preferences. */
  readonly random: Random;
}

const FEATURES = PROFILE_FEATURES.length;
/** Newton's method converges in a few steps on a concave likelihood. */
const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-9;

/**
 * Bayesian logistic regression on the features of `UserProfile`: the posterior mode by Newton's method, its covariance by Laplace's
 * approximation (Bishop 2006, section 4.5). Probabilities between 0 and 1 are soft labels. It has four weights, so few answers suffice.
 * @throws {InvalidOptionError} without preferences, for invalid items or probabilities, for embeddings that are not finite, or for an
 * option out of range.
 */
export function fitRewardModel(options: RewardModelOptions): FittedRewardModel {
  checkOptions(options, '{ preferences, embeddings, random: createRandom(1) }', [
    'preferences',
    'embeddings',
    'heldOutShare',
    'precision',
    'random',
  ]);
  const { preferences, embeddings, heldOutShare = 0.2, precision = 0.1, random } = options;
  checkList('preferences', preferences, 'a list of answered questions');
  checkRandom(random);
  if (preferences.length === 0)
    throw new InvalidOptionError('preferences', preferences, 'at least one answered question');
  checkEmbeddings(embeddings);
  checkPreferences(preferences, embeddings.items);
  if (!(heldOutShare >= 0 && heldOutShare < 1))
    throw new InvalidOptionError('heldOutShare', heldOutShare, 'from 0 to below 1');
  checkPositive('precision', precision);
  const isHeldOut = preferences.map(() => random.uniform() < heldOutShare);
  const fitted = preferences.filter((_, k) => !isHeldOut[k]);
  const test = preferences.filter((_, k) => isHeldOut[k]);
  const heldOut =
    test.length > 0 && fitted.length > 0
      ? measure(modelOf(fit(rowsOf(fitted, embeddings), precision), embeddings), test)
      : null;
  const posterior = fit(rowsOf(preferences, embeddings), precision);
  return { ...modelOf(posterior, embeddings), weights: posterior.mode, heldOut };
}

function checkPreferences(preferences: readonly Preference[], items: number): void {
  for (const [k, { state, candidates, probabilities }] of preferences.entries()) {
    const option = `preferences[${k}]`;
    checkState(state, items, `${option}.state`);
    if (candidates.length === 0) throw new InvalidOptionError(`${option}.candidates`, candidates, 'at least one item');
    checkItems(candidates, items, `${option}.candidates`);
    checkShares(probabilities, candidates.length, `${option}.probabilities`);
  }
}

interface Rows {
  /** `[rows, FEATURES]` */
  readonly features: Float64Array;
  /** `[rows]` */
  readonly label: Float64Array;
}

interface Posterior {
  readonly mode: Float64Array;
  /** Cholesky factor of the posterior's precision matrix. */
  readonly factor: Float64Array;
}

function rowsOf(preferences: readonly Preference[], embeddings: ItemEmbeddings): Rows {
  const count = preferences.reduce((sum, { candidates }) => sum + candidates.length, 0);
  const features = new Float64Array(count * FEATURES);
  const label = new Float64Array(count);
  let row = 0;
  for (const { state, candidates, probabilities } of preferences) {
    const profile = new UserProfile(embeddings, state);
    for (const [k, item] of candidates.entries()) {
      profile.features(item, features.subarray(row * FEATURES, (row + 1) * FEATURES));
      label[row++] = probabilities[k];
    }
  }
  return { features, label };
}

function fit({ features, label }: Rows, precision: number): Posterior {
  const mode = new Float64Array(FEATURES);
  for (let iteration = 0; ; iteration++) {
    const gradient = new Float64Array(FEATURES);
    const hessian = new Float64Array(FEATURES * FEATURES);
    for (let k = 0; k < FEATURES; k++) {
      // Almost no prior on the constant: the base rate of liking comes from the answers.
      const strength = k === 0 ? 1e-6 : precision;
      gradient[k] = -strength * mode[k];
      hessian[k * FEATURES + k] = strength;
    }
    for (let row = 0; row < label.length; row++) {
      const x = features.subarray(row * FEATURES, (row + 1) * FEATURES);
      const mean = sigmoid(dot(mode, x));
      for (let k = 0; k < FEATURES; k++) {
        gradient[k] += (label[row] - mean) * x[k];
        for (let l = 0; l <= k; l++) hessian[k * FEATURES + l] += mean * (1 - mean) * x[k] * x[l];
      }
    }
    factorizeCholesky(hessian, FEATURES);
    solveCholesky(hessian, gradient, FEATURES);
    const step = gradient;
    for (let k = 0; k < FEATURES; k++) mode[k] += step[k];
    if (iteration === MAX_ITERATIONS || step.every((value) => Math.abs(value) < TOLERANCE))
      return { mode, factor: hessian };
  }
}

function modelOf({ mode, factor }: Posterior, embeddings: ItemEmbeddings): RewardModel {
  return {
    specificationVersion: 'v1',
    items: embeddings.items,
    user(state) {
      checkState(state, embeddings.items);
      const profile = new UserProfile(embeddings, state);
      const features = new Float64Array(FEATURES);
      const spread = new Float64Array(FEATURES);
      return {
        probability(item): ProbabilityEstimate {
          checkItem(item, embeddings.items, 'item');
          profile.features(item, features);
          spread.set(features);
          solveCholesky(factor, spread, FEATURES);
          return { mean: sigmoid(dot(mode, features)), logitDeviation: Math.sqrt(dot(features, spread)) };
        },
        observe(item, feedback) {
          checkItem(item, embeddings.items, 'item');
          checkShares([feedback], 1, 'feedback');
          profile.add(item, feedback);
        },
      };
    },
  };
}

function measure(model: RewardModel, preferences: readonly Preference[]): RewardModelQuality {
  const questions = preferences.map(({ state, candidates, probabilities }) => {
    const user = model.user(state);
    return { truth: probabilities, predicted: candidates.map((item) => user.probability(item).mean) };
  });
  return {
    questions: preferences.length,
    auc: pairwiseAuc(questions),
    calibrationError: expectedCalibrationError(questions),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
