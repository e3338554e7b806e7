import type { Observation } from './observation.js';

/** What never changes about an environment; read it once, size your buffers by it. */
export interface EnvironmentSpec {
  /** Name for reports, for example `films`. */
  readonly name: string;
  /** Sessions that run at once: the batch dimension of every array. At least 1. */
  readonly sessions: number;
  /** Items in the catalogue; actions are item indices `0..items-1`. At least 1. */
  readonly items: number;
  /** How many of a session's last interactions an observation shows (`L`). At least 1. */
  readonly historyLength: number;
  /** Different items shown at each step (`K`). Actions are `[sessions, slateSize]`. 1 unless it is about slates. */
  readonly slateSize: number;
  /** Turns after which a session is cut (`truncated`), or `Infinity`. */
  readonly maxTurns: number;
  /** Whether an item may be shown twice in one session. Where it may not, the mask says so. */
  readonly repeats: boolean;
  /** The least and the greatest reward of one step. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
}

/** Which sessions to begin, and from which seed. */
export interface ResetOptions {
  /**
   * A 32-bit unsigned integer. Restarts every random stream: the same seed gives the same sessions, bit for bit.
   * Needed at the first reset, unless the environment was made with one. A seed goes with a reset of all sessions, never
   * with `resetMask`.
   */
  readonly seed?: number;
  /** `[sessions]`: 1 where a new session is to begin, 0 where the current one goes on. Absent: all begin anew. */
  readonly resetMask?: Uint8Array;
}

/** What one step of all sessions gave. The arrays belong to the environment and hold until its next call. */
export interface StepResult {
  /** The states after the step. For a session that has just ended it is that session's last one. */
  readonly observation: Observation;
  /** `[sessions]`: the feedback to what was shown. Finite, within `spec.rewardRange`. */
  readonly reward: Float32Array;
  /** `[sessions]`: 1 where the person left. The value of what would have followed is 0. */
  readonly terminated: Uint8Array;
  /**
   * `[sessions]`: 1 where a limit cut the session though the person stayed: the turn limit, or no item left to show.
   * What would have followed has a value, so learners bootstrap from the last observation. Never 1 with `terminated`.
   */
  readonly truncated: Uint8Array;
  /**
   * `[sessions]`: the position of the item that was chosen from the slate, -1 where none was; `reward` is the feedback to
   * it. Absent where there is nothing to choose: each item shown is answered.
   */
  readonly choice?: Int32Array;
}

/**
 * People who meet a recommender: many sessions at once, each with a person of its own.
 *
 * ```ts
 * let observation = env.reset({ seed: 1 });
 * for (;;) {
 *   const step = env.step(choose(observation));
 *   // ... use step.reward; step.observation is still the last one of sessions that ended
 *   observation = env.reset({ resetMask: ended(step) });
 * }
 * ```
 *
 * The rules, which `checkEnvironment` enforces:
 * - `reset` comes first; a session that ended is reset before its next step, and `step` throws if it was not.
 * - Nothing random comes from outside the seed, and every session has a random stream of its own: session 3 lives
 *   the same life whatever happens beside it, and whether 1 or 1,024 sessions run.
 * - Arrays that are returned are overwritten by the next `reset` or `step`. Copy what you keep.
 */
export interface Environment {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  readonly spec: EnvironmentSpec;
  /**
   * Begins sessions and gives the states of all.
   * @throws {InvalidOptionError} for a seed that is no 32-bit unsigned integer, or a `resetMask` of the wrong length.
   * @throws {EnvironmentStateError} at a first reset without a seed.
   */
  reset(options?: ResetOptions): Observation;
  /**
   * Shows `actions` (`[sessions, slateSize]` item indices) and takes the feedback.
   * @throws {InvalidOptionError} for another number of actions.
   * @throws {InvalidActionError} for an item that is no integer or out of range, forbidden by the mask, or twice in a slate.
   * @throws {EnvironmentStateError} before the first reset, or for a session that ended and was not reset.
   */
  step(actions: Int32Array): StepResult;
}
