import type { Random } from './random.js';
import type { Session } from './session.js';

/** How people answer what they are shown. */
export interface ResponseModel {
  /** People there are, `0..users-1`. */
  readonly users: number;
  /** Items they can be shown, `0..items-1`. */
  readonly items: number;
  /** The least and the greatest feedback. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
  /** How many interactions back `respond` looks; 0 where an answer depends on the person and the item alone. */
  readonly window: number;
  /**
   * The feedback of `session.user` to `item`, which is not yet part of the session. Noise comes from `random`, which
   * belongs to this session.
   */
  respond(session: Session, item: number, random: Random): number;
}
