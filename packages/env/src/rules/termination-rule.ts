import type { Random, Session } from '@ialp/core';

/**
 * When a person leaves. A rule is asked after each turn, whose interactions are then the newest of the session. Where
 * several rules hold, all are asked every turn, and the person leaves when one says so.
 */
export interface TerminationRule {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /** How many interactions the rule looks back, before those of the last turn. */
  readonly window: number;
  /** How many numbers the rule remembers of each session: `state` is `[stateSize]`. Default 0. */
  readonly stateSize?: number;
  /** Fills the state of a session that begins; it is 0 before. */
  begin?(state: Float64Array, session: Session, random: Random): void;
  /** Whether the person leaves now. Noise comes from `random`, which belongs to this session. */
  terminates(session: Session, random: Random, state: Float64Array): boolean;
}
