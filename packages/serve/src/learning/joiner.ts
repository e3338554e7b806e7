import type { Checkpoint, ItemIndex, Observation, Trajectories } from '@ialp/core';
import { TrajectoryRecorder } from '@ialp/policy';
import { DeploymentState } from '../deployment/deployment-state.js';
import type { DeploymentRules } from '../deployment/rules.js';
import { type DeploymentSnapshot, restoreSnapshot, snapshotOf } from '../deployment/snapshot.js';
import type { DecisionOutcome, OpenDecision, Visit, VisitEnd } from '../deployment/visit.js';
import type { DecisionEvent, ServeEvent, SessionMemoryValue } from '../events.js';
import { actionOf, agreementOf, learnedSlate, stateAfter } from './learned-decision.js';
import { observationOfIds, type StateByIds } from './states.js';

/** Options of a joiner. */
export interface JoinerOptions {
  readonly rules: Required<DeploymentRules>;
  /** The catalogue; its owner changes it as events about items come. */
  readonly index: ItemIndex;
  /** Features of each user. */
  readonly userFeatures: number;
  /** Called with what the policy has to remember of a session, by the key of its trajectory. */
  readonly remember: (key: number, memory: SessionMemoryValue) => void;
  /**
   * Called for each decision that was joined, with what it earned, and the end of its visit, if all others of the visit have been joined. That is
   * not always the visit's last decision.
   */
  readonly onJoined?: (
    event: DecisionEvent,
    outcome: DecisionOutcome,
    end: VisitEnd | undefined,
    /** Whether the decision could not be joined to its session. */
    isStray: boolean,
  ) => void;
}

/** A decision that is not joined yet. */
interface Pending {
  readonly event: DecisionEvent;
  readonly visit: Visit;
  /** Key of its trajectory: that of the visit, until the visit's experience is cut. Undefined if nothing can be learned from it. */
  readonly key: number | undefined;
  /** The decision that followed, and whether its trajectory is another. */
  next: DecisionEvent | undefined;
  isCut: boolean;
  /** What it earned, once its window has closed. */
  outcome: DecisionOutcome | undefined;
}

/** What a joiner knows of a visit that has not ended. */
interface Progress {
  /** Its trajectory, which goes on with the next decision; undefined if it has been cut. */
  key: number | undefined;
  /** The last decision, until it is joined. */
  last: Pending | undefined;
  /** Size of the last slate. */
  slateSize: number;
}

/** What a joiner stores beside the deployment's state, as JSON. */
export interface JoinerSnapshot {
  readonly deployment: DeploymentSnapshot;
  /** Decisions that `pending` refers to by their ids and that are not open in `deployment`: each event is stored once. */
  readonly events: readonly DecisionEvent[];
  readonly pending: readonly {
    readonly id: string;
    readonly visit: number;
    readonly key?: number | undefined;
    readonly next?: string | undefined;
    readonly isCut: boolean;
    readonly outcome?: DecisionOutcome | undefined;
  }[];
  /** Trajectories of visits, by the numbers of the visits in `deployment`. */
  readonly progress: readonly (readonly [visit: number, key: number | null, slateSize: number])[];
  readonly slateSizes: readonly number[];
  readonly cuts: number;
  readonly dropped: number;
}

/** Keys of trajectories that begin in the middle of a visit. Keys of visits are smaller. */
const FIRST_CUT_KEY = 2 ** 52;

/**
 * Joins decisions with their rewards and gives trajectories to learn from. A decision is joined when its feedback window has closed and it
 * is known how its visit went on: with another decision, or with its end. What was joined is a deterministic function of the events
 * and of the times at which `advance` was called.
 *
 * Slates of different sizes are recorded apart, as trajectories have slates of one size: where the size changes, the trajectory is cut, and
 * another with a key of its own begins.
 */
export class Joiner {
  readonly state: DeploymentState;
  readonly #options: JoinerOptions;
  readonly #recorders = new Map<number, TrajectoryRecorder>();
  readonly #pending = new Map<string, Pending>();
  readonly #progress = new Map<Visit, Progress>();
  #cuts = 0;
  #dropped = 0;

  constructor(options: JoinerOptions) {
    this.#options = options;
    this.state = new DeploymentState(options.rules, {
      decided: (decision, visit) => this.#decided(decision, visit),
      closed: (decision, _visit, outcome) => this.#closed(decision, outcome),
      ended: (visit) => this.#ended(visit),
    });
  }

  /** Decisions that `take` would return. */
  get rows(): number {
    let rows = 0;
    for (const recorder of this.#recorders.values()) rows += recorder.rows;
    return rows;
  }

  /** Decisions that nothing was learned from, as one of their items had left the catalogue. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Applies an event. */
  apply(event: ServeEvent): void {
    this.state.apply(event);
  }

  /**
   * Closes windows and ends visits whose time has run out, until there are `maxRows` decisions to take. After a while without a learner, the time of
   * all that were made since has run out at once.
   * @returns whether all are closed and ended.
   */
  advance(now: number, maxRows = Number.POSITIVE_INFINITY): boolean {
    return this.state.advance(now, () => this.rows >= maxRows);
  }

  /** The trajectories that were joined since the last call, by slate size. Their arrays are valid until the next call of the joiner. */
  take(): Trajectories[] {
    return [...this.#recorders.values()].filter(({ rows }) => rows > 0).map((recorder) => recorder.take());
  }

  /** The state as plain data. @throws {CheckpointError} if there are decisions to take. */
  snapshot(): { readonly json: JoinerSnapshot; readonly recorders: readonly Checkpoint[] } {
    const pending = [...this.#pending.values()];
    const { snapshot: deployment, numbers } = snapshotOf(
      this.state,
      pending.map(({ visit }) => visit),
    );
    return {
      json: {
        deployment,
        events: this.#closedEvents(pending),
        pending: pending.map(({ event, visit, next, ...others }) => ({
          ...{ ...others, id: event.id, visit: numbers.get(visit)! },
          ...(next !== undefined && { next: next.id }),
        })),
        progress: [...this.#progress].map(([visit, { key, slateSize }]) => [
          numbers.get(visit)!,
          key ?? null,
          slateSize,
        ]),
        slateSizes: [...this.#recorders.keys()],
        cuts: this.#cuts,
        dropped: this.#dropped,
      },
      recorders: [...this.#recorders.values()].map((recorder) => recorder.checkpoint()),
    };
  }

  /** Continues from a snapshot. The joiner must be a new one. @throws {CheckpointError} for recorders of other sizes. */
  restore({ json, recorders }: ReturnType<Joiner['snapshot']>): void {
    const visits = restoreSnapshot(this.state, json.deployment);
    for (const [k, size] of json.slateSizes.entries()) this.#recorderOf(size).restore(recorders[k]);
    for (const [visit, key, slateSize] of json.progress) {
      this.#progress.set(visits[visit], { key: key ?? undefined, last: undefined, slateSize });
    }
    const closed = new Map(json.events.map((event) => [event.id, event]));
    const eventOf = (id: string): DecisionEvent => this.state.decisions.get(id)?.event ?? closed.get(id)!;
    for (const { id, visit, key, next, isCut, outcome } of json.pending) {
      const following = next === undefined ? undefined : eventOf(next);
      const pending: Pending = { event: eventOf(id), visit: visits[visit], key, next: following, isCut, outcome };
      this.#pending.set(id, pending);
      const progress = this.#progress.get(pending.visit);
      if (next === undefined && progress !== undefined) progress.last = pending;
    }
    this.#cuts = json.cuts;
    this.#dropped = json.dropped;
  }

  /** Decisions that wait, or that followed one that waits, although their windows have closed. */
  #closedEvents(pending: readonly Pending[]): DecisionEvent[] {
    const closed = new Set<DecisionEvent>();
    for (const { event, next } of pending) {
      for (const each of [event, next]) {
        if (each !== undefined && !this.state.decisions.has(each.id)) closed.add(each);
      }
    }
    return [...closed];
  }

  #decided({ event }: OpenDecision, visit: Visit): void {
    const progress = this.#progress.get(visit);
    const key = this.#record(event, this.#keyOf(event, visit, progress));
    const pending: Pending = { event, visit, key, next: undefined, isCut: false, outcome: undefined };
    this.#pending.set(event.id, pending);
    this.#progress.set(visit, { key, last: pending, slateSize: learnedSlate(event).items.length });
    if (progress?.last === undefined) return;
    progress.last.next = event;
    progress.last.isCut = progress.last.key !== key;
    this.#joinIfComplete(progress.last);
  }

  #closed({ event }: OpenDecision, outcome: DecisionOutcome): void {
    const pending = this.#pending.get(event.id);
    if (pending === undefined) return;
    pending.outcome = outcome;
    this.#joinIfComplete(pending);
  }

  #ended(visit: Visit): void {
    const last = this.#progress.get(visit)?.last;
    this.#progress.delete(visit);
    if (last !== undefined) this.#joinIfComplete(last);
  }

  /** Key of the trajectory that a decision belongs to. */
  #keyOf(event: DecisionEvent, { isStray }: Visit, progress: Progress | undefined): number {
    const { key, turn } = event;
    // A visit that goes on although it has ended here, such as by its idle time on another clock, is another trajectory.
    if (progress === undefined) return isStray || turn > 0 ? this.#cutKey() : key;
    return progress.slateSize === learnedSlate(event).items.length && progress.key !== undefined
      ? progress.key
      : this.#cutKey();
  }

  #cutKey(): number {
    return FIRST_CUT_KEY + this.#cuts++;
  }

  /** Records a decision. Returns the key of its trajectory; undefined if nothing is learned from it. */
  #record(event: DecisionEvent, key: number): number | undefined {
    const { index } = this.#options;
    if (event.observed === 'shadow' || (event.observed !== undefined && event.shadow === undefined)) return undefined;
    const items = Int32Array.from(learnedSlate(event).items, (id) => index.indexOf(id));
    if (items.includes(-1)) {
      this.#dropped++;
      return undefined;
    }
    if (event.memory !== undefined) this.#options.remember(key, event.memory);
    this.#recorderOf(items.length).recordAction(this.#stateOf(event, key, items), actionOf(event, items), {
      policyVersion: event.policy,
    });
    return key;
  }

  #joinIfComplete(pending: Pending): void {
    const { event, visit, key, next, isCut, outcome } = pending;
    if (outcome === undefined || (next === undefined && visit.end === undefined)) return;
    this.#pending.delete(event.id);
    const progress = this.#progress.get(visit);
    if (progress?.last === pending) progress.last = undefined;
    const end = next === undefined ? visit.end : undefined;
    const ended = visit.openDecisions.size === 0 ? visit.end : undefined;
    this.#options.onJoined?.(event, outcome, ended, visit.isStray);
    if (key === undefined) return;
    const after = next === undefined ? stateAfter(event, visit) : next;
    const learned = event.observed === 'apprentice' ? agreementOf(event) : outcome;
    this.#recordFeedback(
      learnedSlate(event).items.length,
      learned,
      this.#stateOf(after, key),
      isCut ? 'truncated' : end,
    );
  }

  #recordFeedback(
    slateSize: number,
    { reward, choice }: DecisionOutcome,
    after: Observation,
    end: VisitEnd | undefined,
  ): void {
    this.#recorderOf(slateSize).recordFeedback(after, {
      reward: Float32Array.of(reward),
      terminated: Uint8Array.of(end === 'terminated' ? 1 : 0),
      truncated: Uint8Array.of(end === 'truncated' ? 1 : 0),
      ...(slateSize > 1 && { choice: Int32Array.of(choice) }),
    });
  }

  #stateOf(state: Omit<StateByIds, 'key'>, key: number, shown?: Int32Array): Observation {
    const { index, rules } = this.#options;
    return observationOfIds({ ...state, key }, index, rules.historyLength, shown);
  }

  #recorderOf(slateSize: number): TrajectoryRecorder {
    const known = this.#recorders.get(slateSize);
    if (known !== undefined) return known;
    const { index, rules, userFeatures } = this.#options;
    const { historyLength } = rules;
    const recorder = new TrajectoryRecorder({ items: index.capacity, historyLength, userFeatures, slateSize });
    this.#recorders.set(slateSize, recorder);
    return recorder;
  }
}
