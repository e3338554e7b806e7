import { InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/** Scores of one method: a list of runs (seeds) per environment. Normalise them so that environments are comparable. */
export type RunScores = readonly (readonly number[])[];

/** A random generator, such as the result of `createRandom`, or `{ uniform: Math.random }`. */
export interface UniformRandom {
  /** A random number of at least 0 and below 1. */
  uniform(): number;
}

/** @throws {InvalidOptionError} if there is no environment, one has no runs, or a score is not finite. */
export function checkScores(option: string, scores: RunScores): void {
  checkList(option, scores, 'an array of runs per environment');
  if (scores.length === 0) throw new InvalidOptionError(option, [], 'an array of runs per environment');
  for (const [environment, runs] of scores.entries()) {
    const where = `${option}[${environment}]`;
    checkList(where, runs, 'an array of scores');
    if (runs.length === 0) throw new InvalidOptionError(where, [], 'at least one run');
    const wrong = runs.findIndex((score) => !Number.isFinite(score));
    if (wrong !== -1) throw new InvalidOptionError(`${where}[${wrong}]`, runs[wrong], 'a finite number');
  }
}

/** The mean of numbers. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
}
