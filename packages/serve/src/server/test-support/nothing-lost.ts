import type { EventLog } from '../../event-log.js';
import type { DecisionEvent, FeedbackEvent, ServeEvent } from '../../events.js';
import { decodeLearner, MODELS } from '../../learning/stored.js';
import type { ModelStore } from '../../model-store.js';
import type { RecordedLoad } from './recorded-load.js';
import { type LearnedRow, learnedRows } from './recording-learner.js';

/** What is wrong after everything has settled. All lists are empty if nothing is lost and nothing was learned twice. */
export interface Findings {
  /** Decisions and feedback that were acknowledged and are not in the event log. */
  readonly lostDecisions: readonly string[];
  readonly lostFeedback: readonly string[];
  readonly lostEnds: readonly string[];
  /** Decisions that are in the log twice. */
  readonly repeatedDecisions: readonly string[];
  /** Decisions whose propensities or items in the log are others than those that were answered. */
  readonly wrongPropensities: readonly string[];
  /** Decisions in the log that were not learned from, or with another reward or propensity. */
  readonly notLearned: readonly string[];
  /** Rows that were learned from without a decision for each: something was learned twice, or wrongly. */
  readonly learnedTooMuch: readonly string[];
}

/** Figures for the report of a test. */
export interface Figures {
  readonly decisions: number;
  readonly feedback: number;
  /** Feedback after its window, or after the end of its session. */
  readonly late: number;
  readonly learned: number;
  /** Rows whose trajectory begins in the middle of a visit. */
  readonly cut: number;
  readonly damaged: number;
}

/** The smallest key of a trajectory that begins in the middle of a visit. */
const FIRST_CUT_KEY = 2 ** 52;

/** Reads all events of a log. */
export async function readAll(
  log: EventLog,
): Promise<{ readonly events: readonly ServeEvent[]; readonly damaged: number }> {
  const events: ServeEvent[] = [];
  let damaged = 0;
  for (let after: string | undefined; ; ) {
    const batch = await log.read({ after, maxEvents: 10_000 });
    for (const event of batch.events) events.push(event);
    damaged += batch.damaged;
    after = batch.position;
    if (batch.events.length === 0 && batch.damaged === 0) return { events, damaged };
  }
}

/** What the last checkpoint of the learner has learned from. */
export async function readLearned(store: ModelStore): Promise<LearnedRow[]> {
  const stored = await store.latest(MODELS.learner);
  return stored === undefined ? [] : learnedRows(decodeLearner(stored.bytes).learner);
}

/** Compares what users were told with what is logged, and what is logged with what was learned. */
export function compare(
  load: Pick<RecordedLoad, 'decisions' | 'feedback' | 'ends'>,
  events: readonly ServeEvent[],
  learned: readonly LearnedRow[],
  { itemIds, feedbackWindowMs }: { readonly itemIds: readonly string[]; readonly feedbackWindowMs: number },
): { readonly findings: Findings; readonly figures: Omit<Figures, 'damaged'> } {
  const ofType = <Type extends ServeEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<ServeEvent, { type: Type }> => event.type === type);
  const decisions = new Map(ofType('decision').map((event) => [event.id, event]));
  const feedback = new Map(ofType('feedback').map((event) => [event.id, event]));
  const ended = new Set(ofType('end').map(({ session }) => session));
  const logged = [...load.decisions.values()].filter((decision) => decision.logged);
  const inTime = feedbackInTime(events, decisions, feedbackWindowMs);
  const { notLearned, learnedTooMuch } = matchLearned([...decisions.values()], inTime, learned, itemIds);
  return {
    findings: {
      lostDecisions: logged.filter(({ decision }) => !decisions.has(decision)).map(({ decision }) => decision),
      lostFeedback: [...load.feedback.keys()].filter((id) => !feedback.has(id)),
      lostEnds: load.ends.filter((session) => !ended.has(session)),
      repeatedDecisions: repeated(ofType('decision').map(({ id }) => id)),
      wrongPropensities: logged
        .filter(({ decision, items, policy }) => {
          const event = decisions.get(decision);
          if (event === undefined) return false;
          const found = event.items.map((id, k) => ({ id, propensity: event.propensity[k] }));
          return JSON.stringify([found, event.policy]) !== JSON.stringify([items, policy]);
        })
        .map(({ decision }) => decision),
      notLearned,
      learnedTooMuch,
    },
    figures: {
      decisions: decisions.size,
      feedback: feedback.size,
      late: feedback.size - inTime.length,
      learned: learned.length,
      cut: learned.filter(({ key }) => key >= FIRST_CUT_KEY).length,
    },
  };
}

/**
 * Feedback that counts: not that which had to wait for its server for longer than a window, nor that which stands behind the end of its decision's
 * session, as its process was killed before it could send it to NATS, and another process took the end.
 */
function feedbackInTime(
  events: readonly ServeEvent[],
  decisions: ReadonlyMap<string, DecisionEvent>,
  feedbackWindowMs: number,
): FeedbackEvent[] {
  const open = new Map<string, DecisionEvent[]>();
  const ended = new Set<string>();
  const counted = new Map<string, FeedbackEvent>();
  for (const event of events) {
    if (event.type === 'decision') open.set(event.session, [...(open.get(event.session) ?? []), event]);
    if (event.type === 'end') {
      const meant = (open.get(event.session) ?? []).filter(({ key }) => event.key === undefined || event.key === key);
      for (const { id } of meant) ended.add(id);
    }
    if (event.type !== 'feedback' || counted.has(event.id)) continue;
    const decided = decisions.get(event.decision);
    const isLate = decided !== undefined && event.at > decided.at + feedbackWindowMs;
    if (!isLate && !ended.has(event.decision)) counted.set(event.id, event);
  }
  return [...counted.values()];
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}

/** Matches each logged decision with a row: by the key of its visit, or without it where a trajectory was cut. */
function matchLearned(
  decisions: readonly DecisionEvent[],
  feedback: readonly FeedbackEvent[],
  learned: readonly LearnedRow[],
  itemIds: readonly string[],
): Pick<Findings, 'notLearned' | 'learnedTooMuch'> {
  const rewards = new Map<string, number>();
  for (const { decision, reward } of feedback) rewards.set(decision, (rewards.get(decision) ?? 0) + reward);
  const indices = new Map(itemIds.map((id, k) => [id, k]));
  const rows = new Map<string, number>();
  for (const row of learned) add(rows, textOf(row), 1);
  const take = (text: string): boolean => (rows.get(text) ?? 0) > 0 && add(rows, text, -1);
  const left = decisions.filter((event) => !take(textOf(rowOf(event, rewards, indices))));
  const notLearned = left.filter((event) => !take(textOf({ ...rowOf(event, rewards, indices), key: FIRST_CUT_KEY })));
  return {
    notLearned: notLearned.map((event) => {
      const delays = feedback.filter(({ decision }) => decision === event.id).map(({ at }) => at - event.at);
      return `${event.id}: ${textOf(rowOf(event, rewards, indices))}, feedback after ${delays.join(', ')} ms`;
    }),
    learnedTooMuch: [...rows].filter(([, count]) => count > 0).map(([text, count]) => `${text} (${count})`),
  };
}

function add(counts: Map<string, number>, text: string, count: number): true {
  counts.set(text, (counts.get(text) ?? 0) + count);
  return true;
}

function rowOf(
  { id, key, turn, policy, items, propensity }: DecisionEvent,
  rewards: ReadonlyMap<string, number>,
  indices: ReadonlyMap<string, number>,
): LearnedRow {
  return {
    ...{ key, turn, policy },
    reward: Math.fround(rewards.get(id) ?? 0),
    items: items.map((item) => indices.get(item) ?? -1),
    propensity: propensity.map((value) => Math.fround(value ?? 1)),
  };
}

/** A row as text, without the key of a trajectory that was cut, which only the learner knows. */
function textOf({ key, turn, policy, reward, items, propensity }: LearnedRow): string {
  return JSON.stringify([key >= FIRST_CUT_KEY ? 'cut' : key, turn, policy, reward, items, propensity]);
}
