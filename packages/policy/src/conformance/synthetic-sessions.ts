import { type Allowances, isAllowed, type Observation, type Random } from '@ialp/core';
import { exclusionsOfMasks } from '@ialp/core/testing';
import { selectStates } from '../experience/states.js';
import type { Feedback } from '../experience/trajectory-recorder.js';
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
  readonly #rows: number;
  readonly #items: number;
  readonly #historyLength: number;
  readonly #random: Random;
  readonly #range: readonly [minimum: number, maximum: number];
  readonly #historyItems: Int32Array;
  readonly #historyFeedback: Float32Array;
  readonly #session: Float64Array;
  readonly #turn: Int32Array;
  /** `[rows, items]`: 1 for an item that a session allows. */
  readonly #allowed: Uint8Array;
  readonly #available: Uint8Array;
  readonly #feedback: Feedback;
  #begun = 0;

  constructor(rows: number, items: number, options: ConformanceOptions, seed = SEED) {
    const { historyLength = 10, feedback = [0, 1] } = options;
    [this.#rows, this.#items, this.#historyLength] = [rows, items, historyLength];
    this.#random = makeRandom(options, seed);
    this.#range = feedback;
    this.#historyItems = new Int32Array(rows * historyLength);
    this.#historyFeedback = new Float32Array(rows * historyLength);
    this.#session = new Float64Array(rows);
    this.#turn = new Int32Array(rows);
    this.#allowed = new Uint8Array(rows * items);
    this.#available = new Uint8Array(items).fill(1);
    this.#feedback = {
      reward: new Float32Array(rows),
      terminated: new Uint8Array(rows),
      truncated: new Uint8Array(rows),
    };
    for (let row = 0; row < rows; row++) this.#begin(row);
  }

  /** The current states. Their arrays are those of the sessions, but for the exclusions. */
  get observation(): Observation {
    return {
      ...{ rows: this.#rows, items: this.#items, historyLength: this.#historyLength },
      ...{ session: this.#session, turn: this.#turn },
      ...{ historyItems: this.#historyItems, historyFeedback: this.#historyFeedback },
      available: this.#available,
      exclusions: exclusionsOfMasks(this.#allowed, this.#rows),
    };
  }

  /** Shows an item in each session. Sessions that end stay in their last state until `beginEnded`. */
  step(shown: Int32Array): Feedback {
    const [items, historyLength] = [this.#items, this.#historyLength];
    const { reward, terminated, truncated } = this.#feedback;
    const [least, greatest] = this.#range;
    for (let row = 0; row < this.#rows; row++) {
      reward[row] = least + (greatest - least) * this.#random.uniform();
      const [start, end] = [row * historyLength, (row + 1) * historyLength];
      this.#historyItems.copyWithin(start, start + 1, end);
      this.#historyItems[end - 1] = shown[row];
      this.#historyFeedback.copyWithin(start, start + 1, end);
      this.#historyFeedback[end - 1] = reward[row];
      this.#allowed[row * items + shown[row]] = 0;
      this.#turn[row]++;
      const fate = this.#random.uniform();
      const nothingLeft = !this.#allowed.subarray(row * items, (row + 1) * items).includes(1);
      terminated[row] = fate < TERMINATED ? 1 : 0;
      truncated[row] = fate >= TERMINATED && (fate < TERMINATED + TRUNCATED || nothingLeft) ? 1 : 0;
    }
    return this.#feedback;
  }

  /** Begins a new session in each row whose session ended. */
  beginEnded(): void {
    const { terminated, truncated } = this.#feedback;
    for (let row = 0; row < terminated.length; row++) if (terminated[row] + truncated[row] > 0) this.#begin(row);
  }

  /** Makes some steps with random allowed items. */
  pass(steps: number): this {
    for (let step = 0; step < steps; step++) {
      this.step(anyAllowed(this.observation, this.#random));
      this.beginEnded();
    }
    return this;
  }

  #begin(row: number): void {
    const [items, historyLength] = [this.#items, this.#historyLength];
    this.#historyItems.fill(-1, row * historyLength, (row + 1) * historyLength);
    this.#historyFeedback.fill(0, row * historyLength, (row + 1) * historyLength);
    this.#session[row] = this.#begun++;
    this.#turn[row] = 0;
    for (let item = 0; item < items; item++) {
      this.#allowed[row * items + item] = this.#random.uniform() < AVAILABLE ? 1 : 0;
    }
    this.#allowed[row * items + this.#random.integer(items)] = 1;
  }
}

/** Synthetic states at various turns of their sessions; the same for the same sizes and seed. */
export function syntheticStates(rows: number, items: number, options: ConformanceOptions, seed = SEED): Observation {
  return new SyntheticSessions(rows, items, options, seed).pass(15).observation;
}

/** An allowed item for every state. */
export function anyAllowed(states: Allowances, random: Random): Int32Array {
  const { rows, items } = states;
  return Int32Array.from({ length: rows }, (_, row) => {
    const from = random.integer(items);
    for (let k = 0; k < items; k++) {
      const item = (from + k) % items;
      if (isAllowed(states, row, item)) return item;
    }
    return 0;
  });
}

/** A copy of an observation. */
export function copyObservation(observation: Observation): Observation {
  const { offset, count, items } = observation.exclusions;
  return {
    ...observation,
    session: observation.session.slice(),
    turn: observation.turn.slice(),
    historyItems: observation.historyItems.slice(),
    historyFeedback: observation.historyFeedback.slice(),
    available: observation.available.slice(),
    exclusions: { offset: offset.slice(), count: count.slice(), items: items.slice() },
  };
}

/** Some states of an observation, as a batch of their own. */
export function selectRows(observation: Observation, rows: readonly number[]): Observation {
  return {
    ...selectStates(observation, rows),
    session: Float64Array.from(rows, (row) => observation.session[row]),
    turn: Int32Array.from(rows, (row) => observation.turn[row]),
  };
}

/** One state of an observation, as a batch of its own. */
export function singleState(observation: Observation, row: number): Observation {
  return selectRows(observation, [row]);
}
