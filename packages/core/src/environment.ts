import type { Checkpoint } from './checkpoint/checkpoint.js';
import type { Observation } from './observation/observation.js';

/** The constants of an environment. Read it once and size your buffers by it. */
export interface EnvironmentSpec {
  /** Name for reports, such as `films`. */
  readonly name: string;
  /** Concurrent sessions: the rows of every observation and the batch dimension of every array. At least 1. */
  readonly sessions: number;
  /** Items in the catalogue; actions are item indices `0..items-1`. At least 1. */
  readonly items: number;
  /** Interactions that an observation shows (`L`). At least 1. */
  readonly historyLength: number;
  /** Distinct items shown at each step (`K`). Actions are `[sessions, slateSize]`. 1 without slates. */
  readonly slateSize: number;
  /** Turns after which a session is truncated, or `Infinity`. */
  readonly maxTurns: number;
  /** Whether an item may be shown twice in one session. If not, the session's exclusions list what it has seen. */
  readonly repeats: boolean;
  /** Width of the observations' `userFeatures`. Default 0: none. */
  readonly userFeatures?: number;
  /** The lowest and the highest reward of one step. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
}

/** Which sessions to begin, and from which seed. */
export interface ResetOptions {
  /**
   * A 32-bit unsigned integer. Restarts every random stream: the same seed gives the same sessions, bit for bit. The first reset
   * needs one unless the environment was created with one. A seed resets all sessions; it cannot be combined with `resetMask`.
   */
  readonly seed?: number;
  /** `[sessions]`: 1 to begin a new session, 0 to continue the current one. Default: all begin anew. */
  readonly resetMask?: Uint8Array;
}

/** The outcome of one step of all sessions. The arrays belong to the environment and are valid until its next call. */
export interface StepResult {
  /** The states after the step. For a session that has just ended, its last state. */
  readonly observation: Observation;
  /** `[sessions]`: the feedback to what was shown. Finite, within `spec.rewardRange`. */
  readonly reward: Float32Array;
  /** `[sessions]`: 1 if the user left. Do not bootstrap: the value of the next state is 0. */
  readonly terminated: Uint8Array;
  /**
   * `[sessions]`: 1 if a limit cut the session although the user would have stayed: the turn limit, or no items left to show.
   * Bootstrap from the last observation. Never 1 together with `terminated`.
   */
  readonly truncated: Uint8Array;
  /**
   * `[sessions]`: the position of the item that the user chose from the slate, -1 for none; `reward` is the feedback to it.
   * Absent if there is nothing to choose: the user responds to each item shown.
   */
  readonly choice?: Int32Array;
}

/**
 * The sessions that ended at a step, terminated or truncated: `env.reset({ resetMask: endedSessions(step) })`.
 * @returns `[sessions]`: 1 if the session ended, otherwise 0.
 */
export function endedSessions({ terminated, truncated }: Pick<StepResult, 'terminated' | 'truncated'>): Uint8Array {
  return terminated.map((left, session) => left | truncated[session]);
}

/**
 * Users who interact with a recommender: many concurrent sessions, each with a user of its own.
 *
 * ```ts
 * let observation = env.reset({ seed: 1 });
 * for (;;) {
 *   const step = env.step(myPolicy(observation));
 *   // ... use step.reward; step.observation still has the last state of sessions that ended
 *   observation = env.reset({ resetMask: endedSessions(step) });
 * }
 * ```
 *
 * The rules, which `checkEnvironment` of `@ialp/env/testing` checks:
 * - `reset` comes first. A session that ended must be reset before its next step; otherwise `step` throws.
 * - Row `s` of every observation belongs to slot `s`: it shows one session until that is reset, and then another, with a new key.
 * - All randomness derives from the seed, and every session has a random stream of its own: session 3 runs the same whatever
 *   happens in other sessions, and whether there are 1 or 1,024 of them.
 * - The next `reset`, `step` or `restore` overwrites returned arrays. Copy what you need later.
 * - From a checkpoint, the same actions give the same results, bit for bit, also in another process.
 */
export interface Environment {
  /** Version of this interface. */
  readonly specificationVersion: 'v2';
  readonly spec: EnvironmentSpec;
  /**
   * Begins sessions and returns the states of all.
   * @throws {InvalidOptionError} for a seed that is not a 32-bit unsigned integer, or a `resetMask` of the wrong length.
   * @throws {EnvironmentStateError} at a first reset without a seed.
   */
  reset(options?: ResetOptions): Observation;
  /**
   * Shows `actions` (`[sessions, slateSize]` item indices) and returns the users' feedback.
   * @throws {InvalidOptionError} for a wrong number of actions.
   * @throws {InvalidActionError} for an item that is not an integer, out of range, unavailable, excluded, or twice in a slate.
   * @throws {EnvironmentStateError} before the first reset, or for a session that ended and was not reset.
   */
  step(actions: Int32Array): StepResult;
  /**
   * A copy of everything that later results depend on: sessions, their users, random streams and keys. Allowed at any time after the first
   * reset, also while sessions that ended wait for theirs. An environment has both `checkpoint` and `restore`, or neither: then it cannot
   * be checkpointed.
   * @throws {EnvironmentStateError} before the first reset.
   */
  checkpoint?(): Checkpoint;
  /**
   * Continues from a checkpoint of an environment that was created in the same way, bit for bit. No reset is needed before.
   * @returns the states of all sessions. Those that had ended still need their reset.
   * @throws {CheckpointError} for a checkpoint of something else; the environment is then unchanged.
   */
  restore?(checkpoint: Checkpoint): Observation;
}
