import { checkNumber } from '@ialp/core';

/** Options of every learner that trains a network. */
export interface TrainingOptions {
  /** The optimiser's step size. Default 0.003. */
  readonly learningRate?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 1. */
  readonly maxGradientNorm?: number;
}

/** Checks the options and fills in the defaults. @throws {InvalidOptionError} */
export function checkTrainingOptions({
  learningRate = 0.003,
  maxGradientNorm = 1,
}: TrainingOptions): Required<TrainingOptions> {
  checkNumber('learningRate', learningRate, 0);
  if (maxGradientNorm !== Number.POSITIVE_INFINITY) checkNumber('maxGradientNorm', maxGradientNorm, 0);
  return { learningRate, maxGradientNorm };
}
