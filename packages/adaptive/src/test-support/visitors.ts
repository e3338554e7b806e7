import { noExclusions, type Observation, type Trajectories } from '@ialp/core';
import { type Action, TrajectoryRecorder } from '@ialp/policy';

/** Options of `Visitors`. */
export interface VisitorsOptions {
  readonly items: number;
  /** Default 3. */
  readonly historyLength?: number;
  /** Default 1. */
  readonly slateSize?: number;
  /** Turns after which a visitor leaves. Default: never. */
  readonly turnsOf?: (session: number) => number;
  /** Default 1. */
  readonly rewardOf?: (session: number, turn: number, item: number) => number;
}

/** Visitors of a shop, as requests of theirs come: alone or several at once, in any order. What is shown is recorded. For tests. */
export class Visitors {
  readonly recorder: TrajectoryRecorder;
  /** Items shown to each visitor, by the key of the session. */
  readonly shown = new Map<number, number[]>();
  readonly #rewards = new Map<number, number[]>();
  readonly #turns = new Map<number, number>();
  readonly #options: Required<VisitorsOptions>;
  readonly #available: Uint8Array;

  constructor(options: VisitorsOptions) {
    const { items, historyLength = 3, slateSize = 1 } = options;
    this.#options = {
      ...{ items, historyLength, slateSize },
      ...{ turnsOf: options.turnsOf ?? (() => Number.POSITIVE_INFINITY), rewardOf: options.rewardOf ?? (() => 1) },
    };
    this.recorder = new TrajectoryRecorder({ items, historyLength, slateSize });
    this.#available = new Uint8Array(items).fill(1);
  }

  /** The states of some sessions. */
  statesOf(sessions: readonly number[]): Observation {
    const { items, historyLength } = this.#options;
    const rows = sessions.length;
    const historyItems = new Int32Array(rows * historyLength).fill(-1);
    const historyFeedback = new Float32Array(rows * historyLength);
    for (const [row, session] of sessions.entries()) {
      const [shown, rewards] = [this.shown.get(session) ?? [], this.#rewards.get(session) ?? []];
      for (let back = 1; back <= Math.min(historyLength, shown.length); back++) {
        historyItems[(row + 1) * historyLength - back] = shown[shown.length - back];
        historyFeedback[(row + 1) * historyLength - back] = rewards[rewards.length - back];
      }
    }
    return {
      ...{ rows, items, historyLength, historyItems, historyFeedback, available: this.#available },
      session: Float64Array.from(sessions),
      turn: Int32Array.from(sessions, (session) => this.#turns.get(session) ?? 0),
      exclusions: noExclusions(rows),
    };
  }

  /** Whether a visitor has left. */
  hasLeft(session: number): boolean {
    return (this.#turns.get(session) ?? 0) >= this.#options.turnsOf(session);
  }

  /** Serves the visitors of some sessions, in one batch. From a slate they choose the last item. */
  serve(sessions: readonly number[], decide: (observation: Observation) => Action): Action {
    const { slateSize, turnsOf, rewardOf } = this.#options;
    const observation = this.statesOf(sessions);
    const action = decide(observation);
    this.recorder.recordAction(observation, action);
    const reward = new Float32Array(sessions.length);
    const terminated = new Uint8Array(sessions.length);
    for (const [row, session] of sessions.entries()) {
      const turn = observation.turn[row];
      const slate = Array.from(action.items.subarray(row * slateSize, (row + 1) * slateSize));
      reward[row] = rewardOf(session, turn, slate[slateSize - 1]);
      this.shown.set(session, [...(this.shown.get(session) ?? []), ...slate]);
      const feedback = slate.map((_, position) => (position === slateSize - 1 ? reward[row] : 0));
      this.#rewards.set(session, [...(this.#rewards.get(session) ?? []), ...feedback]);
      this.#turns.set(session, turn + 1);
      terminated[row] = turn + 1 >= turnsOf(session) ? 1 : 0;
    }
    const truncated = new Uint8Array(sessions.length);
    const choice = slateSize > 1 && { choice: new Int32Array(sessions.length).fill(slateSize - 1) };
    this.recorder.recordFeedback(this.statesOf(sessions), { reward, terminated, truncated, ...choice });
    return action;
  }

  /** The trajectories since the last call. */
  take(): Trajectories {
    return this.recorder.take();
  }
}
