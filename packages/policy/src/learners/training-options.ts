import { checkNumber } from '@ialp/core';

/** What every learner that trains a network lets its user set. */
export interface TrainingOptions {
  /** The optimiser's step size. Default 0.003. */
  readonly learningRate?: number;
  /** The gradient is cut to this norm; `Infinity` leaves it as it is. Default 1. */
  readonly maxGradientNorm?: number;
}

/** Fills in the defaults. @throws {InvalidOptionError} */
export function checkTraining({
  learningRate = 0.003,
  maxGradientNorm = 1,
}: TrainingOptions): Required<TrainingOptions> {
  checkNumber('learningRate', learningRate, 0);
  if (maxGradientNorm !== Number.POSITIVE_INFINITY) checkNumber('maxGradientNorm', maxGradientNorm, 0);
  return { learningRate, maxGradientNorm };
}
