import type { DecisionEvent } from '../events.js';
import type { DeploymentState, EventCounts } from './deployment-state.js';
import type { AboutDecision } from './early-events.js';
import type { GivenReward, Visit } from './visit.js';

/** The state of a deployment as plain data, for JSON. */
export interface DeploymentSnapshot {
  readonly counts: EventCounts;
  readonly visits: readonly VisitSnapshot[];
  readonly decisions: readonly DecisionSnapshot[];
  readonly early: readonly AboutDecision[];
  readonly closed: readonly string[];
}

interface VisitSnapshot extends Omit<Visit, 'seen' | 'user' | 'memory' | 'arm' | 'end' | 'closesAt' | 'openDecisions'> {
  readonly seen: readonly string[];
  readonly user?: string;
  readonly memory?: Visit['memory'];
  readonly arm?: Visit['arm'];
  readonly end?: Visit['end'];
  readonly closesAt?: Visit['closesAt'];
}

interface DecisionSnapshot {
  readonly event: DecisionEvent;
  /** Number of its visit in `visits`. Absent for one that was not activated. */
  readonly visit?: number;
  readonly rewards: readonly (readonly [id: string, given: GivenReward])[];
}

/**
 * The open visits and decisions of a deployment; visits that have ended but whose decisions are open, too.
 * @param others more visits to store.
 * @returns the snapshot, and the number of each visit in it.
 */
export function snapshotOf(
  { counts, visits, left, decisions, early, closed }: DeploymentState,
  others: Iterable<Visit> = [],
): { readonly snapshot: DeploymentSnapshot; readonly numbers: ReadonlyMap<Visit, number> } {
  const all = new Map<Visit, number>();
  for (const visit of visits) all.set(visit, all.size);
  for (const visit of left) all.set(visit, all.size);
  for (const { visit } of decisions.values()) if (visit !== undefined && !all.has(visit)) all.set(visit, all.size);
  for (const visit of others) if (!all.has(visit)) all.set(visit, all.size);
  const snapshot: DeploymentSnapshot = {
    counts: { ...counts },
    visits: [...all.keys()].map(({ seen, user, memory, arm, end, closesAt, openDecisions: _, ...visit }) => ({
      ...visit,
      seen: [...seen],
      ...(user !== undefined && { user }),
      ...(memory !== undefined && { memory }),
      ...(arm !== undefined && { arm }),
      ...(end !== undefined && { end }),
      ...(closesAt !== undefined && { closesAt }),
    })),
    decisions: [...decisions.values()].map(({ event, visit, rewards }) => ({
      event,
      ...(visit !== undefined && { visit: all.get(visit)! }),
      rewards: [...rewards],
    })),
    early: early.all,
    closed: [...closed],
  };
  return { snapshot, numbers: all };
}

/** Continues from a snapshot. The state must be a new one. Returns the visits by their numbers. */
export function restoreSnapshot(state: DeploymentState, snapshot: DeploymentSnapshot): Visit[] {
  state.counts = { ...snapshot.counts };
  // Named one by one: copies of the rest take ten times as long, and there may be many.
  const visits = snapshot.visits.map(
    (stored): Visit => ({
      session: stored.session,
      key: stored.key,
      user: stored.user,
      turn: stored.turn,
      items: stored.items,
      feedback: stored.feedback,
      decisions: stored.decisions,
      seen: new Set(stored.seen),
      memory: stored.memory,
      arm: stored.arm,
      at: stored.at,
      isStray: stored.isStray,
      end: stored.end,
      closesAt: stored.closesAt,
      openDecisions: new Set(),
    }),
  );
  for (const visit of visits) if (visit.end === undefined && !visit.isStray) state.visits.add(visit);
  for (const { event, visit, rewards } of snapshot.decisions) {
    const own = visit === undefined ? undefined : visits[visit];
    const decision = { event, visit: own, rewards: new Map(rewards) };
    state.open(decision);
    own?.openDecisions.add(decision);
  }
  for (const visit of visits) if (visit.closesAt !== undefined && visit.openDecisions.size > 0) state.leave(visit);
  for (const event of snapshot.early) state.early.hold(event);
  for (const id of snapshot.closed) state.closed.add(id);
  return visits;
}
