import {
  type Checkpoint,
  checkInteger,
  type Environment,
  type EnvironmentSpec,
  InvalidOptionError,
  noExclusions,
  type Observation,
  PADDING,
  type ResetOptions,
  SmallFastRandom,
  type StepResult,
} from '@ialp/core';
import { NO_CHOICE } from '../choices/choice-model.js';
import { EnvironmentStateError } from '../errors.js';
import { checkActions } from './check-actions.js';
import { checkReset } from './check-reset.js';
import { appendToHistories } from './history.js';
import { checkReward } from './reward-range.js';
import { SessionMemory } from './session-memory.js';
import { ShownItems } from './shown-items.js';
import { ShownSlate } from './shown-slate.js';
import { readSimulatorCheckpoint, type SimulatorState, simulatorCheckpoint } from './simulator-checkpoint.js';
import { maximumShown, type SimulatorOptions, type SimulatorSettings, simulatorSettings } from './simulator-options.js';
import { stateRows } from './state-rows.js';

export type { SimulatorOptions } from './simulator-options.js';

/**
 * Creates an environment from parts: a model of how users respond (`responses`), choose from slates (`slate`) and leave
 * (`terminationRules`). The simulator manages many concurrent sessions: keys, histories, exclusions, turns, model states
 * and random streams, all of which are in its checkpoints. A step allocates no memory, except when a session gets longer than all before it.
 *
 * With a slate, each turn shows `size` distinct items. The reward is the feedback to the chosen item, or 0 if the user chooses
 * none. The history gets all items of the slate in their order; those that were not chosen have feedback 0. A session with
 * fewer than `size` items left is truncated.
 *
 * `step` throws an `InvalidRewardError` for feedback outside `responses.rewardRange`. If a response model, a choice model or a
 * rule throws, some sessions have moved on and others have not: the environment then requires a reset with a seed.
 * @throws {InvalidOptionError} for an option out of range, or a user in `userPool` that the responses do not have.
 */
export function createSimulator(options: SimulatorOptions): Environment {
  const settings = simulatorSettings(options);
  const simulator: Environment = new Simulator(settings);
  // What the simulator does not hold would be missing in its checkpoints.
  return settings.responses.hasOtherState === true
    ? Object.assign(simulator, { checkpoint: undefined, restore: undefined })
    : simulator;
}

class Simulator implements Environment {
  readonly specificationVersion = 'v2';
  readonly spec: EnvironmentSpec;
  readonly #settings: SimulatorSettings;
  readonly #memory: SessionMemory;
  readonly #slate: ShownSlate;
  readonly #observation: Observation;
  readonly #result: StepResult;
  readonly #choice: Int32Array;
  readonly #ended: Uint8Array;
  readonly #episode: Int32Array;
  readonly #streams: readonly SmallFastRandom[];
  /** `[sessions]` states of the response model, and `[rules][sessions]` states of the termination rules. */
  readonly #state: readonly Float64Array[];
  readonly #ruleStates: readonly (readonly Float64Array[])[];
  /** Undefined if items may be repeated. */
  readonly #shown: ShownItems | undefined;
  readonly #root = new SmallFastRandom();
  #begun = false;
  /** The key of the next session: sessions since the last seed. */
  #nextKey = 0;
  /** Whether a step or a reset is in progress, or an error ended it: then some sessions have moved on and others have not. */
  #inProgress = false;

  constructor(settings: SimulatorSettings) {
    const { name, responses, terminationRules, sessions, historyLength, maxTurns, repeats, slateSize, choice } =
      settings;
    const { items, rewardRange, stateSize = 0 } = responses;
    const features = settings.userFeatures?.names.length ?? 0;
    this.#settings = settings;
    this.spec = {
      name,
      sessions,
      items,
      historyLength,
      slateSize,
      maxTurns,
      repeats,
      ...(features > 0 && { userFeatures: features }),
      rewardRange: choice === undefined ? rewardRange : [Math.min(0, rewardRange[0]), Math.max(0, rewardRange[1])],
    };
    const window = Math.max(responses.window, ...terminationRules.map((rule) => rule.window));
    this.#memory = new SessionMemory(sessions, window + slateSize, slateSize);
    this.#slate = new ShownSlate(slateSize, responses, settings.rewardRange, this.#memory);
    this.#shown = repeats ? undefined : new ShownItems(sessions, maximumShown(this.spec));
    this.#observation = {
      rows: sessions,
      items,
      historyLength,
      session: new Float64Array(sessions),
      turn: this.#memory.turns,
      historyItems: new Int32Array(sessions * historyLength).fill(PADDING),
      historyFeedback: new Float32Array(sessions * historyLength),
      available: new Uint8Array(items).fill(1),
      exclusions: this.#shown ?? noExclusions(sessions),
      ...(features > 0 && { userFeatures: new Float32Array(sessions * features) }),
    };
    this.#choice = new Int32Array(sessions);
    this.#result = {
      observation: this.#observation,
      reward: new Float32Array(sessions),
      terminated: new Uint8Array(sessions),
      truncated: new Uint8Array(sessions),
      ...(choice && { choice: this.#choice }),
    };
    this.#ended = new Uint8Array(sessions);
    this.#episode = new Int32Array(sessions);
    this.#streams = Array.from({ length: sessions }, () => new SmallFastRandom());
    this.#state = stateRows(sessions, stateSize);
    this.#ruleStates = terminationRules.map((rule) => stateRows(sessions, rule.stateSize ?? 0));
  }

  reset(options: ResetOptions = {}): Observation {
    const { sessions } = this.spec;
    checkReset(options, sessions);
    const { seed, resetMask } = options;
    const start = seed ?? (this.#begun ? undefined : this.#settings.seed);
    if (start !== undefined) this.#restart(start);
    if (!this.#begun) throw new EnvironmentStateError('The first reset needs a seed: env.reset({ seed: 1 }).');
    this.#checkConsistent();
    this.#inProgress = true;
    for (let slot = 0; slot < sessions; slot++) {
      // The first reset begins all sessions, whatever `resetMask` says: no session can continue yet.
      if (resetMask === undefined || resetMask[slot] !== 0 || this.#episode[slot] < 0) this.#begin(slot);
    }
    this.#inProgress = false;
    return this.#observation;
  }

  step(actions: Int32Array): StepResult {
    if (!this.#begun) throw new EnvironmentStateError('Call reset({ seed }) before the first step.');
    this.#checkConsistent();
    checkActions(actions, this.spec, this.#observation.exclusions, this.#ended);
    this.#inProgress = true;
    const { sessions, items, maxTurns, repeats, slateSize } = this.spec;
    const { terminationRules, choice } = this.#settings;
    const { reward, terminated, truncated } = this.#result;
    const memory = this.#memory;
    const streams = this.#streams;
    const ruleStates = this.#ruleStates;
    const ended = this.#ended;
    for (let slot = 0; slot < sessions; slot++) {
      const stream = streams[slot];
      memory.select(slot);
      if (!repeats) this.#exclude(slot, actions);
      const feedback = choice === undefined ? this.#answer(slot, actions[slot]) : this.#choose(slot, actions);
      memory.endTurn(feedback);
      let leaves = false;
      for (let k = 0; k < terminationRules.length; k++) {
        leaves = terminationRules[k].terminates(memory, stream, ruleStates[k][slot]) || leaves;
      }
      const cut = !leaves && (memory.turn >= maxTurns || (!repeats && items - memory.shown < slateSize));
      reward[slot] = feedback;
      terminated[slot] = leaves ? 1 : 0;
      truncated[slot] = cut ? 1 : 0;
      ended[slot] = leaves || cut ? 1 : 0;
    }
    appendToHistories(this.#observation, actions, slateSize, reward, choice && this.#choice);
    this.#inProgress = false;
    return this.#result;
  }

  /** The feedback to the single item shown. */
  #answer(slot: number, item: number): number {
    const { responses, rewardRange } = this.#settings;
    const stream = this.#streams[slot];
    const state = this.#state[slot];
    const feedback = responses.respond(this.#memory, item, stream, state);
    checkReward(feedback, slot, item, rewardRange, responses.rewardRange);
    responses.update?.(state, this.#memory, item, feedback, stream);
    this.#memory.append(item, feedback);
    return feedback;
  }

  /** The feedback to the item that the user chooses from the slate; 0 for none. */
  #choose(slot: number, actions: Int32Array): number {
    const { responses, choice, rewardRange, slateSize } = this.#settings;
    const stream = this.#streams[slot];
    const state = this.#state[slot];
    const start = slot * slateSize;
    this.#slate.show(actions, start, stream, state);
    const chosen = choice!.choose(this.#slate, stream);
    if (!(Number.isInteger(chosen) && chosen >= NO_CHOICE && chosen < slateSize)) {
      const expected = `a position from 0 to ${slateSize - 1}, or ${NO_CHOICE} for none`;
      throw new InvalidOptionError(`choice of session ${slot}`, chosen, expected);
    }
    this.#choice[slot] = chosen;
    let feedback = 0;
    if (chosen !== NO_CHOICE) {
      if (choice!.by === 'responses') feedback = this.#slate.respond(chosen);
      else if (responses.consume === undefined) feedback = responses.rewardRange[1];
      else {
        const item = actions[start + chosen];
        feedback = responses.consume(this.#memory, item, stream, state);
        checkReward(feedback, slot, item, rewardRange, responses.rewardRange);
      }
    }
    for (let position = 0; position < slateSize; position++) {
      const item = actions[start + position];
      const own = position === chosen ? feedback : 0;
      responses.update?.(state, this.#memory, item, own, stream);
      this.#memory.append(item, own);
    }
    return feedback;
  }

  #exclude(slot: number, actions: Int32Array): void {
    const { slateSize } = this.spec;
    for (let place = slot * slateSize; place < (slot + 1) * slateSize; place++) {
      this.#shown!.append(slot, actions[place]);
    }
  }

  checkpoint(): Checkpoint {
    if (!this.#begun) throw new EnvironmentStateError('Call reset({ seed }) before the first checkpoint.');
    this.#checkConsistent();
    return simulatorCheckpoint(this.#parts(), this.#nextKey);
  }

  restore(checkpoint: Checkpoint): Observation {
    this.#nextKey = readSimulatorCheckpoint(this.#parts(), checkpoint)();
    this.#begun = true;
    this.#inProgress = false;
    for (let slot = 0; slot < this.spec.sessions; slot++) {
      this.#memory.select(slot);
      this.#showFeatures(slot);
    }
    return this.#observation;
  }

  #parts(): SimulatorState {
    return {
      ...{ settings: this.#settings, spec: this.spec, observation: this.#observation, memory: this.#memory },
      ...{ shown: this.#shown, ended: this.#ended, episode: this.#episode, root: this.#root, streams: this.#streams },
      ...{ responseStates: this.#state, ruleStates: this.#ruleStates },
    };
  }

  #checkConsistent(): void {
    if (!this.#inProgress) return;
    throw new EnvironmentStateError(
      'The last call ended with an error halfway: some sessions moved on, others did not. Restart all: env.reset({ seed }).',
    );
  }

  /** Restarts all random streams from a seed, at the first episode. */
  #restart(seed: number): void {
    checkInteger('seed', seed, 0, 2 ** 32 - 1);
    this.#inProgress = false;
    this.#root.seed(seed);
    this.#episode.fill(-1);
    this.#nextKey = 0;
    this.#begun = true;
  }

  #begin(slot: number): void {
    const { historyLength } = this.spec;
    const { responses, terminationRules, userPool } = this.#settings;
    const { session, historyItems, historyFeedback } = this.#observation;
    const memory = this.#memory;
    const stream = this.#streams[slot];
    memory.select(slot);
    session[slot] = this.#nextKey++;
    this.#shown?.clear(slot);
    stream.become(this.#root, slot, ++this.#episode[slot]);
    memory.begin(userPool[stream.integer(userPool.length)]);
    // Loops, because `fill` is slower for a few values.
    for (let place = slot * historyLength; place < (slot + 1) * historyLength; place++) {
      historyItems[place] = PADDING;
      historyFeedback[place] = 0;
    }
    this.#showFeatures(slot);
    const state = this.#state[slot];
    for (let k = 0; k < state.length; k++) state[k] = 0;
    responses.begin?.(state, memory, stream);
    for (let k = 0; k < terminationRules.length; k++) {
      const own = this.#ruleStates[k][slot];
      for (let j = 0; j < own.length; j++) own[j] = 0;
      terminationRules[k].begin?.(own, memory, stream);
    }
    this.#ended[slot] = 0;
  }

  #showFeatures(slot: number): void {
    const { userFeatures } = this.#settings;
    const shownFeatures = this.#observation.userFeatures;
    if (userFeatures === undefined || shownFeatures === undefined) return;
    const width = userFeatures.names.length;
    const from = this.#memory.user * width;
    for (let k = 0; k < width; k++) shownFeatures[slot * width + k] = userFeatures.values[from + k];
  }
}
