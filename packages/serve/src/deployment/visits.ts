import type { DecisionEvent } from '../events.js';
import { Deadlines } from './deadlines.js';
import type { DeploymentRules } from './rules.js';
import type { Visit } from './visit.js';

/** The open visits of a deployment, by their sessions. */
export class Visits {
  readonly #rules: Required<DeploymentRules>;
  /** The visit that was idle for longest comes first. */
  readonly #open = new Map<string, Visit>();
  /** Open visits by their users. */
  readonly #byUser = new Map<string, Set<Visit>>();
  /** When open visits are looked at next: since then they may have been active, or have ended. One look at each. */
  readonly #looks = new Deadlines<Visit>((visit) => this.#open.get(visit.session) === visit);

  constructor(rules: Required<DeploymentRules>) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The visit that has been idle for longest. */
  get longestIdle(): Visit | undefined {
    return this.#open.values().next().value;
  }

  /** All open visits, the longest idle first. */
  [Symbol.iterator](): IterableIterator<Visit> {
    return this.#open.values();
  }

  /** The open visit of a session. */
  get(session: string): Visit | undefined {
    return this.#open.get(session);
  }

  /**
   * The visit that a decision belongs to, and the one that ends since the decision begins another, or since decisions between the two are missing in the
   * log. A decision in a turn that is taken, since two processes decided for the session at the same time, is a visit of its own.
   */
  of(event: DecisionEvent): { readonly visit: Visit; readonly superseded?: Visit } {
    const open = this.#open.get(event.session);
    if (open === undefined) return { visit: this.add(createVisit(event, false)) };
    if (open.key === event.key && open.turn === event.turn) return { visit: open };
    if (open.key === event.key ? event.turn > open.turn : event.turn === 0) {
      this.delete(open);
      return { visit: this.add(createVisit(event, false)), superseded: open };
    }
    return { visit: createVisit(event, true) };
  }

  /** Adds an open visit. */
  add(visit: Visit): Visit {
    this.#open.set(visit.session, visit);
    this.#lookAt(visit);
    if (visit.user !== undefined) this.#userVisits(visit.user).add(visit);
    return visit;
  }

  /** Adds a decision to its visit. */
  append(visit: Visit, { id, at, user, turn, items, memory, arm }: DecisionEvent): void {
    const { historyLength, repeats } = this.#rules;
    visit.turn = turn + 1;
    visit.at = Math.max(visit.at, at);
    visit.memory = memory ?? visit.memory;
    visit.arm = arm;
    if (user !== undefined && user !== visit.user && !visit.isStray) {
      this.#forgetUser(visit);
      visit.user = user;
      this.#userVisits(user).add(visit);
    }
    for (const item of items) {
      visit.items.push(item);
      visit.feedback.push(0);
      visit.decisions.push(id);
      if (!repeats) visit.seen.add(item);
    }
    const excess = Math.max(0, visit.items.length - historyLength);
    for (const column of [visit.items, visit.feedback, visit.decisions]) column.splice(0, excess);
    this.touch(visit);
  }

  /** Makes a visit the last to become idle. */
  touch(visit: Visit): void {
    if (this.#open.get(visit.session) !== visit) return;
    this.#open.delete(visit.session);
    this.#open.set(visit.session, visit);
  }

  /** Removes a visit that ends. */
  delete(visit: Visit): void {
    if (this.#open.get(visit.session) !== visit) return;
    this.#open.delete(visit.session);
    this.#forgetUser(visit);
  }

  /** A visit that has been idle for too long, if any. */
  idle(now: number): Visit | undefined {
    for (let visit = this.#looks.due(now); visit !== undefined; visit = this.#looks.due(now)) {
      const isOpen = this.#open.get(visit.session) === visit;
      if (isOpen && this.#looks.firstAt === this.#endOf(visit)) return visit;
      this.#looks.shift();
      if (isOpen) this.#lookAt(visit);
    }
    return undefined;
  }

  /** Open visits of a session or user. */
  concerning(id: string): Visit[] {
    const visit = this.#open.get(id);
    return [...new Set([...(visit === undefined ? [] : [visit]), ...(this.#byUser.get(id) ?? [])])];
  }

  /** Visits are added again and again, so that their order tells nothing: that of their keys is the same after a restart. */
  #lookAt(visit: Visit): void {
    this.#looks.add(visit, this.#endOf(visit), visit.key);
  }

  /** When a visit ends, if nothing more comes. */
  #endOf({ at }: Visit): number {
    return at + this.#rules.idleTimeoutMs;
  }

  #userVisits(user: string): Set<Visit> {
    const visits = this.#byUser.get(user) ?? new Set();
    this.#byUser.set(user, visits);
    return visits;
  }

  #forgetUser(visit: Visit): void {
    if (visit.user === undefined) return;
    const visits = this.#byUser.get(visit.user);
    visits?.delete(visit);
    if (visits?.size === 0) this.#byUser.delete(visit.user);
  }
}

function createVisit({ session, key, user, turn, at, history }: DecisionEvent, isStray: boolean): Visit {
  return {
    ...{ session, key, user, turn, at, isStray },
    // What came before, if the log no longer holds it.
    items: [...history.items],
    feedback: [...history.feedback],
    decisions: history.items.map(() => ''),
    seen: new Set(history.items),
    memory: undefined,
    arm: undefined,
    end: undefined,
    closesAt: undefined,
    openDecisions: new Set(),
  };
}
