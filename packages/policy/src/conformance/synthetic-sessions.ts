import type { Observation, Random } from '@ialp/core';
import type { Feedback } from '../experience/rollout.js';
import { type ConformanceOptions, makeRandom, SEED } from './conformance-options.js';

/** Probabilities, in each turn, that a session is terminated, and that it is truncated. */
const TERMINATED = 0.1;
const TRUNCATED = 0.1;
/** Share of the catalogue that is available in a session. */
const AVAILABLE = 0.75;

/**
 * Synthetic sessions: feedback, ends and available items are random, and no item is shown twice. They reach every kind of state,
 * but there is nothing to learn from them.
 */
export class SyntheticSessions {
  readonly observation: Observation;
  readonly #random: Random;
  readonly #range: readonly [minimum: number, maximum: number];
  readonly #feedback: Feedback;

  constructor(sessions: number, items: number, options: ConformanceOptions, seed = SEED) {
    const { historyLength = 10, feedback = [0, 1] } = options;
    this.#random = makeRandom(options, seed);
    this.#range = feedback;
    this.observation = {
      sessions,
      items,
      historyLength,
      historyItems: new Int32Array(sessions * historyLength),
      historyFeedback: new Float32Array(sessions * historyLength),
      mask: new Uint8Array(sessions * items),
      turn: new Int32Array(sessions),
    };
    this.#feedback = {
      reward: new Float32Array(sessions),
      terminated: new Uint8Array(sessions),
      truncated: new Uint8Array(sessions),
    };
    for (let slot = 0; slot < sessions; slot++) this.#begin(slot);
  }

  /** Shows an item in each session. Sessions that end stay in their last state until `beginEnded`. */
  step(shown: Int32Array): Feedback {
    const { sessions, items, historyLength, historyItems, historyFeedback, mask, turn } = this.observation;
    const { reward, terminated, truncated } = this.#feedback;
    const [least, greatest] = this.#range;
    for (let slot = 0; slot < sessions; slot++) {
      reward[slot] = least + (greatest - least) * this.#random.uniform();
      const [start, end] = [slot * historyLength, (slot + 1) * historyLength];
      historyItems.copyWithin(start, start + 1, end);
      historyItems[end - 1] = shown[slot];
      historyFeedback.copyWithin(start, start + 1, end);
      historyFeedback[end - 1] = reward[slot];
      mask[slot * items + shown[slot]] = 0;
      turn[slot]++;
      const fate = this.#random.uniform();
      const nothingLeft = !mask.subarray(slot * items, (slot + 1) * items).includes(1);
      terminated[slot] = fate < TERMINATED ? 1 : 0;
      truncated[slot] = fate >= TERMINATED && (fate < TERMINATED + TRUNCATED || nothingLeft) ? 1 : 0;
    }
    return this.#feedback;
  }

  /** Begins a new session in each slot whose session ended. */
  beginEnded(): void {
    const { terminated, truncated } = this.#feedback;
    for (let slot = 0; slot < terminated.length; slot++) if (terminated[slot] + truncated[slot] > 0) this.#begin(slot);
  }

  /** Makes some steps with random allowed items. */
  pass(steps: number): this {
    for (let step = 0; step < steps; step++) {
      this.step(anyAllowed(this.observation, this.#random));
      this.beginEnded();
    }
    return this;
  }

  #begin(slot: number): void {
    const { items, historyLength, historyItems, historyFeedback, mask, turn } = this.observation;
    historyItems.fill(-1, slot * historyLength, (slot + 1) * historyLength);
    historyFeedback.fill(0, slot * historyLength, (slot + 1) * historyLength);
    turn[slot] = 0;
    for (let item = 0; item < items; item++) {
      mask[slot * items + item] = this.#random.uniform() < AVAILABLE ? 1 : 0;
    }
    mask[slot * items + this.#random.integer(items)] = 1;
  }
}

/** Synthetic states at various turns of their sessions; the same for the same sizes and seed. */
export function syntheticStates(
  sessions: number,
  items: number,
  options: ConformanceOptions,
  seed = SEED,
): Observation {
  return new SyntheticSessions(sessions, items, options, seed).pass(15).observation;
}

/** An allowed item for every state. */
export function anyAllowed(
  { sessions, items, mask }: Pick<Observation, 'sessions' | 'items' | 'mask'>,
  random: Random,
): Int32Array {
  return Int32Array.from({ length: sessions }, (_, row) => {
    const from = random.integer(items);
    for (let k = 0; k < items; k++) {
      const item = (from + k) % items;
      if (mask[row * items + item] === 1) return item;
    }
    return 0;
  });
}

/** A copy of an observation. */
export function copyObservation(observation: Observation): Observation {
  return {
    ...observation,
    historyItems: observation.historyItems.slice(),
    historyFeedback: observation.historyFeedback.slice(),
    mask: observation.mask.slice(),
    turn: observation.turn.slice(),
  };
}

/** One state of an observation, as a batch of its own. */
export function singleState(observation: Observation, row: number): Observation {
  const { items, historyLength } = observation;
  return {
    sessions: 1,
    items,
    historyLength,
    historyItems: observation.historyItems.slice(row * historyLength, (row + 1) * historyLength),
    historyFeedback: observation.historyFeedback.slice(row * historyLength, (row + 1) * historyLength),
    mask: observation.mask.slice(row * items, (row + 1) * items),
    turn: observation.turn.slice(row, row + 1),
  };
}
