import {
  type Checkpoint,
  CheckpointError,
  CheckpointReader,
  checkInteger,
  checkPositive,
  InvalidOptionError,
} from '@ialp/core';
import type { Rollout } from '../../experience/rollout.js';

/** What is known of the items beforehand. */
export interface PriorOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /**
   * `[items]`: what was known before the first day (votes, sales), in any unit: only the order counts. Absent: all
   * items are equal.
   */
  readonly prior?: Float32Array;
  /**
   * How many times an item must have been shown for its own feedback to count as much as the prior. Default 20; 100 in
   * `createPopularity`, which never explores, and 50 in `createThompsonSampling`.
   */
  readonly priorStrength?: number;
}

/** How often an item must have been shown for its own feedback to count as much as the prior. */
const PRIOR_STRENGTH = 20;

/** @throws {InvalidOptionError} */
export function checkPrior({ items, prior, priorStrength = PRIOR_STRENGTH }: PriorOptions): void {
  checkInteger('items', items, 1);
  checkPositive('priorStrength', priorStrength);
  if (prior !== undefined && prior.length !== items) {
    throw new InvalidOptionError('prior', `${prior.length} numbers`, `one for each of the ${items} items`);
  }
  prior?.forEach((value, item) => {
    if (Number.isNaN(value)) throw new InvalidOptionError(`prior[${item}]`, value, 'a number');
  });
}

/**
 * Each item's mean feedback, shrunk towards a prior that falls evenly from 1 for the best known item to 0 for the least
 * known (1/2 for all if no prior is given): `(strength * prior + sum of feedback) / (strength + times shown)`.
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
    this.#prior = prior === undefined ? new Float32Array(items).fill(0.5) : evenlyByRank(prior);
    this.#feedback = new Float64Array(items);
    this.#shown = new Float64Array(items);
  }

  /** Counts what was shown and how it was answered. The rewards are finite. */
  add({ actions, reward }: Pick<Rollout, 'actions' | 'reward'>): void {
    for (let row = 0; row < actions.length; row++) {
      this.#feedback[actions[row]] += reward[row];
      this.#shown[actions[row]]++;
    }
  }

  /** What was counted so far. */
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

  /** The items from the greatest mean to the least; ties go to the lower index. */
  ranking(): Int32Array {
    return rankingOf(
      Float64Array.from(
        this.#prior,
        (value, item) => (this.#strength * value + this.#feedback[item]) / (this.#strength + this.#shown[item]),
      ),
    );
  }
}

/** The places of the greatest value, the second greatest, ...; ties go to the lower place. */
export function rankingOf(values: Float32Array | Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
}

/** 1 for the greatest value down to 0 for the least, in even steps. */
export function evenlyByRank(values: Float32Array): Float32Array {
  const result = new Float32Array(values.length);
  rankingOf(values).forEach((item, place) => {
    result[item] = values.length === 1 ? 1 : 1 - place / (values.length - 1);
  });
  return result;
}
