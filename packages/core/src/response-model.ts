import type { Random } from './random/random.js';
import type { Session } from './session.js';

/**
 * How users respond to what they are shown. For users who do not change, `users`, `items`, `rewardRange`, `window` and `respond`
 * are enough. `stateSize`, `begin` and `update` are for users who change during a session, `utility` and `consume` for users
 * who choose from slates.
 *
 * What changes during a session belongs in `state`. State that the model stores elsewhere is not in the checkpoints of its environment, and
 * sessions would share it.
 */
export interface ResponseModel {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** Number of users; they are `0..users-1`. */
  readonly users: number;
  /** Number of items; they are `0..items-1`. */
  readonly items: number;
  /** The lowest and the highest feedback. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
  /** How many interactions back `respond` looks; 0 if the feedback depends on the user and the item alone. */
  readonly window: number;
  /** Size of the state of each session: `state` is `[stateSize]`. Default 0. */
  readonly stateSize?: number;
  /** Whether it holds more of a session than `state`, so that a simulator with it cannot be checkpointed. Default false. */
  readonly hasOtherState?: boolean;
  /** Fills the state of a new session, which is all 0 before. `session` has its user and no turns yet. */
  begin?(state: Float64Array, session: Session, random: Random): void;
  /**
   * The feedback of `session.user` to `item`, which is not yet part of the session. Noise comes from `random`, which belongs to
   * this session. Must not change the state: a choice model may ask about more items of a slate than the user chooses.
   */
  respond(session: Session, item: number, random: Random, state: Float64Array): number;
  /** Changes the state after `item` was shown and got `feedback`. Called once for each interaction. */
  update?(state: Float64Array, session: Session, item: number, feedback: number, random: Random): void;
  /** How much the user wants an item, in log-odds. Choice models that weigh items against each other need it. */
  utility?(session: Session, item: number, state: Float64Array): number;
  /**
   * The feedback to an item that the user has chosen by `utility`, such as the time watched. Default: the highest feedback,
   * `rewardRange[1]`.
   */
  consume?(session: Session, item: number, random: Random, state: Float64Array): number;
}
