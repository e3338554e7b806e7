import { checkInteger, checkObject, described, InvalidOptionError } from '@ialp/core';
import { checkConfidence, checkList, uniformOf } from '../checks.js';
import { checkScores, type RunScores, type UniformRandom } from './scores.js';

/** Options of `stratifiedBootstrap`. */
export interface BootstrapOptions {
  /** Number of bootstrap resamples. Default 2,000. */
  readonly resamples?: number;
  /** Confidence of the interval, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Random generator of the resampling. */
  readonly random: UniformRandom;
}

/** An estimate with its bootstrap interval. */
export interface BootstrapInterval {
  readonly estimate: number;
  /** Null if an environment has a single run, whose resamples are all equal. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly confidence: number;
}

/**
 * The percentile interval of a statistic of the runs of one or more methods, by a stratified bootstrap: runs are
 * resampled with replacement within each environment and each method (Agarwal et al. 2021; Efron 1979). Too narrow with
 * few runs per environment; usable with 10 or more.
 * @param methods one list of scores for each argument of the statistic.
 * @param statistic computes the statistic from resampled scores.
 * @throws {InvalidOptionError} if an argument is invalid or the statistic is not finite.
 */
export function stratifiedBootstrap<Methods extends readonly RunScores[]>(
  methods: Methods,
  statistic: (...resampled: Methods) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  checkObject('options', options, 'an object with random');
  const { resamples = 2000, confidence = 0.95, random } = options;
  checkInteger('resamples', resamples, 1);
  checkConfidence(confidence);
  const uniform = uniformOf(random);
  checkList('methods', methods, 'an array with the scores for each argument of the statistic');
  for (const [k, scores] of methods.entries()) checkScores(`methods[${k}]`, scores);
  const checkedStatistic = (...resampled: Methods): number => {
    const value = statistic(...resampled);
    if (Number.isFinite(value)) return value;
    throw new InvalidOptionError(
      'statistic',
      described(`a value of ${value}`),
      'a function that returns a finite number',
    );
  };
  if (methods.some((scores) => scores.some(({ length }) => length === 1))) {
    return { estimate: checkedStatistic(...methods), lower: null, upper: null, confidence };
  }
  const draw = (runs: readonly number[]): number[] => runs.map(() => runs[Math.floor(uniform() * runs.length)]);
  const estimate = checkedStatistic(...methods);
  const values = new Float64Array(resamples);
  for (let k = 0; k < resamples; k++) {
    values[k] = checkedStatistic(...(methods.map((scores) => scores.map(draw)) as unknown as Methods));
  }
  values.sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate,
    lower: quantile(values, tail),
    upper: quantile(values, 1 - tail),
    confidence,
  };
}

/** A quantile of ascending values, with linear interpolation. */
export function quantile(ascending: Float64Array, probability: number): number {
  const place = probability * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}
