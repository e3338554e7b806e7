import { InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/** Scores of one method: a list of runs (seeds) for each environment. Best normalised, so that environments can be compared. */
export type RunScores = readonly (readonly number[])[];

/** A source of randomness, such as `createRandom` gives; `{ uniform: Math.random }` is another. */
export interface UniformRandom {
  /** A number from 0 to below 1. */
  uniform(): number;
}

/** @throws {InvalidOptionError} where there is no environment, one without runs, or a score that is no finite number. */
export function checkScores(option: string, scores: RunScores): void {
  checkList(option, scores, 'a list of runs for each environment');
  if (scores.length === 0) throw new InvalidOptionError(option, '[]', 'a list of runs for each environment');
  for (const [environment, runs] of scores.entries()) {
    const where = `${option}[${environment}]`;
    checkList(where, runs, 'a list of scores');
    if (runs.length === 0) throw new InvalidOptionError(where, '[]', 'at least one run');
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
