import type { Random } from './random.js';
import type { ResponseModel } from './response-model.js';
import type { Session } from './session.js';
import type { Slate } from './slate.js';

/** The slate that one session is being shown; one object serves all of them. */
export class ShownSlate implements Slate {
  readonly size: number;
  readonly #responses: ResponseModel;
  readonly #session: Session;
  readonly #feedback: Float64Array;
  readonly #asked: Uint8Array;
  #actions: Int32Array = new Int32Array(0);
  #start = 0;
  #random: Random | undefined;
  #state: Float64Array = new Float64Array(0);

  constructor(size: number, responses: ResponseModel, session: Session) {
    this.size = size;
    this.#responses = responses;
    this.#session = session;
    this.#feedback = new Float64Array(size);
    this.#asked = new Uint8Array(size);
  }

  /** Puts up the slate that begins at `actions[start]`. */
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
      this.#asked[position] = 1;
      this.#feedback[position] = this.#responses.respond(
        this.#session,
        this.item(position),
        this.#random as Random,
        this.#state,
      );
    }
    return this.#feedback[position];
  }

  utility(position: number): number {
    // The simulator refuses choice models by utility where the responses have none.
    return this.#responses.utility!(this.#session, this.item(position), this.#state);
  }
}
