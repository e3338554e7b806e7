import type { Random, Session } from '@ialp/core';

/**
 * Decides when users leave. The simulator asks each rule after every turn, when the interactions of that turn are the newest of
 * the session. The session terminates as soon as one rule says so; every rule is evaluated, even after one has ended the session.
 *
 * What changes during a session belongs in `state`. State that the rule stores elsewhere is not in the checkpoints of the environment, and
 * sessions would share it.
 */
export interface TerminationRule {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** How many interactions the rule looks back, before those of the last turn. */
  readonly window: number;
  /** Size of the rule's state of each session: `state` is `[stateSize]`. Default 0. */
  readonly stateSize?: number;
  /** Number of items that the rule knows; `createSimulator` checks that the responses have as many. Default: any. */
  readonly items?: number;
  /** Fills the state of a new session, which is all 0 before. */
  begin?(state: Float64Array, session: Session, random: Random): void;
  /** Whether the user leaves now. Noise comes from `random`, which belongs to this session. */
  terminates(session: Session, random: Random, state: Float64Array): boolean;
}
