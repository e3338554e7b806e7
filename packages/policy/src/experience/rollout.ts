import { checkInteger, described, InvalidOptionError, type Observation } from '@ialp/core';
import { checkArray, checkItems, checkStates } from '../checks/states.js';
import { ShapeError } from '../errors.js';
import type { States } from '../network.js';
import type { Action } from '../policy.js';
import { copyStates, emptyStates } from './states.js';

/** Feedback to an action, `[sessions]` each: what `Environment.step` returns, without its observation. */
export interface Feedback {
  readonly reward: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/**
 * Experience of `sessions` session slots over `steps` steps: states, actions and feedback. Row `t * sessions + s` is step `t` of
 * session slot `s`. Sessions continue from one rollout to the next; when one ends, a new one begins in its slot.
 *
 * The arrays are allocated once and overwritten by each rollout.
 */
export class Rollout {
  readonly steps: number;
  readonly sessions: number;
  /** `[steps * sessions]`: states in which the actions were chosen. */
  readonly states: States;
  /** `[steps * sessions]`: items shown. */
  readonly actions: Int32Array;
  /** `[steps * sessions]`: probability with which the behaviour policy chose them. */
  readonly propensity: Float32Array;
  /** `[steps * sessions]`: feedback. */
  readonly reward: Float32Array;
  /** `[steps * sessions]`: 1 where the user left. */
  readonly terminated: Uint8Array;
  /** `[steps * sessions]`: 1 where a limit ended the session. */
  readonly truncated: Uint8Array;
  /**
   * `[steps * sessions]`: the next states. Where a session ended, it is the last state of that session and not the first of the
   * next, so that a truncated session can be bootstrapped; its mask may then allow nothing.
   */
  readonly next: States;
  #filled = 0;
  /** Whether the feedback to the last recorded action is missing. */
  #awaitsFeedback = false;

  /**
   * @param shape sizes of the observations to record, such as the first observation.
   * @throws {InvalidOptionError} for sizes that are not integers of at least 1.
   */
  constructor(steps: number, shape: Pick<Observation, 'sessions' | 'items' | 'historyLength' | 'userFeatures'>) {
    const { sessions, items, historyLength, userFeatures } = shape;
    for (const [option, value] of Object.entries({ steps, sessions, items, historyLength })) {
      checkInteger(option, value, 1);
    }
    const rows = steps * sessions;
    const features = userFeatures === undefined ? 0 : userFeatures.length / sessions;
    this.steps = steps;
    this.sessions = sessions;
    this.states = emptyStates(rows, items, historyLength, features);
    this.next = emptyStates(rows, items, historyLength, features);
    this.actions = new Int32Array(rows);
    this.propensity = new Float32Array(rows);
    this.reward = new Float32Array(rows);
    this.terminated = new Uint8Array(rows);
    this.truncated = new Uint8Array(rows);
  }

  /** Whether every step has been recorded. */
  get full(): boolean {
    return this.#filled === this.steps;
  }

  /** Empties the rollout, to record the next one. */
  clear(): void {
    this.#filled = 0;
    this.#awaitsFeedback = false;
  }

  /**
   * Records states and the actions chosen in them. Call it before the environment's step, which overwrites the observation.
   * @throws {ShapeError} if the observation or the action has other sizes, or the rollout is full.
   * @throws {InvalidOptionError} if the feedback to the previous action was not recorded, for an item that is not in the
   *   catalogue, or for a propensity that is not a probability above 0. Nothing is then recorded.
   */
  recordAction(observation: Observation, action: Action): void {
    this.#checkFit(observation);
    if (this.#awaitsFeedback) {
      throw new InvalidOptionError(
        'rollout',
        described('a second action'),
        'the feedback to the action before: call recordFeedback',
      );
    }
    this.#checkAction(action);
    this.#awaitsFeedback = true;
    const start = this.#filled * this.sessions;
    copyStates(observation, this.states, start);
    this.actions.set(action.items, start);
    this.propensity.set(action.propensity, start);
  }

  /**
   * Records the feedback to the last recorded action, and the next states.
   * @throws {ShapeError} if the observation or the feedback has other sizes, or the rollout is full.
   * @throws {InvalidOptionError} if no action was recorded before. Nothing is then recorded.
   */
  recordFeedback(observation: Observation, feedback: Feedback): void {
    this.#checkFit(observation);
    if (!this.#awaitsFeedback) {
      throw new InvalidOptionError(
        'rollout',
        described('feedback without an action'),
        'an action first: call recordAction',
      );
    }
    this.#checkFeedback(feedback);
    this.#awaitsFeedback = false;
    const start = this.#filled * this.sessions;
    copyStates(observation, this.next, start);
    this.reward.set(feedback.reward, start);
    this.terminated.set(feedback.terminated, start);
    this.truncated.set(feedback.truncated, start);
    this.#filled++;
  }

  #checkAction({ items, propensity }: Action): void {
    checkItems(items, { sessions: this.sessions, items: this.states.items });
    checkArray('propensity', propensity, 'Float32Array', this.sessions, 'one for each session');
    // Propensities of mixtures are sums of rounded terms and may exceed 1 slightly.
    const wrong = propensity.findIndex((value) => !(value > 0 && value < 1.001));
    if (wrong === -1) return;
    throw new InvalidOptionError(`propensity[${wrong}]`, propensity[wrong], 'a probability above 0, at most 1');
  }

  #checkFeedback({ reward, terminated, truncated }: Feedback): void {
    const reason = 'one for each session';
    checkArray('reward', reward, 'Float32Array', this.sessions, reason);
    checkArray('terminated', terminated, 'Uint8Array', this.sessions, reason);
    checkArray('truncated', truncated, 'Uint8Array', this.sessions, reason);
  }

  #checkFit(observation: Observation): void {
    const { sessions, items, historyLength, userFeatures } = observation;
    if (this.full) throw new ShapeError('steps recorded in the rollout', this.#filled + 1, this.steps);
    if (sessions !== this.sessions) throw new ShapeError('sessions of the observation', sessions, this.sessions);
    if (items !== this.states.items) throw new ShapeError('items of the observation', items, this.states.items);
    if (historyLength !== this.states.historyLength) {
      throw new ShapeError('historyLength of the observation', historyLength, this.states.historyLength);
    }
    const [found, expected] = [userFeatures, this.states.userFeatures].map((features) => features?.length ?? 0);
    if (found * this.steps !== expected) {
      throw new ShapeError('userFeatures of the observation', found, expected / this.steps);
    }
    checkStates(observation, { items, historyLength }, 'observation');
  }
}
