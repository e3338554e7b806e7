import type { Environment, EnvironmentSpec, ResetOptions, StepResult } from './environment.js';
import { EnvironmentStateError, InvalidActionError, InvalidOptionError } from './errors.js';
import type { ExitRule } from './exit-rules.js';
import { type Observation, PADDING } from './observation.js';
import { requireInteger } from './options.js';
import { createRandom, type Random } from './random.js';
import type { ResponseModel } from './response-model.js';
import type { Session } from './session.js';

/** Options of `createSimulator`. */
export interface SimulatorOptions {
  /** Name for reports. */
  readonly name: string;
  /** How people answer. */
  readonly responses: ResponseModel;
  /** When they leave: as soon as one of the rules says so. None: they stay to the turn limit. */
  readonly exits?: readonly ExitRule[];
  /** The people who may arrive, as user indices; each new session draws one. Default: all of them. */
  readonly users?: Int32Array;
  /** Sessions at once. Default 64. */
  readonly sessions?: number;
  /** Interactions that an observation shows. Default 10. */
  readonly historyLength?: number;
  /** Turns after which a session is truncated. Default 20. */
  readonly maxTurns?: number;
  /** Whether an item may be shown twice in a session. Default false. */
  readonly repeats?: boolean;
}

/**
 * An environment from parts: people who answer (`responses`) and leave (`exits`). It keeps the books of many sessions
 * at once: histories, masks, turns, random streams.
 * @throws {InvalidOptionError} for an option out of range, or a person in `users` whom the responses do not know.
 */
export function createSimulator(options: SimulatorOptions): Environment {
  return new Simulator(options);
}

class Simulator implements Environment {
  readonly spec: EnvironmentSpec;
  readonly #responses: ResponseModel;
  readonly #exits: readonly ExitRule[];
  readonly #arrivals: Int32Array;
  readonly #memory: SessionMemory;
  readonly #observation: Observation;
  readonly #result: StepResult;
  readonly #ended: Uint8Array;
  readonly #left: Int32Array;
  readonly #episode: Int32Array;
  readonly #streams: Random[];
  #seeded: Random | undefined;

  constructor(options: SimulatorOptions) {
    const { responses, exits = [], sessions = 64, historyLength = 10, maxTurns = 20, repeats = false } = options;
    requireInteger('sessions', sessions, 1);
    requireInteger('historyLength', historyLength, 1);
    if (maxTurns !== Number.POSITIVE_INFINITY) requireInteger('maxTurns', maxTurns, 1);
    const { items, users, rewardRange } = responses;
    requireInteger('responses.items', items, 1);
    requireInteger('responses.users', users, 1);
    this.#arrivals = options.users ?? Int32Array.from({ length: users }, (_, user) => user);
    if (this.#arrivals.length === 0) throw new InvalidOptionError('users', '[]', 'at least one person');
    for (const user of this.#arrivals) requireInteger('users', user, 0, users - 1);

    this.spec = {
      name: options.name,
      sessions,
      items,
      historyLength,
      slateSize: 1,
      maxTurns,
      repeats,
      rewardRange,
    };
    this.#responses = responses;
    this.#exits = exits;
    const window = Math.max(historyLength, responses.window, ...exits.map((rule) => rule.window));
    this.#memory = new SessionMemory(sessions, window);
    this.#observation = {
      sessions,
      items,
      historyLength,
      historyItems: new Int32Array(sessions * historyLength).fill(PADDING),
      historyFeedback: new Float32Array(sessions * historyLength),
      mask: new Uint8Array(sessions * items).fill(1),
      turn: this.#memory.turns,
    };
    this.#result = {
      observation: this.#observation,
      reward: new Float32Array(sessions),
      terminated: new Uint8Array(sessions),
      truncated: new Uint8Array(sessions),
    };
    this.#ended = new Uint8Array(sessions);
    this.#left = new Int32Array(sessions);
    this.#episode = new Int32Array(sessions);
    this.#streams = new Array<Random>(sessions);
  }

  reset({ seed, mask }: ResetOptions = {}): Observation {
    const { sessions } = this.spec;
    if (mask !== undefined && mask.length !== sessions) {
      throw new InvalidOptionError(
        'mask',
        `an array of ${mask.length}`,
        `one entry for each of the ${sessions} sessions`,
      );
    }
    if (seed !== undefined) {
      requireInteger('seed', seed, 0, 2 ** 32 - 1);
      if (mask !== undefined)
        throw new InvalidOptionError('mask', 'a mask', 'none beside a seed, which restarts all sessions');
      this.#seeded = createRandom(seed);
      this.#episode.fill(-1);
    }
    if (this.#seeded === undefined)
      throw new EnvironmentStateError('The first reset needs a seed: env.reset({ seed: 1 }).');
    for (let slot = 0; slot < sessions; slot++) {
      if (mask === undefined || mask[slot] !== 0) this.#begin(slot, this.#seeded);
    }
    return this.#observation;
  }

  step(actions: Int32Array): StepResult {
    this.#requireValid(actions);
    const { sessions, items, historyLength, maxTurns, repeats } = this.spec;
    const { historyItems, historyFeedback, mask } = this.#observation;
    const { reward, terminated, truncated } = this.#result;
    const memory = this.#memory;
    for (let slot = 0; slot < sessions; slot++) {
      const item = actions[slot];
      const stream = this.#streams[slot];
      memory.select(slot);
      const feedback = this.#responses.respond(memory, item, stream);
      memory.append(item, feedback);
      shiftIn(historyItems, slot * historyLength, historyLength, item);
      shiftIn(historyFeedback, slot * historyLength, historyLength, feedback);
      if (!repeats) {
        mask[slot * items + item] = 0;
        this.#left[slot]--;
      }
      let leaves = false;
      for (const rule of this.#exits) leaves = rule.leaves(memory, stream) || leaves;
      const cut = !leaves && (memory.turn >= maxTurns || this.#left[slot] === 0);
      reward[slot] = feedback;
      terminated[slot] = leaves ? 1 : 0;
      truncated[slot] = cut ? 1 : 0;
      this.#ended[slot] = leaves || cut ? 1 : 0;
    }
    return this.#result;
  }

  #begin(slot: number, seeded: Random): void {
    const { items, historyLength } = this.spec;
    const { historyItems, historyFeedback, mask } = this.#observation;
    const episode = ++this.#episode[slot];
    const stream = seeded.fork(slot, episode);
    this.#streams[slot] = stream;
    this.#memory.begin(slot, this.#arrivals[stream.integer(this.#arrivals.length)]);
    historyItems.fill(PADDING, slot * historyLength, (slot + 1) * historyLength);
    historyFeedback.fill(0, slot * historyLength, (slot + 1) * historyLength);
    mask.fill(1, slot * items, (slot + 1) * items);
    this.#left[slot] = items;
    this.#ended[slot] = 0;
  }

  /** Checks all actions before any is taken, so that a wrong one changes nothing. */
  #requireValid(actions: Int32Array): void {
    if (this.#seeded === undefined) throw new EnvironmentStateError('Call reset({ seed }) before the first step.');
    const { sessions, items } = this.spec;
    if (actions.length !== sessions) {
      throw new InvalidOptionError(
        'actions',
        `an array of ${actions.length}`,
        `one item for each of the ${sessions} sessions`,
      );
    }
    for (let slot = 0; slot < sessions; slot++) {
      const item = actions[slot];
      if (this.#ended[slot] === 1) {
        throw new EnvironmentStateError(
          `Session ${slot} has ended. Reset it before its next step: env.reset({ mask }).`,
        );
      }
      if (!(item >= 0 && item < items)) throw new InvalidActionError(slot, item, `an item from 0 to ${items - 1}`);
      if (this.#observation.mask[slot * items + item] === 0) {
        throw new InvalidActionError(slot, item, 'an item that the mask allows');
      }
    }
  }
}

/** The last interactions of every session, and a view of one of them at a time, so that a step allocates nothing. */
class SessionMemory implements Session {
  readonly turns: Int32Array;
  readonly #users: Int32Array;
  readonly #items: Int32Array;
  readonly #feedback: Float32Array;
  readonly #window: number;
  #slot = 0;

  constructor(sessions: number, window: number) {
    this.turns = new Int32Array(sessions);
    this.#users = new Int32Array(sessions);
    this.#items = new Int32Array(sessions * window);
    this.#feedback = new Float32Array(sessions * window);
    this.#window = window;
  }

  get user(): number {
    return this.#users[this.#slot];
  }

  get turn(): number {
    return this.turns[this.#slot];
  }

  item(back: number): number {
    return this.#items[this.#place(back)];
  }

  feedback(back: number): number {
    return this.#feedback[this.#place(back)];
  }

  select(slot: number): void {
    this.#slot = slot;
  }

  begin(slot: number, user: number): void {
    this.#users[slot] = user;
    this.turns[slot] = 0;
  }

  append(item: number, feedback: number): void {
    this.turns[this.#slot]++;
    const place = this.#place(0);
    this.#items[place] = item;
    this.#feedback[place] = feedback;
  }

  /** A ring of `window` places a session: interaction `k` of a session stands at `k % window`. */
  #place(back: number): number {
    return this.#slot * this.#window + ((this.turns[this.#slot] - 1 - back) % this.#window);
  }
}

/** Drops the first of `width` values and puts a new one last. */
function shiftIn(array: Int32Array | Float32Array, start: number, width: number, value: number): void {
  const last = start + width - 1;
  for (let place = start; place < last; place++) array[place] = array[place + 1];
  array[last] = value;
}
