import { checkNumber, checkObject, checkOneOf, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { createJoiner, type JoinedDecision, type JoinedDecisions } from './join-decisions.js';
import type { JoiningRules } from './joining-rules.js';
import { readSegments } from './read-events.js';

/** A file event log of `@ialp/serve`, joined. */
export interface ServeLog extends JoinedDecisions {
  /** Lines that could not be read, as their bytes are damaged. */
  readonly damaged: number;
}

/**
 * Reads the event log of a deployment of `@ialp/serve` from its folder, and joins decisions with their rewards. Deferred decisions without an
 * activation, decisions whose feedback window is open, and erased events are left out and counted. The log may be in use.
 *
 * ```ts
 * const { decisions } = await readServeLog('ialp-state/events');
 * console.log(snips(servedLogOf(decisions, createItemPolicy({ tea: 0.5, pot: 0.5 }))));
 * ```
 * @param rules the rules of the deployment.
 * @throws {LogFileError} if the folder cannot be read, or holds no event log.
 * @throws {InvalidOptionError} if a rule is invalid.
 */
export async function readServeLog(folder: string, rules: JoiningRules = {}): Promise<ServeLog> {
  const joiner = createJoiner(rules);
  let [damaged, erased] = [0, 0];
  for await (const segment of readSegments(folder)) {
    for (const event of segment.events) joiner.add(event);
    damaged += segment.damaged;
    erased += segment.erased;
  }
  const joined = joiner.join();
  return { ...joined, erased: joined.erased + erased, damaged };
}

/** Which decisions to select. */
export interface DecisionSelection {
  /** Decisions of sessions that began at this time or later, in milliseconds since 1970. Judge a policy on sessions that began after it was trained. */
  readonly from?: number;
  /** Decisions of sessions that began before this time. */
  readonly until?: number;
  /** Decisions of these versions of the policy: the first and the last. */
  readonly versions?: readonly [first: number, last: number];
  /** Decisions of the baseline's share of the traffic, or of all others. Default: both. */
  readonly arm?: 'learner' | 'baseline';
  /** Only sessions that have ended, from their first turn on without a gap. Default false. */
  readonly wholeSessions?: boolean;
}

/**
 * Selects decisions by time, policy version and arm. A session belongs to the time of its first decision; it is never split by time.
 * @throws {InvalidOptionError} if an option is invalid.
 */
export function selectDecisions(
  decisions: readonly JoinedDecision[],
  selection: DecisionSelection,
): readonly JoinedDecision[] {
  checkObject('selection', selection, 'an object, such as { from: Date.UTC(2026, 4, 1) }');
  checkOptionNames(selection, ['from', 'until', 'versions', 'arm', 'wholeSessions']);
  const { from = -8.64e15, until = 8.64e15, versions, arm, wholeSessions = false } = selection;
  checkNumber('from', from);
  checkNumber('until', until);
  if (arm !== undefined) checkOneOf('arm', arm, ['learner', 'baseline']);
  const [first, last] = versions ?? [0, Number.MAX_SAFE_INTEGER];
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last)) {
    throw new InvalidOptionError('versions', versions, 'the first and the last version, such as [3, 7]');
  }
  const starts = new Map<number, number>();
  for (const { event } of decisions) starts.set(event.key, Math.min(event.at, starts.get(event.key) ?? event.at));
  const selected = decisions.filter(({ event }) => {
    const start = starts.get(event.key)!;
    const isInTime = start >= from && start < until;
    const isOfArm = arm === undefined || (event.arm === 'baseline') === (arm === 'baseline');
    return isInTime && isOfArm && event.policy >= first && event.policy <= last;
  });
  return wholeSessions ? inWholeSessions(selected) : selected;
}

/** Decisions of sessions that have ended and have a decision in each turn, from the first on. */
function inWholeSessions(decisions: readonly JoinedDecision[]): JoinedDecision[] {
  const turns = new Map<number, Set<number>>();
  const counts = new Map<number, number>();
  for (const { event } of decisions) {
    const known = turns.get(event.key);
    if (known === undefined) turns.set(event.key, new Set([event.turn]));
    else known.add(event.turn);
    counts.set(event.key, (counts.get(event.key) ?? 0) + 1);
  }
  return decisions.filter(({ event: { key }, hasEnded }) => {
    const known = turns.get(key)!;
    return hasEnded && known.size === counts.get(key) && known.has(0) && Math.max(...known) === known.size - 1;
  });
}
