import {
  type Checkpoint,
  CheckpointError,
  checkInteger,
  checkPositive,
  counted,
  described,
  InvalidOptionError,
} from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import type { ShownItems } from './shown-items.js';

/** Prior knowledge of the items. */
export interface PriorOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /**
   * `[items]`: popularity before the first day, such as votes or sales, in any unit: only its ranks are used. Default: all items
   * are equal.
   */
  readonly prior?: Float32Array;
  /**
   * Pseudo-count of the prior: number of times an item must be shown until its own feedback has the same weight. Default 20; 100
   * in `createPopularity`, which never explores, and 50 in `createThompsonSampling`.
   */
  readonly priorStrength?: number;
}

/** Names of the options. */
export const PRIOR_NAMES: readonly (keyof PriorOptions)[] = ['items', 'prior', 'priorStrength'];

/** Default pseudo-count of the prior. */
const PRIOR_STRENGTH = 20;

/** @throws {InvalidOptionError} */
export function checkPrior({ items, prior, priorStrength = PRIOR_STRENGTH }: PriorOptions): void {
  checkInteger('items', items, 1);
  checkPositive('priorStrength', priorStrength);
  if (prior !== undefined && prior.length !== items) {
    throw new InvalidOptionError('prior', described(counted(prior.length, 'number')), counted(items, 'number'));
  }
  prior?.forEach((value, item) => {
    if (Number.isNaN(value)) throw new InvalidOptionError(`prior[${item}]`, value, 'a number');
  });
}

/**
 * Mean feedback of each item, shrunk towards a prior that decreases linearly with the item's rank in `prior`, from 1 to 0 (1/2
 * for all items without `prior`): `(strength * prior + sum of feedback) / (strength + times shown)`.
 */
export class MeanFeedback {
  readonly #strength: number;
  readonly #prior: Float32Array;
  readonly #feedback: Float64Array;
  readonly #shown: Float64Array;

  /** @throws {InvalidOptionError} */
  constructor(options: PriorOptions) {
    checkPrior(options);
    const { items, prior, priorStrength = PRIOR_STRENGTH } = options;
    this.#strength = priorStrength;
    this.#prior = prior === undefined ? new Float32Array(items).fill(0.5) : scaledRanks(prior);
    this.#feedback = new Float64Array(items);
    this.#shown = new Float64Array(items);
  }

  /** Adds items that were shown, and the feedback to them. The feedback is finite. */
  add({ items, feedback }: ShownItems): void {
    for (let place = 0; place < items.length; place++) {
      this.#feedback[items[place]] += feedback[place];
      this.#shown[items[place]]++;
    }
  }

  /** The counts so far. */
  checkpoint(): Checkpoint {
    return { feedback: this.#feedback.slice(), shown: this.#shown.slice() };
  }

  /** @throws {CheckpointError} */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const [feedback, shown] = ['feedback', 'shown'].map((name) => reader.array(name, Float64Array, this.#shown.length));
    if (!feedback.every(Number.isFinite) || !shown.every((times) => times >= 0 && Number.isFinite(times))) {
      throw new CheckpointError('checkpoint: expected finite sums of feedback, and how often each item was shown.');
    }
    this.#feedback.set(feedback);
    this.#shown.set(shown);
  }

  /** The items in descending order of their means; ties go to the lower index. */
  ranking(): Int32Array {
    return rankingOf(
      Float64Array.from(
        this.#prior,
        (value, item) => (this.#strength * value + this.#feedback[item]) / (this.#strength + this.#shown[item]),
      ),
    );
  }
}

/** Indices in descending order of their values; ties go to the lower index. */
export function rankingOf(values: Float32Array | Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
}

/** Replaces values by their ranks, scaled linearly: 1 for the greatest, 0 for the smallest. */
export function scaledRanks(values: Float32Array): Float32Array {
  const result = new Float32Array(values.length);
  rankingOf(values).forEach((item, place) => {
    result[item] = values.length === 1 ? 1 : 1 - place / (values.length - 1);
  });
  return result;
}
