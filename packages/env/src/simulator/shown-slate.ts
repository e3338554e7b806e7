import { InvalidOptionError, type Random, type ResponseModel, type Session } from '@ialp/core';
import type { Slate } from '../choices/choice-model.js';
import { checkReward, type RewardRange } from './reward-range.js';

/** The slate that a session is shown; one object serves all sessions. */
export class ShownSlate implements Slate {
  readonly size: number;
  readonly #responses: ResponseModel;
  readonly #range: RewardRange;
  readonly #session: Session;
  readonly #feedback: Float64Array;
  readonly #asked: Uint8Array;
  #actions: Int32Array = new Int32Array(0);
  #start = 0;
  #random: Random | undefined;
  #state: Float64Array = new Float64Array(0);

  /** @param range the range of the responses, from `storedRange`. */
  constructor(size: number, responses: ResponseModel, range: RewardRange, session: Session) {
    this.size = size;
    this.#responses = responses;
    this.#range = range;
    this.#session = session;
    this.#feedback = new Float64Array(size);
    this.#asked = new Uint8Array(size);
  }

  /** Shows the slate that begins at `actions[start]`. */
  show(actions: Int32Array, start: number, random: Random, state: Float64Array): void {
    this.#actions = actions;
    this.#start = start;
    this.#random = random;
    this.#state = state;
    this.#asked.fill(0);
  }

  item(position: number): number {
    return this.#actions[this.#start + position];
  }

  respond(position: number): number {
    if (this.#asked[position] === 0) {
      const item = this.item(position);
      const feedback = this.#responses.respond(this.#session, item, this.#random as Random, this.#state);
      checkReward(feedback, this.#start / this.size, item, this.#range, this.#responses.rewardRange);
      this.#asked[position] = 1;
      this.#feedback[position] = feedback;
    }
    return this.#feedback[position];
  }

  utility(position: number): number {
    const item = this.item(position);
    // The simulator refuses a choice by utilities for responses without `utility`.
    const utility = this.#responses.utility!(this.#session, item, this.#state);
    if (Number.isNaN(utility)) {
      const place = `responses.utility of item ${item} in session ${this.#start / this.size}`;
      throw new InvalidOptionError(place, utility, 'a number of log-odds, or an infinity');
    }
    return utility;
  }
}
