/** Decisions and feedback in any order give the trajectories that they give in lock-step. */
import { createRandom, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actionFor,
  type Decision,
  type Fate,
  FEATURES,
  feedbackFor,
  HISTORY,
  ITEMS,
  observationAfter,
  observationFor,
  rowsBySession,
  rowTexts,
  stateText,
} from '../test-support/recording.js';
import { TrajectoryRecorder } from './trajectory-recorder.js';

/** A session: its key, the turn of its first recorded decision, the number of them, and how it ends with the last. */
interface TestSession {
  readonly key: number;
  readonly first: number;
  readonly length: number;
  readonly fate: Fate;
}

/** Either decisions, or feedback to decisions, each of another session. */
interface Event {
  readonly kind: 'action' | 'feedback';
  readonly decisions: readonly Decision[];
}

const keys = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { minLength: 1, maxLength: 6 });
const worlds: fc.Arbitrary<TestSession[]> = keys.chain((list) =>
  fc.tuple(
    ...list.map((key) =>
      fc.record({
        key: fc.constant(key),
        first: fc.integer({ min: 0, max: 3 }),
        length: fc.integer({ min: 1, max: 7 }),
        fate: fc.constantFrom<Fate>('open', 'terminated', 'truncated'),
      }),
    ),
  ),
);

const makeRecorder = (): TrajectoryRecorder =>
  new TrajectoryRecorder({ items: ITEMS, historyLength: HISTORY, userFeatures: FEATURES });

/** The fate of each decision. */
function fatesOf(world: readonly TestSession[], decisions: readonly Decision[]): Fate[] {
  return decisions.map(({ key, turn }) => {
    const session = world.find((each) => each.key === key) as TestSession;
    return turn === session.first + session.length - 1 ? session.fate : 'open';
  });
}

function record(recorder: TrajectoryRecorder, world: readonly TestSession[], { kind, decisions }: Event): void {
  if (kind === 'action') recorder.recordAction(observationFor(decisions), actionFor(decisions));
  else recorder.recordFeedback(observationAfter(decisions), feedbackFor(decisions, fatesOf(world, decisions)));
}

/**
 * All decisions of a world and the feedback to them, in a random order: decisions of a session in the order of their turns, feedback after
 * its decision, in random batches.
 */
function eventsOf(world: readonly TestSession[], seed: number): Event[] {
  const random = createRandom(seed);
  const next = new Map(world.map(({ key, first }) => [key, first]));
  const awaited: Decision[] = [];
  const undecided = (): TestSession[] =>
    world.filter(({ key, first, length }) => (next.get(key) as number) < first + length);
  const events: Event[] = [];
  while (undecided().length + awaited.length > 0) {
    const kind = awaited.length === 0 || (undecided().length > 0 && random.uniform() < 0.5) ? 'action' : 'feedback';
    const decisions: Decision[] = [];
    const size = 1 + random.integer(4);
    while (decisions.length < size) {
      const isNew = ({ key }: { readonly key: number }): boolean => decisions.every((other) => other.key !== key);
      const open = (kind === 'action' ? undecided() : awaited).filter(isNew);
      if (open.length === 0) break;
      const chosen = open[random.integer(open.length)];
      if (kind === 'feedback') {
        decisions.push(chosen as Decision);
        awaited.splice(awaited.indexOf(chosen as Decision), 1);
        continue;
      }
      const turn = next.get(chosen.key) as number;
      next.set(chosen.key, turn + 1);
      decisions.push({ key: chosen.key, turn });
    }
    if (kind === 'action') awaited.push(...decisions);
    events.push({ kind, decisions });
  }
  return events;
}

/** All sessions together, one turn after the other. */
function lockStepEvents(world: readonly TestSession[]): Event[] {
  const longest = Math.max(...world.map(({ length }) => length));
  return Array.from({ length: longest }, (_, step) => {
    const decisions = world
      .filter(({ length }) => step < length)
      .map(({ key, first }) => ({ key, turn: first + step }));
    return [
      { kind: 'action' as const, decisions },
      { kind: 'feedback' as const, decisions },
    ];
  }).flat();
}

/** A model of the recorder: which decisions are released by which feedback, in order. */
class Model {
  readonly #next: Map<number, number>;
  readonly #known = new Set<string>();
  decided = 0;
  released = 0;
  batch: Decision[] = [];

  constructor(world: readonly TestSession[]) {
    this.#next = new Map(world.map(({ key, first }) => [key, first]));
  }

  record({ kind, decisions }: Event): void {
    if (kind === 'action') this.decided += decisions.length;
    else for (const decision of decisions) this.#release(decision);
  }

  #release({ key, turn }: Decision): void {
    this.#known.add(`${key}/${turn}`);
    for (;;) {
      const next = this.#next.get(key) as number;
      if (!this.#known.has(`${key}/${next}`)) return;
      this.batch.push({ key, turn: next });
      this.#next.set(key, next + 1);
      this.released++;
    }
  }

  take(): Decision[] {
    const { batch } = this;
    this.batch = [];
    return batch;
  }
}

/** Checks trajectories against the decisions that they hold, in the order of their release. */
function expectTrajectories(found: Trajectories, released: readonly Decision[], world: readonly TestSession[]): void {
  const { rows, count, states, last, steps, offsets, trajectory, end } = found;
  expect(rows).toBe(released.length);
  expect(Array.from(states.session, (key, row) => ({ key, turn: states.turn[row] }))).toEqual(released);
  // Trajectories are numbered in the order in which their first decisions were released.
  const order = [...new Set(released.map(({ key }) => key))];
  expect(count).toBe(order.length);
  expect([...trajectory]).toEqual(released.map(({ key }) => order.indexOf(key)));
  for (const [k, key] of order.entries()) {
    const own = [...steps.subarray(offsets[k], offsets[k + 1])];
    expect(own).toEqual([...released.keys()].filter((row) => released[row].key === key));
    for (const [step, row] of own.entries()) expect(states.turn[row]).toBe(states.turn[own[0]] + step);
    const final = released[own[own.length - 1]];
    expect(stateText(last, k)).toBe(stateText(observationAfter([final]), 0));
    expect(end[k]).toBe(TRAJECTORY_END[fatesOf(world, [final])[0]]);
  }
}

/** Records events, and takes trajectories after some of them. */
function run(
  world: readonly TestSession[],
  events: readonly Event[],
  takesAfter: (place: number) => boolean,
): string[][] {
  const recorder = makeRecorder();
  const model = new Model(world);
  const taken: string[][] = [];
  const take = (): void => {
    const trajectories = recorder.take();
    expectTrajectories(trajectories, model.take(), world);
    taken.push(rowTexts(trajectories));
  };
  for (const [place, event] of events.entries()) {
    record(recorder, world, event);
    model.record(event);
    expect(recorder.rows).toBe(model.batch.length);
    expect(recorder.waiting).toBe(model.decided - model.released);
    if (takesAfter(place)) take();
  }
  take();
  expect(recorder.rows).toBe(0);
  expect(recorder.waiting).toBe(0);
  return taken;
}

describe('decisions and feedback in any order', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 });

  test('rows come in the order of their release, trajectories are consecutive turns, with their ends and last states', () => {
    fc.assert(
      fc.property(worlds, seeds, (world, seed) => {
        run(world, eventsOf(world, seed), () => false);
      }),
      { numRuns: 50 },
    );
  });

  test('sessions go on from one update to the next, with nothing lost and nothing twice', () => {
    fc.assert(
      fc.property(worlds, seeds, fc.integer({ min: 1, max: 6 }), (world, seed, interval) => {
        const taken = run(world, eventsOf(world, seed), (place) => place % interval === 0);
        const whole = run(world, lockStepEvents(world), () => false);
        expect(taken.flat().toSorted()).toEqual(whole.flat().toSorted());
      }),
      { numRuns: 50 },
    );
  });

  test('each session has the same rows as in lock-step', () => {
    fc.assert(
      fc.property(worlds, seeds, (world, seed) => {
        const any = rowsBySession(run(world, eventsOf(world, seed), () => false));
        const lockStep = rowsBySession(run(world, lockStepEvents(world), () => false));
        expect(new Map([...any].sort())).toEqual(new Map([...lockStep].sort()));
      }),
      { numRuns: 50 },
    );
  });

  test('feedback from the last decision to the first: all are released together', () => {
    const recorder = makeRecorder();
    const decisions = [0, 1, 2].map((turn) => ({ key: 5, turn }));
    for (const decision of decisions) recorder.recordAction(observationFor([decision]), actionFor([decision]));
    for (const decision of [decisions[2], decisions[1]]) {
      recorder.recordFeedback(
        observationAfter([decision]),
        feedbackFor([decision], [decision.turn === 2 ? 'terminated' : 'open']),
      );
      expect(recorder.rows).toBe(0);
      expect(recorder.take().rows).toBe(0);
      expect(recorder.waiting).toBe(3);
    }
    recorder.recordFeedback(observationAfter([decisions[0]]), feedbackFor([decisions[0]]));
    const { states, end, count } = recorder.take();
    expect([...states.turn]).toEqual([0, 1, 2]);
    expect([count, ...end]).toEqual([1, TRAJECTORY_END.terminated]);
  });
});
