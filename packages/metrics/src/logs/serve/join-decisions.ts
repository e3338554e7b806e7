import type {
  ServedActivation,
  ServedDecision,
  ServedEnd,
  ServedEvent,
  ServedFeedback,
  ServedRetraction,
} from './events.js';
import { checkJoiningRules, type JoiningRules } from './joining-rules.js';
import { rewardsOf } from './rewards-of.js';

/** A decision with its rewards. */
export interface JoinedDecision {
  /** The decision as it was logged: its session, items, propensities, exclusions, candidates, policy version and attribution. */
  readonly event: ServedDecision;
  /** What it earned. */
  readonly reward: number;
  /** `[items]`: what each item earned; a reward of the slate as a whole is in equal parts that of all its items. Their sum is `reward`, but for rounding. */
  readonly rewards: readonly number[];
  /** Whether its session has ended, so that all of the session's decisions are known. */
  readonly hasEnded: boolean;
}

/** The decisions of a log, and what was left out. */
export interface JoinedDecisions {
  /** In the order in which they were logged. */
  readonly decisions: readonly JoinedDecision[];
  /** Deferred decisions whose slates were not shown. */
  readonly notActivated: number;
  /** Decisions whose feedback window is open. */
  readonly open: number;
  /** Decisions of users and sessions that were erased afterwards. */
  readonly erased: number;
  /** Feedback that came after its window, and feedback to no decision of the log. */
  readonly lateFeedback: number;
  readonly unmatchedFeedback: number;
}

/** A reward that was given. */
export interface GivenReward {
  readonly item: string | undefined;
  readonly reward: number;
}

/** A decision whose rewards are collected. */
interface Pending {
  readonly event: ServedDecision;
  /** By the ids of their feedback, in order of arrival. */
  readonly rewards: Map<string, GivenReward>;
  isShown: boolean;
  /** Whether another process decided in the same turn at the same time: the end of the session says nothing about it. */
  readonly isStray: boolean;
  /** Whether nothing more counts, whatever its time: after the first reward if only that counts, or after the end of the session. */
  isClosed: boolean;
  /** Time from which on no more feedback counts: the end of the window, or soon after the user has left. */
  closesAt: number;
  hasEnded: boolean;
}

type AboutDecision = ServedFeedback | ServedRetraction | ServedActivation;

/**
 * Joins decisions with their rewards, as the learner of `@ialp/serve` does. Takes events of any event log, such as what `EventLog.read` returns.
 * Decisions that were repeated count once; so does feedback with the same id.
 * @throws {InvalidOptionError} if a rule is invalid.
 */
export function joinDecisions(events: Iterable<ServedEvent>, rules: JoiningRules = {}): JoinedDecisions {
  const joiner = createJoiner(rules);
  for (const event of events) joiner.add(event);
  return joiner.join();
}

/** Joins events that are added in the order of their log. */
export interface DecisionJoiner {
  add(event: ServedEvent): void;
  /** The decisions so far. */
  join(): JoinedDecisions;
}

/** @throws {InvalidOptionError} if a rule is invalid. */
export function createJoiner(given: JoiningRules): DecisionJoiner {
  const rules = checkJoiningRules(given);
  const { feedbackWindowMs, endGraceMs } = rules;
  const decisions = new Map<string, Pending>();
  /** Events of decisions that come later, as another process has logged them. */
  const early = new Map<string, AboutDecision[]>();
  /** The last visit of each session, and its decisions by its key. */
  const visitOf = new Map<string, number>();
  const visits = new Map<number, Pending[]>();
  let [lateFeedback, erased] = [0, 0];

  const decide = (event: ServedDecision): void => {
    if (decisions.has(event.id)) return;
    const isShown = event.deferred === undefined;
    const visit = visits.get(event.key);
    const isStray = visit?.some((other) => other.isShown && other.event.turn === event.turn) === true;
    const pending: Pending = {
      ...{ event, rewards: new Map(), isShown, isStray, isClosed: false, hasEnded: false },
      closesAt: event.at + feedbackWindowMs,
    };
    decisions.set(event.id, pending);
    if (visit === undefined) visits.set(event.key, [pending]);
    else visit.push(pending);
    visitOf.set(event.session, event.key);
    for (const about of early.get(event.id) ?? []) tell(pending, about);
    early.delete(event.id);
  };

  const tell = (pending: Pending, about: AboutDecision): void => {
    const isLate = pending.isClosed || about.at > pending.closesAt;
    if (about.type === 'feedback') {
      if (pending.rewards.has(about.id)) return;
      if (isLate) lateFeedback++;
      else {
        pending.rewards.set(about.id, { item: about.item, reward: about.reward });
        if (rules.rewards === 'first' && pending.isShown) pending.isClosed = true;
      }
    } else if (isLate) return;
    else if (about.type === 'activation') pending.isShown = true;
    else retract(pending, about);
  };

  const end = ({ session, at, key = visitOf.get(session) }: ServedEnd): void => {
    if (key === undefined || visitOf.get(session) !== key) return;
    for (const pending of visits.get(key) ?? []) {
      pending.hasEnded = true;
      if (!pending.isShown || pending.isStray) continue;
      pending.closesAt = Math.min(pending.closesAt, at + endGraceMs);
      if (endGraceMs === 0) pending.isClosed = true;
    }
    visitOf.delete(session);
  };

  const erase = (id: string): void => {
    for (const [key, visit] of visits) {
      if (!visit.some(({ event }) => event.session === id || event.user === id)) continue;
      erased += visit.length;
      for (const { event } of visit) {
        decisions.delete(event.id);
        visitOf.delete(event.session);
      }
      visits.delete(key);
    }
  };

  return {
    add(event) {
      switch (event.type) {
        case 'decision':
          return decide(event);
        case 'feedback':
        case 'retraction':
        case 'activation': {
          const pending = decisions.get(event.decision);
          if (pending !== undefined) return tell(pending, event);
          const others = early.get(event.decision);
          if (others === undefined) early.set(event.decision, [event]);
          else others.push(event);
          return;
        }
        case 'end':
          return end(event);
        case 'erasure':
          return erase(event.id);
      }
    },
    join() {
      const joined: JoinedDecision[] = [];
      let [notActivated, open] = [0, 0];
      for (const { event, rewards: given, isShown, isClosed, closesAt, hasEnded } of decisions.values()) {
        if (!isClosed && closesAt > rules.now) open++;
        else if (!isShown) notActivated++;
        else {
          const newest = visits.get(event.key)!.at(-1)!.event;
          const isIdle = newest.at + rules.idleTimeoutMs <= rules.now;
          const hasNext = visitOf.get(event.session) !== event.key;
          joined.push({
            event,
            ...rewardsOf(event.items, [...given.values()], rules),
            hasEnded: hasEnded || hasNext || isIdle || newest.last === true,
          });
        }
      }
      let unmatchedFeedback = 0;
      for (const events of early.values()) unmatchedFeedback += events.filter(({ type }) => type === 'feedback').length;
      return { decisions: joined, notActivated, open, erased, lateFeedback, unmatchedFeedback };
    },
  };
}

function retract({ rewards }: Pending, { feedback, item }: ServedRetraction): void {
  for (const [id, given] of rewards) {
    const isMeant = feedback === undefined ? item === undefined || item === given.item : id === feedback;
    if (isMeant) rewards.delete(id);
  }
}
