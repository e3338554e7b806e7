import {
  type Checkpoint,
  CheckpointError,
  checkInteger,
  checkShare,
  described,
  endAfter,
  followingRows,
  InvalidOptionError,
  type Random,
  TRAJECTORY_END,
  type Trajectories,
} from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import { checkRandom } from '../checks/arguments.js';
import { checkFiniteRewards, checkTrajectories } from '../checks/experience.js';
import { checkNamedOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';
import { StateRows } from './state-rows.js';
import { featureWidth, selectStates } from './states.js';
import type { Transitions } from './transitions.js';

/** Options of `ReplayBuffer`. */
export interface ReplayBufferOptions {
  /** Capacity in transitions; when it is full, new transitions replace the oldest. */
  readonly bufferSize: number;
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history. Default 10. */
  readonly historyLength?: number;
  /** User features of each state. Default 0. */
  readonly userFeatures?: number;
  /** Items shown in each decision. Default 1. */
  readonly slateSize?: number;
}

/** Options of `ReplayBuffer.add`. */
export interface AddOptions {
  /** Greatest number of rewards in a transition: n-step returns within each trajectory. From 1 to 255. Default 1. */
  readonly nSteps?: number;
  /** Discount of those rewards. Default 1. */
  readonly discount?: number;
}

/**
 * Experience replay (Lin 1992; Mnih et al. 2015): a ring buffer of transitions, from which batches are sampled uniformly and with
 * replacement. A transition takes memory for its histories and exclusions, whatever the size of the catalogue.
 *
 * Items that are no longer available are not shown next: sampled next states have the availability of the experience that was added last.
 */
export class ReplayBuffer {
  readonly bufferSize: number;
  readonly items: number;
  readonly historyLength: number;
  readonly slateSize: number;
  readonly #features: number;
  readonly #states: StateRows;
  readonly #next: StateRows;
  readonly #actions: Int32Array;
  readonly #choice: Int32Array;
  readonly #propensity: Float32Array;
  readonly #feedback: Float32Array;
  readonly #reward: Float32Array;
  readonly #terminated: Uint8Array;
  readonly #steps: Uint8Array;
  #available: Uint8Array | undefined;
  #added = 0;

  /** @throws {InvalidOptionError} for sizes that are not positive integers. */
  constructor(options: ReplayBufferOptions) {
    const names = ['bufferSize', 'items', 'historyLength', 'userFeatures', 'slateSize'] as const;
    checkNamedOptions(options, '{ bufferSize: 50_000, items: 100 }', names);
    const { bufferSize, items, historyLength = 10, userFeatures = 0, slateSize = 1 } = options;
    for (const [option, value] of Object.entries({ bufferSize, items, historyLength, slateSize })) {
      checkInteger(option, value, 1);
    }
    checkInteger('userFeatures', userFeatures, 0);
    this.bufferSize = bufferSize;
    this.items = items;
    this.historyLength = historyLength;
    this.slateSize = slateSize;
    this.#features = userFeatures;
    this.#states = new StateRows({ items, historyLength, userFeatures });
    this.#next = new StateRows({ items, historyLength, userFeatures });
    this.#actions = new Int32Array(bufferSize * slateSize);
    this.#choice = new Int32Array(bufferSize);
    this.#propensity = new Float32Array(bufferSize * slateSize);
    this.#feedback = new Float32Array(bufferSize);
    this.#reward = new Float32Array(bufferSize);
    this.#terminated = new Uint8Array(bufferSize);
    this.#steps = new Uint8Array(bufferSize);
  }

  /** Transitions that it holds now. */
  get size(): number {
    return Math.min(this.#added, this.bufferSize);
  }

  /**
   * Adds a transition for each row of trajectories: recorded online, or made of a log by `trajectoriesOf` of `@ialp/core/log`.
   * @throws {ShapeError} for another catalogue, states of other sizes, or slates; {InvalidOptionError} for what is not trajectories;
   *   {DivergenceError} for a reward that is not finite. Nothing is then added.
   */
  add(trajectories: Trajectories, options: AddOptions = {}): void {
    checkNamedOptions(options, '{ nSteps: 3, discount: 0.8 }', ['nSteps', 'discount']);
    const { nSteps = 1, discount = 1 } = options;
    checkInteger('nSteps', nSteps, 1, 255);
    checkShare('discount', discount);
    const { items, historyLength } = this;
    checkTrajectories(trajectories, { items, historyLength, userFeatures: this.#features });
    const features = featureWidth(trajectories.states);
    if (features !== this.#features) throw new ShapeError('userFeatures of the trajectories', features, this.#features);
    const { slateSize } = this;
    if (trajectories.slateSize !== slateSize) {
      throw new ShapeError('slateSize of the trajectories', trajectories.slateSize, slateSize);
    }
    checkFiniteRewards(trajectories);
    const following = followingRows(trajectories);
    const { states, last, actions, choice, propensity, trajectory } = trajectories;
    for (let row = 0; row < trajectories.rows; row++) {
      const place = this.#added++ % this.bufferSize;
      const { reward, end, steps } = nStepReturn(trajectories, following, row, nSteps, discount);
      const next = following[end];
      this.#states.write(place, states, row);
      if (next >= 0) this.#next.write(place, states, next);
      else this.#next.write(place, last, trajectory[row]);
      for (let k = 0; k < slateSize; k++) {
        this.#actions[place * slateSize + k] = actions[row * slateSize + k];
        this.#propensity[place * slateSize + k] = propensity[row * slateSize + k];
      }
      this.#choice[place] = choice?.[row] ?? 0;
      this.#feedback[place] = trajectories.reward[row];
      this.#reward[place] = reward;
      this.#terminated[place] = endAfter(trajectories, end) === TRAJECTORY_END.terminated ? 1 : 0;
      this.#steps[place] = steps;
    }
    this.#available = trajectories.available ?? last.available;
  }

  /** The greatest feedback to an action of the transitions that it holds; `-Infinity` if it holds none. */
  get greatestReward(): number {
    return this.#feedback.subarray(0, this.size).reduce((most, reward) => Math.max(most, reward), -Infinity);
  }

  /**
   * Samples transitions uniformly and with replacement.
   * @throws {InvalidOptionError} if the buffer is empty, for `rows` below 1, or for a value that is not a generator.
   */
  sample(rows: number, random: Random): Transitions {
    checkInteger('rows', rows, 1);
    checkRandom(random);
    const { size } = this;
    if (size === 0) throw new InvalidOptionError('buffer', described('no transitions'), 'at least one to draw from');
    const places = Int32Array.from({ length: rows }, () => random.integer(size));
    const next = selectStates(this.#next.states(size), places);
    const { slateSize } = this;
    const ofSlate = (k: number): number => places[Math.floor(k / slateSize)] * slateSize + (k % slateSize);
    return {
      states: selectStates(this.#states.states(size), places),
      next: { ...next, available: this.#available ?? next.available },
      actions: Int32Array.from({ length: rows * slateSize }, (_, k) => this.#actions[ofSlate(k)]),
      choice: Int32Array.from(places, (place) => this.#choice[place]),
      propensity: Float32Array.from({ length: rows * slateSize }, (_, k) => this.#propensity[ofSlate(k)]),
      feedback: Float32Array.from(places, (place) => this.#feedback[place]),
      reward: Float32Array.from(places, (place) => this.#reward[place]),
      terminated: Uint8Array.from(places, (place) => this.#terminated[place]),
      steps: Uint8Array.from(places, (place) => this.#steps[place]),
    };
  }

  /** A copy of the buffer's content. */
  checkpoint(): Checkpoint {
    const { bufferSize, items, historyLength, slateSize, size } = this;
    return {
      ...{ bufferSize, items, historyLength, slateSize, userFeatures: this.#features, added: this.#added },
      states: this.#states.checkpoint(size),
      next: this.#next.checkpoint(size),
      available: this.#available?.slice() ?? new Uint8Array(0),
      actions: this.#actions.slice(0, size * slateSize),
      choice: this.#choice.slice(0, size),
      propensity: this.#propensity.slice(0, size * slateSize),
      feedback: this.#feedback.slice(0, size),
      reward: this.#reward.slice(0, size),
      terminated: this.#terminated.slice(0, size),
      steps: this.#steps.slice(0, size),
    };
  }

  /** Makes a buffer with the sizes and the content of a checkpoint. @throws {CheckpointError} */
  static from(checkpoint: Checkpoint): ReplayBuffer {
    const reader = new CheckpointReader(checkpoint);
    const [bufferSize, items, historyLength, slateSize] = ['bufferSize', 'items', 'historyLength', 'slateSize'].map(
      (name) => reader.count(name, 1),
    );
    const userFeatures = reader.count('userFeatures');
    // Checked before anything is allocated: in a damaged checkpoint, sizes and arrays may not match.
    const size = Math.min(bufferSize, reader.count('added'));
    reader.array('actions', Int32Array, size * slateSize);
    const buffer = new ReplayBuffer({ bufferSize, items, historyLength, userFeatures, slateSize });
    buffer.restore(checkpoint);
    return buffer;
  }

  /** Restores the content of a buffer of the same sizes. @throws {CheckpointError} for other sizes; the buffer is then unchanged. */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const { bufferSize, slateSize } = this;
    for (const [name, own] of Object.entries({
      bufferSize,
      items: this.items,
      historyLength: this.historyLength,
      slateSize,
    })) {
      if (reader.count(name) === own) continue;
      throw new CheckpointError(`checkpoint.${name}: expected ${own}; found ${reader.count(name)}.`);
    }
    const added = reader.count('added');
    const size = Math.min(added, this.bufferSize);
    const actions = reader.items('actions', this.items, size * slateSize);
    const choice = reader.array('choice', Int32Array, size);
    if (!choice.every((position) => position >= -1 && position < slateSize)) {
      throw new CheckpointError(`checkpoint.choice: expected positions below ${slateSize}, or -1; found others.`);
    }
    const propensity = reader.array('propensity', Float32Array, size * slateSize);
    const [feedback, reward] = ['feedback', 'reward'].map((name) => reader.array(name, Float32Array, size));
    const [terminated, steps] = ['terminated', 'steps'].map((name) => reader.array(name, Uint8Array, size));
    const available = reader.array('available', Uint8Array, size === 0 ? 0 : this.items);
    if (![feedback, reward].every((column) => column.every(Number.isFinite))) {
      throw new CheckpointError('checkpoint.reward: expected finite numbers; found others.');
    }
    if (!steps.every((count) => count > 0) || !terminated.every((left) => left <= 1)) {
      throw new CheckpointError('checkpoint.steps: expected at least 1 each, and 0 or 1 in terminated; found others.');
    }
    const [states, next] = ['states', 'next'].map((name) => this.#states.read(reader.part(name), size));
    this.#states.restore(states);
    this.#next.restore(next);
    this.#actions.set(actions);
    this.#choice.set(choice);
    this.#propensity.set(propensity);
    this.#feedback.set(feedback);
    this.#reward.set(reward);
    this.#terminated.set(terminated);
    this.#steps.set(steps);
    this.#available = size === 0 ? undefined : available.slice();
    this.#added = added;
  }
}

/** The discounted sum of up to `nSteps` rewards from a row on, the row of the last of them, and their number. */
function nStepReturn(
  { reward }: Trajectories,
  following: Int32Array,
  row: number,
  nSteps: number,
  discount: number,
): { readonly reward: number; readonly end: number; readonly steps: number } {
  let end = row;
  let sum = reward[row];
  let steps = 1;
  for (let weight = discount; steps < nSteps && following[end] >= 0; steps++, weight *= discount) {
    end = following[end];
    sum += weight * reward[end];
  }
  return { reward: sum, end, steps };
}
