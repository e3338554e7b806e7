/**
 * What happens in a deployment, as plain data. The event log holds these events and nothing else: sessions, joined rewards, weights and
 * statistics all follow from them. `at` is a time in milliseconds since 1970, by the clock of the process that wrote the event.
 */

/** A slate that was chosen for a session, with everything that is needed to learn from it and to evaluate other policies on it. */
export interface DecisionEvent {
  readonly type: 'decision';
  /** Unique id of the decision. */
  readonly id: string;
  readonly at: number;
  /** Id of the session, as the caller gave it. */
  readonly session: string;
  /**
   * Key of the session in observations, unique to one visit: a session that has ended and whose id comes again gets a new key. A safe
   * integer.
   */
  readonly key: number;
  /** Id of the user, if the caller gave one. */
  readonly user?: string;
  /** Turn of the session, from 0. */
  readonly turn: number;
  /** Ids of the items shown, in order. */
  readonly items: readonly string[];
  /** `[items]`: propensity of each item at its position, given those above it; null where another recommender did not say. */
  readonly propensity: readonly (number | null)[];
  /** What the policy saw of the session: its last interactions, newest last, with the feedback that had arrived. */
  readonly history: { readonly items: readonly string[]; readonly feedback: readonly number[] };
  /** Ids of items that could not be shown: those that the session has seen, if repeats are off, and those that the caller excluded. */
  readonly excluded?: readonly string[];
  /** Ids of the only items that could be shown. Absent if the caller named none: the whole catalogue. */
  readonly candidates?: readonly string[];
  /** `[userFeatures]`: features of the user. */
  readonly userFeatures?: readonly number[];
  /** Version of the policy. */
  readonly policy: number;
  /** Which policy chose: a value of `CHOSEN_BY` of `@ialp/core`. Absent for 0, unknown. */
  readonly chosenBy?: number;
  /** `[items]`: propensities under the pre-trained and under the online policy alone; null where they were not evaluated. */
  readonly pretrained?: readonly (number | null)[];
  readonly online?: readonly (number | null)[];
  /** What the policy has to remember of the session, such as which of two policies serves it: `Policy.sessions` of `@ialp/policy`. */
  readonly memory?: SessionMemoryValue;
  /** The slate is learned from only if an activation follows within the feedback window. */
  readonly deferred?: true;
  /** The session ends with this decision: the user is not expected to come back, and feedback still is. */
  readonly last?: true;
  /** Name of the arm that served the session, if a share of the traffic goes to a baseline. Absent: the learner's policy. */
  readonly arm?: 'baseline';
  /**
   * Another recommender has shown `items`: in the mode `shadow` nothing is learned from the decision, in the mode `apprentice` the policy learns
   * from `shadow`, which earns 1 if it begins with the same item. Absent: the policy has shown `items`.
   */
  readonly observed?: 'shadow' | 'apprentice';
  /** What the policy would have shown, if another recommender has shown `items`. */
  readonly shadow?: { readonly items: readonly string[]; readonly propensity: readonly number[] };
}

/** Plain data. */
export type SessionMemoryValue =
  | number
  | string
  | boolean
  | null
  | readonly SessionMemoryValue[]
  | { readonly [name: string]: SessionMemoryValue };

/** A reward for a decision, or for one of its items. */
export interface FeedbackEvent {
  readonly type: 'feedback';
  /** Unique id of the feedback: an event with an id that is known already changes nothing. */
  readonly id: string;
  readonly at: number;
  /** Id of the decision. */
  readonly decision: string;
  /** Id of the item that the reward is for. Absent: the only item, or the slate as a whole. */
  readonly item?: string;
  readonly reward: number;
}

/** Takes back rewards of a decision. */
export interface RetractionEvent {
  readonly type: 'retraction';
  readonly id: string;
  readonly at: number;
  readonly decision: string;
  /** Id of the feedback to take back. Absent: all feedback to `item`, or to the decision if that is absent, too. */
  readonly feedback?: string;
  readonly item?: string;
}

/** The slate of a deferred decision was shown. */
export interface ActivationEvent {
  readonly type: 'activation';
  readonly at: number;
  readonly decision: string;
}

/** The user has left: feedback to the session counts for the rule `endGraceMs` more. */
export interface SessionEndEvent {
  readonly type: 'end';
  readonly at: number;
  readonly session: string;
  /** Key of the visit that ends. Absent if the writer did not know it: the visit that is open. */
  readonly key?: number;
}

/** An item was added to the catalogue, or its description has changed. */
export interface ItemEvent {
  readonly type: 'item';
  readonly at: number;
  readonly item: ServedItem;
}

/** An item was removed from the catalogue. */
export interface ItemRemovalEvent {
  readonly type: 'item-removed';
  readonly at: number;
  readonly id: string;
}

/** What is kept of a user or session has to be erased: earlier events are erased from the log, later ones begin anew. */
export interface ErasureEvent {
  readonly type: 'erasure';
  readonly at: number;
  /** Id of the user or session. */
  readonly id: string;
}

/** An item of the catalogue. */
export interface ServedItem {
  readonly id: string;
  readonly title?: string;
  /** Describes the item: language models and text encoders read it. */
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  /** `[width]`: the item's embedding, if the caller computes it. */
  readonly embedding?: readonly number[];
}

/** An event of a deployment. */
export type ServeEvent =
  | DecisionEvent
  | FeedbackEvent
  | RetractionEvent
  | ActivationEvent
  | SessionEndEvent
  | ItemEvent
  | ItemRemovalEvent
  | ErasureEvent;
