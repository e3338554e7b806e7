import type { Random } from '@ialp/core';
import type { ReplayBuffer } from '../../experience/replay-buffer.js';

/** Options that all offline learners share. */
export interface OfflineOptions {
  /** The log; `buffer.add(trajectoriesOf(log))` fills it. */
  readonly buffer: ReplayBuffer;
  /** Samples the batches, and the items of a sampled softmax. */
  readonly random: Random;
  /** Transitions in one optimiser step. Default 256. */
  readonly batchSize?: number;
  /** The optimiser's step size. Default 0.001. */
  readonly learningRate?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 10. */
  readonly maxGradientNorm?: number;
}

/** Names of the options. */
export const OFFLINE_NAMES: readonly (keyof OfflineOptions)[] = [
  'buffer',
  'random',
  'batchSize',
  'learningRate',
  'maxGradientNorm',
];
