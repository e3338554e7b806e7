import type { DecisionEvent, SessionMemoryValue } from '../events.js';

/** How a visit ended: the user left, or it was cut off. */
export type VisitEnd = 'terminated' | 'truncated';

/** One visit of a session: from its first decision to its end. */
export interface Visit {
  /** Id of the session. A visit of one decision that could not be joined to its session has none of its own: see `isStray`. */
  readonly session: string;
  readonly key: number;
  user: string | undefined;
  /** The turn of the next decision. */
  turn: number;
  /** The last interactions, newest last, each with the decision that it belongs to. */
  readonly items: string[];
  readonly feedback: number[];
  readonly decisions: string[];
  /** Items that were shown, each once; empty if repeats are allowed. */
  readonly seen: Set<string>;
  /** What the policy remembers of the session. */
  memory: SessionMemoryValue | undefined;
  /** Which policy serves it, if a share of the traffic goes to a baseline. */
  arm: DecisionEvent['arm'];
  /** Time of the last event. */
  at: number;
  /** Whether the visit is one decision of a session whose turn another process had decided already. */
  readonly isStray: boolean;
  end: VisitEnd | undefined;
  /** Time from which on no more feedback counts, since the user has left. Undefined: that of each decision's window. */
  closesAt: number | undefined;
  /** Decisions whose window is open. */
  readonly openDecisions: Set<OpenDecision>;
}

/** A reward that was given for a decision. */
export interface GivenReward {
  readonly item: string | undefined;
  readonly reward: number;
}

/** A decision whose feedback window is open. */
export interface OpenDecision {
  readonly event: DecisionEvent;
  /** Undefined for a deferred decision that was not activated. */
  visit: Visit | undefined;
  /** Rewards by the ids of their feedback, in order of arrival. */
  readonly rewards: Map<string, GivenReward>;
}

/** What a decision earned. */
export interface DecisionOutcome {
  readonly reward: number;
  /** Position of the item that earned most; -1 if none earned more than nothing, or the reward is for no item alone. */
  readonly choice: number;
}
