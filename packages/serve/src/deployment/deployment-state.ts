import type {
  ActivationEvent,
  DecisionEvent,
  FeedbackEvent,
  RetractionEvent,
  ServeEvent,
  SessionEndEvent,
} from '../events.js';
import { Deadlines } from './deadlines.js';
import { EarlyEvents } from './early-events.js';
import { LastIds } from './last-ids.js';
import { itemFeedback, outcomeOf } from './outcome.js';
import type { DeploymentRules } from './rules.js';
import type { DecisionOutcome, OpenDecision, Visit, VisitEnd } from './visit.js';
import { Visits } from './visits.js';

/** Numbers of events since the beginning of the deployment. */
export interface EventCounts {
  decisions: number;
  feedback: number;
  lateFeedback: number;
  unmatchedFeedback: number;
  repeatedFeedback: number;
}

/** Most open decisions: beyond this number, the windows of the oldest close early. */
const MAX_OPEN = 1_000_000;

/** Closed decisions that are remembered at least, so that late feedback is told from feedback that belongs to no decision. */
const LEAST_CLOSED = 100_000;

/** What happens in a deployment, in the order of its events. */
export interface DeploymentListener {
  /** A decision was made in a visit. */
  decided?(decision: OpenDecision, visit: Visit): void;
  /** The feedback window of a decision of a visit has closed. */
  closed?(decision: OpenDecision, visit: Visit, outcome: DecisionOutcome): void;
  /** A visit has ended. Windows of its decisions may still be open. */
  ended?(visit: Visit): void;
}

/**
 * The open visits and decisions of a deployment, which follow from its events. Processes that decide need it to know what a session has
 * seen, the learner to join decisions with their rewards. Applying an event again changes nothing.
 */
export class DeploymentState {
  readonly rules: Required<DeploymentRules>;
  readonly visits: Visits;
  readonly decisions = new Map<string, OpenDecision>();
  /** Visits that users have left and that have open windows, in the order in which they ended. */
  readonly left = new Set<Visit>();
  /** When the windows of decisions close, and those of visits that users have left. Some have closed before. */
  readonly #windows = new Deadlines<string>((id) => this.decisions.has(id));
  readonly #leaving = new Deadlines<Visit>((visit) => this.left.has(visit));
  readonly early: EarlyEvents;
  counts: EventCounts = {
    ...{ decisions: 0, feedback: 0, lateFeedback: 0, unmatchedFeedback: 0, repeatedFeedback: 0 },
  };
  /** The last decisions whose window has closed, oldest first: a decision that is read again is not a new one. */
  readonly closed = new LastIds(LEAST_CLOSED);
  /** The time of a decision of this deployment by its id, where ids say so. */
  timeOf: (decision: string) => number | undefined = () => undefined;
  readonly #listener: DeploymentListener;

  constructor(rules: Required<DeploymentRules>, listener: DeploymentListener = {}) {
    this.rules = rules;
    this.#listener = listener;
    this.visits = new Visits(rules);
    this.early = new EarlyEvents(rules.feedbackWindowMs);
  }

  /** Whether a decision was applied. Of those whose window has closed, the last are remembered. */
  knows(decision: string): boolean {
    return this.decisions.has(decision) || this.closed.has(decision);
  }

  /** Applies an event. Events about items do not concern it. */
  apply(event: ServeEvent): void {
    switch (event.type) {
      case 'decision':
        this.#decide(event);
        break;
      case 'feedback':
        this.#giveFeedback(event);
        break;
      case 'retraction':
        this.#retract(event);
        break;
      case 'activation':
        this.#activate(event);
        break;
      case 'end':
        this.#endSession(event);
        break;
      case 'erasure':
        this.#erase(event.id);
        break;
      case 'item':
      case 'item-removed':
        break;
    }
  }

  /**
   * Applies feedback of this process that was applied when it was given, in its place in the log. A retraction between the two, which takes back
   * earlier feedback, has taken back this one.
   */
  applyAgain(event: FeedbackEvent): void {
    const decision = this.decisions.get(event.decision);
    if (decision === undefined || decision.rewards.has(event.id)) return;
    const { lateFeedback, unmatchedFeedback } = this.counts;
    this.#addReward(decision, event);
    Object.assign(this.counts, { lateFeedback, unmatchedFeedback });
  }

  /**
   * Closes windows, and ends visits, whose time has run out.
   * @param isEnough stops before the next one if it returns true. Default: never.
   * @returns whether all are closed and ended.
   */
  advance(now: number, isEnough: () => boolean = () => false): boolean {
    for (let id = this.#windows.due(now); id !== undefined; id = this.#windows.due(now)) {
      const decision = this.decisions.get(id);
      if (decision !== undefined && isEnough()) return false;
      this.#windows.shift();
      if (decision !== undefined) this.#close(decision);
    }
    for (let visit = this.#leaving.due(now); visit !== undefined; visit = this.#leaving.due(now)) {
      for (const decision of visit.openDecisions) {
        if (isEnough()) return false;
        this.#close(decision);
      }
      this.#leaving.shift();
    }
    for (let visit = this.visits.idle(now); visit !== undefined; visit = this.visits.idle(now)) {
      if (isEnough()) return false;
      this.#end(visit, 'terminated');
    }
    this.counts.unmatchedFeedback += this.early.expire(now);
    return true;
  }

  /** Adds a decision whose window is open. */
  open(decision: OpenDecision): void {
    const { id, at } = decision.event;
    this.decisions.set(id, decision);
    this.#windows.add(id, at + this.rules.feedbackWindowMs);
  }

  /** Adds a visit that its user has left and that has open windows. */
  leave(visit: Visit): void {
    this.left.add(visit);
    this.#leaving.add(visit, visit.closesAt!);
  }

  #decide(event: DecisionEvent): void {
    if (this.knows(event.id)) return;
    this.counts.decisions++;
    const decision: OpenDecision = { event, visit: undefined, rewards: new Map() };
    this.open(decision);
    if (this.decisions.size > MAX_OPEN) this.#close(this.decisions.values().next().value!);
    if (event.deferred === undefined) this.#place(decision);
    for (const early of this.early.take(event.id)) {
      if (early.type !== 'feedback') this.apply(early);
      else if (this.decisions.has(event.id)) this.#addReward(decision, early);
      else this.counts.lateFeedback++;
    }
  }

  /** Makes a decision the next of its visit. */
  #place(decision: OpenDecision): void {
    const { visit, superseded } = this.visits.of(decision.event);
    if (superseded !== undefined) this.#end(superseded, 'truncated');
    decision.visit = visit;
    visit.openDecisions.add(decision);
    this.visits.append(visit, decision.event);
    this.#listener.decided?.(decision, visit);
    if (decision.event.last === true) this.#end(visit, 'terminated');
    else if (visit.isStray || visit.turn >= this.rules.maxTurns) this.#end(visit, 'truncated');
    if (this.visits.size > this.rules.maxOpenSessions) this.#end(this.visits.longestIdle!, 'truncated');
  }

  #giveFeedback(event: FeedbackEvent): void {
    const decision = this.decisions.get(event.decision);
    if (decision?.rewards.has(event.id) === true) {
      this.counts.repeatedFeedback++;
      return;
    }
    this.counts.feedback++;
    if (decision !== undefined) this.#addReward(decision, event);
    else if (this.closed.has(event.decision) || this.#isOver(event)) this.counts.lateFeedback++;
    else if (!this.early.hold(event)) this.counts.repeatedFeedback++;
  }

  /** Whether the window of a decision that is forgotten was over when feedback came. */
  #isOver({ decision, at }: FeedbackEvent): boolean {
    const made = this.timeOf(decision);
    return made !== undefined && at > made + this.rules.feedbackWindowMs;
  }

  #addReward(decision: OpenDecision, { id, at, item, reward }: FeedbackEvent): void {
    const { event, visit } = decision;
    if (at > Math.min(event.at + this.rules.feedbackWindowMs, visit?.closesAt ?? Number.POSITIVE_INFINITY)) {
      this.counts.lateFeedback++;
      return;
    }
    // The process that took it did not know the decision yet.
    if (item !== undefined && !event.items.includes(item)) {
      this.counts.unmatchedFeedback++;
      return;
    }
    decision.rewards.set(id, { item, reward });
    this.#showFeedback(decision, at);
    if (this.rules.rewards === 'first' && visit !== undefined) this.#close(decision);
  }

  #retract(event: RetractionEvent): void {
    const decision = this.decisions.get(event.decision);
    if (decision === undefined) {
      if (!this.closed.has(event.decision)) this.early.hold(event);
      return;
    }
    for (const [id, { item }] of decision.rewards) {
      const isMeant =
        event.feedback === undefined ? event.item === undefined || event.item === item : event.feedback === id;
      if (isMeant) decision.rewards.delete(id);
    }
    this.#showFeedback(decision, event.at);
  }

  #activate(event: ActivationEvent): void {
    const decision = this.decisions.get(event.decision);
    if (decision === undefined) {
      if (!this.closed.has(event.decision)) this.early.hold(event);
      return;
    }
    if (decision.visit === undefined) this.#place(decision);
  }

  #endSession({ session, key, at }: SessionEndEvent): void {
    const visit = this.visits.get(session);
    if (visit === undefined || (key !== undefined && key !== visit.key)) return;
    visit.at = at;
    const { endGraceMs } = this.rules;
    visit.closesAt = at + endGraceMs;
    if (visit.openDecisions.size > 0) this.leave(visit);
    this.#end(visit, 'terminated');
    // Without a grace time, what stands behind the end in the log never counts, whatever the times of its events.
    if (endGraceMs === 0) for (const decision of visit.openDecisions) this.#close(decision);
  }

  #erase(id: string): void {
    for (const visit of this.visits.concerning(id)) {
      this.#end(visit, 'truncated');
      for (const decision of visit.openDecisions) this.#close(decision);
    }
    // Of visits that have ended, and of decisions that were not activated.
    for (const decision of this.decisions.values()) {
      const { event, visit } = decision;
      if (event.session !== id && event.user !== id) continue;
      if (visit !== undefined) this.#end(visit, 'truncated');
      for (const open of visit?.openDecisions ?? [decision]) this.#close(open);
    }
  }

  /** Writes the feedback to a decision into the history of its visit. */
  #showFeedback(decision: OpenDecision, at: number): void {
    const { visit, event } = decision;
    if (visit === undefined) return;
    visit.at = Math.max(visit.at, at);
    if (visit.end === undefined) this.visits.touch(visit);
    const first = visit.decisions.indexOf(event.id);
    if (first === -1) return;
    const feedback = itemFeedback(decision, this.rules.rewards);
    // The oldest items of a slate may have left the history.
    const length = visit.decisions.lastIndexOf(event.id) - first + 1;
    for (let k = 0; k < length; k++) visit.feedback[first + k] = feedback[feedback.length - length + k];
  }

  #close(decision: OpenDecision): void {
    const { visit } = decision;
    this.decisions.delete(decision.event.id);
    this.closed.add(decision.event.id);
    if (visit === undefined) return;
    visit.openDecisions.delete(decision);
    if (visit.openDecisions.size === 0) this.left.delete(visit);
    this.#listener.closed?.(decision, visit, outcomeOf(decision, this.rules));
  }

  #end(visit: Visit, end: VisitEnd): void {
    if (visit.end !== undefined) return;
    visit.end = end;
    this.visits.delete(visit);
    this.#listener.ended?.(visit);
  }
}
