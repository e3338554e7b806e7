import { checkNumber } from '@ialp/core';
import { checkSchedule, type Schedule } from './schedule.js';

/** Settings of the optimiser, which every learner that trains a network has. */
export interface TrainingOptions<Rate extends Schedule> {
  /** The optimiser's step size. */
  readonly learningRate: Rate;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. */
  readonly maxGradientNorm: number;
}

/** Returns the settings, checked. @throws {InvalidOptionError} */
export function checkTrainingOptions<Rate extends Schedule>(options: TrainingOptions<Rate>): TrainingOptions<Rate> {
  const { learningRate, maxGradientNorm } = options;
  checkSchedule('learningRate', learningRate);
  if (maxGradientNorm !== Number.POSITIVE_INFINITY) checkNumber('maxGradientNorm', maxGradientNorm, 0);
  return { learningRate, maxGradientNorm };
}
