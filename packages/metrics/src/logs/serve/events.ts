/**
 * Events of a deployment of `@ialp/serve`, as far as they are read here. A test of that package compares them with what it writes.
 */

/** A slate that was chosen for a session. */
export interface ServedDecision {
  readonly type: 'decision';
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly session: string;
  /** Unique to one visit of the session. */
  readonly key: number;
  readonly user?: string;
  readonly turn: number;
  readonly items: readonly string[];
  /** `[items]`: given the items above; null where another recommender did not say. */
  readonly propensity: readonly (number | null)[];
  readonly history: { readonly items: readonly string[]; readonly feedback: readonly number[] };
  readonly excluded?: readonly string[];
  readonly candidates?: readonly string[];
  readonly userFeatures?: readonly number[];
  readonly policy: number;
  readonly chosenBy?: number;
  readonly pretrained?: readonly (number | null)[];
  readonly online?: readonly (number | null)[];
  readonly deferred?: true;
  /** The session ends with this decision. */
  readonly last?: true;
  readonly arm?: 'baseline';
  readonly observed?: 'shadow' | 'apprentice';
  readonly shadow?: { readonly items: readonly string[]; readonly propensity: readonly number[] };
}

/** A reward. */
export interface ServedFeedback {
  readonly type: 'feedback';
  readonly id: string;
  readonly at: number;
  readonly decision: string;
  readonly item?: string;
  readonly reward: number;
}

/** Takes back rewards. */
export interface ServedRetraction {
  readonly type: 'retraction';
  readonly at: number;
  readonly decision: string;
  readonly feedback?: string;
  readonly item?: string;
}

/** The slate of a deferred decision was shown. */
export interface ServedActivation {
  readonly type: 'activation';
  readonly at: number;
  readonly decision: string;
}

/** The user has left. */
export interface ServedEnd {
  readonly type: 'end';
  readonly at: number;
  readonly session: string;
  readonly key?: number;
}

/** What is stored of a user or session was erased. */
export interface ServedErasure {
  readonly type: 'erasure';
  readonly at: number;
  readonly id: string;
}

/** An event that says nothing about decisions. */
export interface OtherServedEvent {
  readonly type: 'item' | 'item-removed';
  readonly at: number;
}

/** An event of a deployment. */
export type ServedEvent =
  | ServedDecision
  | ServedFeedback
  | ServedRetraction
  | ServedActivation
  | ServedEnd
  | ServedErasure
  | OtherServedEvent;
