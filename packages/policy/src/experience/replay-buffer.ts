import {
  type Checkpoint,
  type CheckpointArray,
  CheckpointError,
  CheckpointReader,
  checkInteger,
  checkOptionNames,
  described,
  InvalidOptionError,
  type Random,
} from '@ialp/core';
import { checkRandom, foundOf } from '../checks/arguments.js';
import { checkFull } from '../checks/experience.js';
import { checkNamedOptions } from '../checks/options.js';
import { checkArray, checkStates } from '../checks/states.js';
import { ShapeError } from '../errors.js';
import type { States } from '../network.js';
import { bytesPerMask, PackedMasks } from './packed-masks.js';
import type { Rollout } from './rollout.js';
import { copyHistory, featureWidth } from './states.js';
import { emptyTransitions, type Transitions } from './transitions.js';

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
}

/** A log as transitions in columns, in the order of its turns. `transitionsOf` of `@ialp/env/logs` makes it. */
export interface LoggedTransitions {
  readonly turns: number;
  readonly historyLength: number;
  readonly slateSize: number;
  readonly session: Int32Array;
  readonly historyItems: Int32Array;
  readonly historyFeedback: Float32Array;
  readonly actions: Int32Array;
  readonly reward: Float32Array;
  readonly propensity?: Float32Array;
  readonly terminated: Uint8Array;
  readonly nextHistoryItems: Int32Array;
  readonly nextHistoryFeedback: Float32Array;
}

/**
 * Experience replay (Lin 1992; Mnih et al. 2015): a ring buffer of transitions, from which batches are sampled uniformly and with
 * replacement. Masks take one bit per item, so that a transition of a catalogue of 3,000 items takes less than a kilobyte.
 */
export class ReplayBuffer {
  readonly bufferSize: number;
  readonly items: number;
  readonly historyLength: number;
  readonly #features: number;
  /** The transitions without masks, which are packed in `#masks` and `#nextMasks`. */
  readonly #stored: Transitions;
  readonly #masks: PackedMasks;
  readonly #nextMasks: PackedMasks;
  #batch: Transitions | undefined;
  #added = 0;

  /** @throws {InvalidOptionError} for sizes that are not positive integers. */
  constructor(options: ReplayBufferOptions) {
    const names = ['bufferSize', 'items', 'historyLength', 'userFeatures'] as const;
    checkNamedOptions(options, '{ bufferSize: 50_000, items: 100 }', names);
    const { bufferSize, items, historyLength = 10, userFeatures = 0 } = options;
    for (const [option, value] of Object.entries({ bufferSize, items, historyLength })) checkInteger(option, value, 1);
    checkInteger('userFeatures', userFeatures, 0);
    this.bufferSize = bufferSize;
    this.items = items;
    this.historyLength = historyLength;
    this.#features = userFeatures;
    this.#stored = emptyTransitions(bufferSize, { items: 0, historyLength, userFeatures });
    this.#masks = new PackedMasks(bufferSize, items);
    this.#nextMasks = new PackedMasks(bufferSize, items);
  }

  /** Transitions that it holds now. */
  get size(): number {
    return Math.min(this.#added, this.bufferSize);
  }

  /**
   * Adds all transitions of a rollout.
   * @throws {ShapeError} for another catalogue, or states of other sizes; {InvalidOptionError} for a rollout that is not full.
   */
  addRollout(rollout: Rollout): void {
    checkFull(rollout);
    const { states, next, actions, propensity, reward, terminated } = rollout;
    for (const part of [states, next]) this.#checkFit(part);
    for (let row = 0; row < actions.length; row++) {
      const place = this.#added++ % this.bufferSize;
      copyHistory(states, row, this.#stored.states, place);
      copyHistory(next, row, this.#stored.next, place);
      this.#masks.set(place, states.mask.subarray(row * this.items, (row + 1) * this.items));
      this.#nextMasks.set(place, next.mask.subarray(row * this.items, (row + 1) * this.items));
      this.#stored.actions[place] = actions[row];
      this.#stored.propensity[place] = propensity[row];
      this.#stored.reward[place] = reward[row];
      this.#stored.terminated[place] = terminated[row];
    }
  }

  /**
   * Adds all transitions of a log of whole sessions. A log does not record which items were allowed: all items are, except those
   * shown before in the session unless `repeats` is true.
   * @throws {ShapeError} for states of other sizes, or slates.
   * @throws {InvalidOptionError} for an item that is not in the catalogue.
   */
  addLog(log: LoggedTransitions, options: { readonly repeats?: boolean } = {}): void {
    checkOptionNames(options, ['repeats']);
    const { repeats = false } = options;
    if (typeof log?.slateSize !== 'number') {
      const expected =
        "transitions, as transitionsOf of '@ialp/env/logs' makes them; of the interactions that runOnline returns: " +
        'transitionsOf({ header, log: completeLog(log) })';
      throw new InvalidOptionError('log', foundOf(log), expected);
    }
    const { turns, historyLength, slateSize, session, actions } = log;
    if (slateSize !== 1) throw new ShapeError('slateSize of the log', slateSize, 1);
    if (historyLength !== this.historyLength) {
      throw new ShapeError('historyLength of the log', historyLength, this.historyLength);
    }
    if (this.#features !== 0) throw new ShapeError('userFeatures of the log', 0, this.#features);
    checkLog(log);
    const wrong = actions.findIndex((item) => !(item >= 0 && item < this.items));
    if (wrong !== -1) {
      throw new InvalidOptionError(`log.actions[${wrong}]`, actions[wrong], `an item from 0 to ${this.items - 1}`);
    }
    const masks = new Map<number, Uint8Array>();
    const histories = { sessions: turns, historyLength };
    const before = { ...histories, historyItems: log.historyItems, historyFeedback: log.historyFeedback };
    const after = { ...histories, historyItems: log.nextHistoryItems, historyFeedback: log.nextHistoryFeedback };
    for (let turn = 0; turn < turns; turn++) {
      const mask = masks.get(session[turn]) ?? new Uint8Array(this.items).fill(1);
      masks.set(session[turn], mask);
      const place = this.#added++ % this.bufferSize;
      copyHistory(before, turn, this.#stored.states, place);
      copyHistory(after, turn, this.#stored.next, place);
      this.#masks.set(place, mask);
      if (!repeats) mask[actions[turn]] = 0;
      this.#nextMasks.set(place, mask);
      this.#stored.actions[place] = actions[turn];
      this.#stored.propensity[place] = log.propensity?.[turn] ?? Number.NaN;
      this.#stored.reward[place] = log.reward[turn];
      this.#stored.terminated[place] = log.terminated[turn];
    }
  }

  /** The greatest reward of the transitions that it holds; `-Infinity` if it holds none. */
  get greatestReward(): number {
    return this.#stored.reward.subarray(0, this.size).reduce((most, reward) => Math.max(most, reward), -Infinity);
  }

  /**
   * Samples transitions uniformly and with replacement. The arrays belong to the buffer until its next call.
   * @throws {InvalidOptionError} if the buffer is empty, for `rows` below 1, or for a value that is not a generator.
   */
  sample(rows: number, random: Random): Transitions {
    checkInteger('rows', rows, 1);
    checkRandom(random);
    if (this.size === 0)
      throw new InvalidOptionError('buffer', described('no transitions'), 'at least one to draw from');
    if (this.#batch?.actions.length !== rows) {
      const { items, historyLength } = this;
      this.#batch = emptyTransitions(rows, { items, historyLength, userFeatures: this.#features });
    }
    const batch = this.#batch as Transitions;
    for (let row = 0; row < rows; row++) {
      const place = random.integer(this.size);
      copyHistory(this.#stored.states, place, batch.states, row);
      copyHistory(this.#stored.next, place, batch.next, row);
      this.#masks.get(place, batch.states.mask.subarray(row * this.items, (row + 1) * this.items));
      this.#nextMasks.get(place, batch.next.mask.subarray(row * this.items, (row + 1) * this.items));
      batch.actions[row] = this.#stored.actions[place];
      batch.propensity[row] = this.#stored.propensity[place];
      batch.reward[row] = this.#stored.reward[place];
      batch.terminated[row] = this.#stored.terminated[place];
    }
    return batch;
  }

  /** A copy of the buffer's content. */
  checkpoint(): Checkpoint {
    const { states, next, ...columns } = this.#stored;
    const histories = { states, next };
    const { bufferSize, items, historyLength } = this;
    return {
      // The key of checkpoints on disk: `capacity`.
      ...{ capacity: bufferSize, items, historyLength, userFeatures: this.#features },
      added: this.#added,
      masks: this.#masks.bytes.slice(),
      nextMasks: this.#nextMasks.bytes.slice(),
      ...Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()])),
      ...Object.fromEntries(
        Object.entries(histories).map(([name, { historyItems, historyFeedback, userFeatures }]) => [
          name,
          {
            historyItems: historyItems.slice(),
            historyFeedback: historyFeedback.slice(),
            userFeatures: userFeatures?.slice() ?? new Float32Array(0),
          },
        ]),
      ),
    };
  }

  /** Makes a buffer with the sizes and the content of a checkpoint. @throws {CheckpointError} */
  static from(checkpoint: Checkpoint): ReplayBuffer {
    const reader = new CheckpointReader(checkpoint);
    const [bufferSize, items, historyLength] = ['capacity', 'items', 'historyLength'].map((name) =>
      reader.count(name, 1),
    );
    const userFeatures = reader.count('userFeatures');
    // Checked before anything is allocated: in a damaged checkpoint, sizes and arrays may not match.
    reader.array('masks', Uint8Array, bufferSize * bytesPerMask(items));
    reader.part('states').array('historyItems', Int32Array, bufferSize * historyLength);
    reader.part('states').array('userFeatures', Float32Array, bufferSize * userFeatures);
    const buffer = new ReplayBuffer({ bufferSize, items, historyLength, userFeatures });
    buffer.restore(checkpoint);
    return buffer;
  }

  /** Restores the content of a buffer of the same sizes. @throws {CheckpointError} for other sizes; the buffer is then unchanged. */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const { states, next, actions, propensity, reward, terminated } = this.#stored;
    const moves: (() => void)[] = [];
    const take = (own: CheckpointArray, from: CheckpointReader, name: string): void => {
      const found = from.array(name, own.constructor as new (length: number) => CheckpointArray, own.length);
      moves.push(() => own.set(found));
    };
    const columns = {
      actions,
      propensity,
      reward,
      terminated,
      masks: this.#masks.bytes,
      nextMasks: this.#nextMasks.bytes,
    };
    for (const [name, own] of Object.entries(columns)) take(own, reader, name);
    for (const [name, own] of Object.entries({ states, next })) {
      const part = reader.part(name);
      take(own.historyItems, part, 'historyItems');
      take(own.historyFeedback, part, 'historyFeedback');
      take(own.userFeatures ?? new Float32Array(0), part, 'userFeatures');
    }
    const added = reader.count('added');
    reader.items('actions', this.items, this.bufferSize);
    if (!reader.array('reward', Float32Array, this.bufferSize).every(Number.isFinite)) {
      throw new CheckpointError('checkpoint.reward: expected finite numbers; found others.');
    }
    for (const move of moves) move();
    this.#added = added;
  }

  #checkFit(states: States): void {
    const { items, historyLength } = this;
    const features = featureWidth(states);
    if (features !== this.#features) throw new ShapeError('userFeatures of the rollout', features, this.#features);
    checkStates(states, { items, historyLength, userFeatures: this.#features }, 'rollout');
  }
}

/** Throws unless each column of a log has the right kind and length. @throws {ShapeError} {InvalidOptionError} */
function checkLog(log: LoggedTransitions): void {
  const { turns, historyLength } = log;
  checkInteger('log.turns', turns, 0);
  const perTurn = 'one for each turn';
  const histories = `turns * historyLength = ${turns} * ${historyLength}`;
  for (const name of ['session', 'actions'] as const)
    checkArray(`log.${name}`, log[name], 'Int32Array', turns, perTurn);
  checkArray('log.reward', log.reward, 'Float32Array', turns, perTurn);
  checkArray('log.terminated', log.terminated, 'Uint8Array', turns, perTurn);
  if (log.propensity !== undefined) checkArray('log.propensity', log.propensity, 'Float32Array', turns, perTurn);
  for (const name of ['historyItems', 'nextHistoryItems'] as const) {
    checkArray(`log.${name}`, log[name], 'Int32Array', turns * historyLength, histories);
  }
  for (const name of ['historyFeedback', 'nextHistoryFeedback'] as const) {
    checkArray(`log.${name}`, log[name], 'Float32Array', turns * historyLength, histories);
  }
  const wrong = log.reward.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`log.reward[${wrong}]`, log.reward[wrong], 'a finite number');
}
