import type { ServedItem } from './events.js';

/** A request for a slate. */
export interface RecommendRequest {
  /** Id of the session: any text, the same for all requests of one visit. */
  readonly session: string;
  /** Id of the user, so that `erase` finds what is kept of one. Policies do not see it. */
  readonly user?: string;
  /** Items to show. Default: the recommender's `slateSize`. */
  readonly count?: number;
  /** Ids of items not to show. Ids that are not in the catalogue are ignored. */
  readonly exclude?: readonly string[];
  /** Ids of the only items to choose from. Default: the whole catalogue. Ids that are not in the catalogue are ignored. */
  readonly candidates?: readonly string[];
  /** `[userFeatures]`: features of the user, if the policy was made for them. */
  readonly userFeatures?: readonly number[];
  /** Whether the slate may not be shown after all: it is learned from only if `activate` is called within the feedback window. Default false. */
  readonly deferActivation?: boolean;
  /**
   * Id of the decision. Default: a new one. A request that is sent again with an id that the session has already, while its feedback window is open,
   * returns the same slate.
   */
  readonly decision?: string;
  /**
   * Whether this is the session's last decision, such as that of a request that has no other. The session ends with it, and its feedback still
   * counts until its window closes. Default false.
   */
  readonly isLast?: boolean;
  /** Whether to report the probability of every item that could be shown first: `Recommendation.probabilities`. Default false. */
  readonly reportProbabilities?: boolean;
}

/** An item of a slate. */
export interface RecommendedItem {
  readonly id: string;
  /** Probability with which the policy chose it at its position, given the items above it. */
  readonly propensity: number;
}

/** A slate. */
export interface Recommendation {
  /** Id of the decision, for `feedback`. */
  readonly decision: string;
  /** The items, in order. Fewer than asked for if the session may not be shown more. */
  readonly items: readonly RecommendedItem[];
  /** Version of the policy that chose. */
  readonly policy: number;
  /** Whether the decision is in the event log. False if the log cannot be written to: nothing is then learned from the decision. */
  readonly logged: boolean;
  /** Probability of each item that could be shown first, if the request asked for them. Items that could not be shown are absent. */
  readonly probabilities?: readonly RecommendedItem[];
}

/** A reward for a decision. */
export interface FeedbackRequest {
  /** Id of the decision. */
  readonly decision: string;
  /** Id of the item that the reward is for. Absent: the only item, or the slate as a whole. */
  readonly item?: string;
  /** From -1,000,000 to 1,000,000. Learners learn best from rewards around 1. */
  readonly reward: number;
  /** Id of this feedback. The same feedback sent again with the same id counts once. Default: a new one. */
  readonly id?: string;
  /** When it happened, in milliseconds since 1970, by a clock that agrees with the server's. Default: now. */
  readonly at?: number;
  /** How long ago it happened, in milliseconds, in place of `at`: for pages and apps, whose clocks may be wrong. */
  readonly ageMs?: number;
}

/** Feedback to take back. */
export interface RetractRequest {
  readonly decision: string;
  /** Id of the feedback. Absent: all feedback to `item`, or to the decision. */
  readonly feedback?: string;
  readonly item?: string;
}

/** What another recommender showed, in the modes `shadow` and `apprentice`. */
export interface ObserveRequest extends Omit<RecommendRequest, 'count' | 'deferActivation' | 'reportProbabilities'> {
  /** Ids of the items that were shown, in order. */
  readonly items: readonly string[];
  /** `[items]`: propensities of the other recommender, if they are known. */
  readonly propensity?: readonly number[];
}

/** An observed decision. */
export interface Observed {
  /** Id of the decision, for `feedback`. */
  readonly decision: string;
  /** What the policy would have shown; empty if no item may be shown, such as before the learner has placed the first. */
  readonly items: readonly RecommendedItem[];
  readonly policy: number;
}

/** Mean reward of the sessions of one policy, with an interval that is valid at all times. */
export interface ArmStatus {
  readonly sessions: number;
  /** Null before the first session has ended. */
  readonly reward: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The state of a deployment. Counts are those of all processes that share the event log, since the beginning. */
export interface RecommenderStatus {
  readonly mode: Mode;
  /** Decisions logged, and feedback accepted. */
  readonly decisions: number;
  readonly feedback: number;
  /** Feedback that came after its window had closed, that belongs to no known decision, and that was known already. It is not learned from. */
  readonly lateFeedback: number;
  readonly unmatchedFeedback: number;
  readonly repeatedFeedback: number;
  /** Decisions that were learned from, and updates of the policy. */
  readonly learned: number;
  readonly updates: number;
  /** Version of the policy that decides now. */
  readonly policy: number;
  /** The gate's weight of the pre-trained policy; null without a gate. */
  readonly weight: number | null;
  /** Age of the oldest event that the learner has not read, in seconds; 0 if it has read all. Null while no learner has read any. */
  readonly lagSeconds: number | null;
  /** Sessions that have not ended, and decisions whose feedback window is open. */
  readonly openSessions: number;
  readonly openDecisions: number;
  /** Items that can be shown. */
  readonly items: number;
  /** Events that could not be read, as their bytes are damaged. */
  readonly damagedEvents: number;
  /** Decisions that could not be logged by this process. */
  readonly unloggedDecisions: number;
  /** Whether this process cannot write to the event log at present: its last attempt has failed. Decisions go on, and nothing is learned from them. */
  readonly logFailing: boolean;
  /** Share of the last 1,000 observed slates that the policy would have begun with the same item; null if none was observed. */
  readonly agreement: number | null;
  /** Reward per session by the policy that served it; `mixed`: both policies chose slates of the session. */
  readonly arms: {
    readonly pretrained: ArmStatus;
    readonly online: ArmStatus;
    readonly mixed: ArmStatus;
    readonly baseline: ArmStatus;
  };
  /** Figures of the gate, of guardrails and of the last update, by name. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/**
 * Whose recommendations are shown: `live`, the policy's; otherwise those of another recommender, reported to `observe`. In the mode `shadow`
 * nothing is learned from them. In the mode `apprentice` the policy learns to begin its slates as the other recommender does, and is shown once
 * it does so often enough: the mode is then `live`.
 */
export type Mode = 'live' | 'shadow' | 'apprentice';

/**
 * A policy in front of real users. All methods may be called at the same time.
 *
 * ```ts
 * const { decision, items } = await recommender.recommend({ session: 'a81b', count: 5 });
 * await recommender.feedback({ decision, item: items[0].id, reward: 1 });
 * ```
 */
export interface Recommender {
  readonly mode: Mode;
  /**
   * Chooses a slate, and logs it before it returns.
   * @throws {InvalidOptionError} for a request that is not well-formed; its `option` names the field.
   * @throws {RequestError} `nothing-to-show` if no item may be shown, `limit` for more than a limit allows.
   */
  recommend(request: RecommendRequest): Promise<Recommendation>;
  /**
   * Takes a reward. Resolves once it is durable. Late feedback is accepted and counted.
   * @throws {InvalidOptionError} for feedback that is not well-formed, or for an item that the decision did not show.
   * @throws {RequestError} `unknown-decision` for a decision that was never made.
   * @throws {EventLogError} if it could not be stored.
   */
  feedback(request: FeedbackRequest): Promise<void>;
  /** Takes feedback back, if its window is still open. Throws as `feedback` does. */
  retract(request: RetractRequest): Promise<void>;
  /** Says that the slate of a deferred decision was shown. Throws as `feedback` does. */
  activate(decision: string): Promise<void>;
  /** Ends a session: feedback to it counts for the rule `endGraceMs` more, and the rest of its windows is not waited for. An unknown session is no error. @throws {EventLogError} */
  endSession(session: string): Promise<void>;
  /**
   * Logs what another recommender showed, also in the mode `live`. If the policy may show none of the candidates, it returns no items.
   * @throws {InvalidOptionError} {EventLogError}
   */
  observe(request: ObserveRequest): Promise<Observed>;
  /** Adds an item, or changes its description. The policy shows it once the learner has placed it. @throws {InvalidOptionError} {EventLogError} */
  putItem(item: ServedItem): Promise<void>;
  /** Removes an item: it is not shown any more. Returns whether it was in the catalogue. @throws {EventLogError} */
  removeItem(id: string): Promise<boolean>;
  /** The items of the catalogue: the same list until it changes. */
  items(): readonly ServedItem[];
  /** Erases what is kept of a user or a session. Returns how many events were erased. @throws {EventLogError} */
  erase(id: string): Promise<number>;
  status(): RecommenderStatus;
  /** Whether decisions can be made: also while they cannot be logged, which `status().logFailing` says. */
  isReady(): boolean;
  /** Finishes what has begun, stores the learner's state, and releases all resources. A second call does nothing. */
  close(): Promise<void>;
}
