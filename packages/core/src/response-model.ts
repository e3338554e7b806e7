import type { Random } from './random/random.js';
import type { Session } from './session.js';

/**
 * How people answer what they are shown. `users`, `items`, `rewardRange`, `window` and `respond` are enough for people
 * who stay as they are; `stateSize`, `begin` and `update` are for those who change, `utility` and `consume` for those who
 * choose from slates.
 */
export interface ResponseModel {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /** People there are, `0..users-1`. */
  readonly users: number;
  /** Items they can be shown, `0..items-1`. */
  readonly items: number;
  /** The least and the greatest feedback. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
  /** How many interactions back `respond` looks; 0 where an answer depends on the person and the item alone. */
  readonly window: number;
  /** How many numbers the model remembers of each session: `state` is `[stateSize]`. Default 0. */
  readonly stateSize?: number;
  /** Fills the state of a session that begins; it is 0 before. `session` has its person and no turns yet. */
  begin?(state: Float64Array, session: Session, random: Random): void;
  /**
   * The feedback of `session.user` to `item`, which is not yet part of the session. Noise comes from `random`, which
   * belongs to this session. It leaves the state as it is: from a slate, more items may be asked about than are taken.
   */
  respond(session: Session, item: number, random: Random, state: Float64Array): number;
  /** What having been shown `item`, and having answered with `feedback`, does to the person. Called once an interaction. */
  update?(state: Float64Array, session: Session, item: number, feedback: number, random: Random): void;
  /** How much the person wants an item, in log-odds: what choice models that weigh items against each other go by. */
  utility?(session: Session, item: number, state: Float64Array): number;
  /**
   * The feedback to an item that the person has chosen by `utility`: how long they watched, say. Default: the greatest,
   * `rewardRange[1]`, as the choice is the feedback.
   */
  consume?(session: Session, item: number, random: Random, state: Float64Array): number;
}
