import {
  type Checkpoint,
  checkInteger,
  type Environment,
  type EnvironmentSpec,
  type Observation,
  type ResetOptions,
  type StepResult,
} from '@ialp/core';
import { EnvironmentStateError } from '../errors.js';
import { beginSession, showFeatures } from './begin-session.js';
import { checkActions } from './check-actions.js';
import { checkReset } from './check-reset.js';
import { endSessions } from './end-sessions.js';
import { appendToHistories } from './history.js';
import { showItems } from './show-items.js';
import { showSlates } from './show-slates.js';
import { ShownSlate } from './shown-slate.js';
import { readSimulatorCheckpoint, simulatorCheckpoint } from './simulator-checkpoint.js';
import { type SimulatorOptions, type SimulatorSettings, simulatorSettings } from './simulator-options.js';
import { createSimulatorState, type SimulatorState } from './simulator-state.js';

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
  readonly #state: SimulatorState;
  readonly #slate: ShownSlate;
  #begun = false;
  /** The key of the next session: sessions since the last seed. */
  #nextKey = 0;
  /** Whether a step or a reset is in progress, or an error ended it: then some sessions have moved on and others have not. */
  #inProgress = false;

  constructor(settings: SimulatorSettings) {
    this.#state = createSimulatorState(settings);
    this.spec = this.#state.spec;
    this.#slate = new ShownSlate(settings.slateSize, settings.responses, settings.rewardRange, this.#state.memory);
  }

  reset(options: ResetOptions = {}): Observation {
    const { settings, observation, episode } = this.#state;
    const { sessions } = settings;
    checkReset(options, sessions);
    const { seed, resetMask } = options;
    const start = seed ?? (this.#begun ? undefined : settings.seed);
    if (start !== undefined) this.#restart(start);
    if (!this.#begun) throw new EnvironmentStateError('The first reset needs a seed: env.reset({ seed: 1 }).');
    this.#checkConsistent();
    this.#inProgress = true;
    for (let slot = 0; slot < sessions; slot++) {
      // The first reset begins all sessions, whatever `resetMask` says: no session can continue yet.
      if (resetMask === undefined || resetMask[slot] !== 0 || episode[slot] < 0) {
        beginSession(this.#state, slot, this.#nextKey++);
      }
    }
    this.#inProgress = false;
    return observation;
  }

  step(actions: Int32Array): StepResult {
    if (!this.#begun) throw new EnvironmentStateError('Call reset({ seed }) before the first step.');
    this.#checkConsistent();
    const state = this.#state;
    const { settings, observation, result, shown } = state;
    const { choice, slateSize } = settings;
    checkActions(actions, this.spec, shown, state.ended);
    this.#inProgress = true;
    // Each pass over the sessions does one thing: V8 compiles small loops with all that they call.
    shown?.appendTurn(actions, slateSize);
    if (choice === undefined) showItems(state, actions);
    else showSlates(state, this.#slate, choice, actions);
    endSessions(state);
    appendToHistories(observation, actions, slateSize, result.reward, result.choice);
    this.#inProgress = false;
    return result;
  }

  checkpoint(): Checkpoint {
    if (!this.#begun) throw new EnvironmentStateError('Call reset({ seed }) before the first checkpoint.');
    this.#checkConsistent();
    return simulatorCheckpoint(this.#state, this.#nextKey);
  }

  restore(checkpoint: Checkpoint): Observation {
    const { memory, observation } = this.#state;
    this.#nextKey = readSimulatorCheckpoint(this.#state, checkpoint)();
    this.#begun = true;
    this.#inProgress = false;
    for (let slot = 0; slot < this.spec.sessions; slot++) {
      memory.select(slot);
      showFeatures(this.#state, slot);
    }
    return observation;
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
    this.#state.root.seed(seed);
    this.#state.episode.fill(-1);
    this.#nextKey = 0;
    this.#begun = true;
  }
}
