import {
  createRandom,
  type Environment,
  InvalidOptionError,
  type Observation,
  type Session,
  type Trajectories,
} from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { expect, test } from 'vitest';
import { learnerChecks } from '../conformance/learner-checks.js';
import { NothingAllowedError, ShapeError } from '../errors.js';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import type { Learner } from '../learner.js';
import { observationOf } from './observations.js';

/** A state by what it says: the history, oldest first, and what may be shown (default: everything). */
export interface TestState {
  readonly history?: readonly (readonly [item: number, feedback: number])[];
  readonly mask?: readonly number[];
}

const HISTORY_LENGTH = 3;

/** A batch of states. */
export function statesOf(items: number, ...states: TestState[]): Observation {
  const padded = states.map(({ history = [] }) => [
    ...Array.from({ length: HISTORY_LENGTH - history.length }, () => [-1, 0] as const),
    ...history,
  ]);
  return observationOf(states.length, items, {
    historyLength: HISTORY_LENGTH,
    historyItems: Int32Array.from(padded.flatMap((row) => row.map(([item]) => item))),
    historyFeedback: Float32Array.from(padded.flatMap((row) => row.map(([, feedback]) => feedback))),
    mask: states.flatMap(({ mask }) => mask ?? new Array<number>(items).fill(1)),
    turn: Int32Array.from(states, ({ history = [] }) => history.length),
  });
}

/** One interaction: what was shown in a state, and the answer. */
export interface TestInteraction extends TestState {
  readonly item: number;
  readonly reward: number;
}

/** Trajectories of one decision, a session for each interaction. */
export function experienceOf(items: number, ...interactions: TestInteraction[]): Trajectories {
  const states = statesOf(items, ...interactions);
  const recorder = new TrajectoryRecorder({ items, historyLength: HISTORY_LENGTH });
  recorder.recordAction(states, {
    items: Int32Array.from(interactions, ({ item }) => item),
    propensity: new Float32Array(interactions.length).fill(1),
  });
  const after = { ...states, turn: states.turn.map((turn) => turn + 1) };
  recorder.recordFeedback(after, {
    reward: Float32Array.from(interactions, ({ reward }) => reward),
    terminated: new Uint8Array(interactions.length),
    truncated: new Uint8Array(interactions.length),
  });
  return recorder.take();
}

/** What a learner shows in each state, by one draw. */
export function shown({ policy }: Learner, ...states: TestState[]): number[] {
  return [...policy.distribution(statesOf(policy.items, ...states)).sample(createRandom(1)).items];
}

/** The probabilities of all items in one state. */
export function probabilities({ policy }: Learner, state: TestState = {}): number[] {
  const distribution = policy.distribution(statesOf(policy.items, state));
  return Array.from({ length: policy.items }, (_, item) => distribution.propensity(Int32Array.of(item))[0]);
}

/** Users who like an item with a probability that depends on the session and the item, and stay for all turns. */
export function coinWorld(
  items: number,
  chance: (session: Session, item: number) => number,
  options: { readonly users?: number; readonly maxTurns?: number; readonly repeats?: boolean } = {},
): Environment {
  const { users = 1, maxTurns = 10, repeats = true } = options;
  return createSimulator({
    name: 'test',
    responses: {
      specificationVersion: 'v1',
      users,
      items,
      rewardRange: [0, 1],
      window: maxTurns,
      respond: (session, item, random) => (random.uniform() < chance(session, item) ? 1 : 0),
    },
    sessions: 8,
    historyLength: HISTORY_LENGTH,
    maxTurns,
    repeats,
  });
}

/** The published checks, for a catalogue of one item and a greater one. */
export function testConformance(make: (items: number) => Learner): void {
  for (const items of [1, 13]) {
    for (const { name, run } of learnerChecks(() => make(items))) test(`${items}: ${name}`, run);
  }
}

/** What every baseline refuses. `make` makes a learner for two items that has seen nothing. */
export function testRefusals(make: () => Learner): void {
  test('refuses a state in which nothing is allowed, naming the row', () => {
    const states = statesOf(2, { mask: [1, 0] }, { mask: [0, 0] });
    expect(() => make().policy.distribution(states)).toThrow(new NothingAllowedError(1));
  });

  test('refuses another catalogue, to act in and to learn from', () => {
    const learner = make();
    expect(() => learner.policy.distribution(statesOf(3, {}))).toThrow(ShapeError);
    expect(() => learner.learn(experienceOf(3, { item: 0, reward: 1 }))).toThrow(ShapeError);
  });

  test('refuses trajectories without a decision', () => {
    const empty = new TrajectoryRecorder({ items: 2, historyLength: HISTORY_LENGTH }).take();
    expect(() => make().learn(empty)).toThrow(InvalidOptionError);
  });
}

/** An option out of range is refused by its name. */
export function expectInvalid(option: string, make: () => unknown): void {
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(expect.objectContaining({ option }));
}
