import {
  createRandom,
  exclusionsOf,
  followingRows,
  InvalidOptionError,
  TRAJECTORY_END,
  type Trajectories,
} from '@ialp/core';
import { completeLog, trajectoriesOf } from '@ialp/core/log';
import { denseMasks } from '@ialp/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gather } from '../conformance/experience.js';
import { SyntheticSessions } from '../conformance/synthetic-sessions.js';
import { ShapeError } from '../errors.js';
import type { States } from '../network.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import { type AddOptions, ReplayBuffer } from './replay-buffer.js';
import { TrajectoryRecorder } from './trajectory-recorder.js';
import type { Transitions } from './transitions.js';

/** What a random policy did in three synthetic sessions at a time. */
function experienceOf(items: number, steps: number, seed: number): Trajectories {
  const sessions = new SyntheticSessions(3, items, { createRandom }, seed);
  return gather(createRandomPolicy(items), steps, sessions, createRandom(seed));
}

/** Each state as text, whole. */
function textsOf(states: States): string[] {
  const { rows, items, historyLength, historyItems, historyFeedback } = states;
  const mask = denseMasks(states);
  const part = (array: ArrayLike<number>, width: number, row: number): string =>
    Array.from({ length: width }, (_, k) => array[row * width + k]).join();
  return Array.from({ length: rows }, (_, row) =>
    [part(historyItems, historyLength, row), part(historyFeedback, historyLength, row), part(mask, items, row)].join(
      ' ',
    ),
  );
}

/** Transitions as texts. */
function rowsOf({ states, next, actions, propensity, reward, terminated, steps }: Transitions): string[] {
  const [before, after] = [textsOf(states), textsOf(next)];
  return Array.from(actions, (action, row) =>
    [before[row], after[row], action, propensity[row], reward[row], terminated[row], steps[row]].join(' '),
  );
}

/** The n-step transitions of trajectories as texts, by the definition: forwards and in double precision. */
function expectedRows(trajectories: Trajectories, nSteps = 1, discount = 1): string[] {
  const { rows, states, last, actions, propensity, reward, trajectory, offsets, end } = trajectories;
  const following = followingRows(trajectories);
  const [before, after] = [textsOf(states), textsOf(last)];
  return Array.from({ length: rows }, (_, row) => {
    const visited = [row];
    while (visited.length < nSteps && following[visited[visited.length - 1]] >= 0) {
      visited.push(following[visited[visited.length - 1]]);
    }
    const sum = visited.reduce((total, at, step) => total + discount ** step * reward[at], 0);
    const lastRow = visited[visited.length - 1];
    const k = trajectory[row];
    const isLast = trajectories.steps[offsets[k + 1] - 1] === lastRow;
    const next = isLast ? after[k] : before[following[lastRow]];
    const terminated = isLast && end[k] === TRAJECTORY_END.terminated ? 1 : 0;
    return [before[row], next, actions[row], propensity[row], Math.fround(sum), terminated, visited.length].join(' ');
  });
}

const sizes = fc.integer({ min: 1, max: 40 });
const seeds = fc.integer({ min: 0, max: 1000 });

describe('ReplayBuffer', () => {
  test('gives back what it was given, bit for bit, whatever the size of the catalogue', () => {
    fc.assert(
      fc.property(sizes, seeds, (items, seed) => {
        const trajectories = experienceOf(items, 4, seed);
        const buffer = new ReplayBuffer({ bufferSize: 100, items });
        buffer.add(trajectories);
        expect(buffer.size).toBe(12);
        const given = expectedRows(trajectories);
        for (const row of rowsOf(buffer.sample(30, createRandom(seed)))) expect(given).toContain(row);
      }),
      { numRuns: 50 },
    );
  });

  test('the oldest make room', () => {
    const buffer = new ReplayBuffer({ bufferSize: 12, items: 9 });
    buffer.add(experienceOf(9, 4, 1));
    const later = experienceOf(9, 4, 2);
    buffer.add(later);
    expect(buffer.size).toBe(12);
    const given = expectedRows(later);
    for (const row of rowsOf(buffer.sample(100, createRandom(1)))) expect(given).toContain(row);
  });

  test('after any additions it holds the latest transitions, and nothing else', () => {
    const additions = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), seeds), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(additions, fc.integer({ min: 1, max: 30 }), (given, bufferSize) => {
        const buffer = new ReplayBuffer({ bufferSize, items: 7 });
        const all: string[] = [];
        for (const [steps, seed] of given) {
          const trajectories = experienceOf(7, steps, seed);
          buffer.add(trajectories);
          all.push(...expectedRows(trajectories));
        }
        const held = all.slice(-bufferSize);
        expect(buffer.size).toBe(held.length);
        const drawn = new Set(rowsOf(buffer.sample(40 * held.length, createRandom(1))));
        expect([...drawn].sort()).toEqual([...new Set(held)].sort());
      }),
      { numRuns: 30 },
    );
  });

  test('draws evenly', () => {
    const buffer = new ReplayBuffer({ bufferSize: 12, items: 9 });
    buffer.add(experienceOf(9, 4, 1));
    const counts = new Map<string, number>();
    for (const row of rowsOf(buffer.sample(12_000, createRandom(3)))) counts.set(row, (counts.get(row) ?? 0) + 1);
    expect(counts.size).toBe(12);
    // Each expects 1,000 with a deviation of 30.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('a transition takes memory for its history and exclusions, not for the catalogue', () => {
    const items = 100_000;
    const buffer = new ReplayBuffer({ bufferSize: 5000, items });
    buffer.add(manyDecisions(items, 1500));
    expect(buffer.size).toBe(1500);
    // A bit for each item of each state and next state would take 37 MB.
    expect(bytesOf(buffer.checkpoint())).toBeLessThan(1_500_000);
  });
});

/** Decisions in one session after the other, each of up to 50 turns without repeats. */
function manyDecisions(items: number, rows: number): Trajectories {
  const recorder = new TrajectoryRecorder({ items, historyLength: 10 });
  const available = new Uint8Array(items).fill(1);
  for (let row = 0; row < rows; row++) {
    const [session, turn] = [Math.floor(row / 50), row % 50];
    const state = (now: number) => ({
      ...{ rows: 1, items, historyLength: 10, available },
      session: Float64Array.of(session),
      turn: Int32Array.of(now),
      historyItems: new Int32Array(10).fill(-1),
      historyFeedback: new Float32Array(10),
      exclusions: exclusionsOf([Array.from({ length: now }, (_, k) => session + k)]),
    });
    recorder.recordAction(state(turn), { items: Int32Array.of(session + turn), propensity: Float32Array.of(0.5) });
    recorder.recordFeedback(state(turn + 1), {
      reward: Float32Array.of(1),
      terminated: Uint8Array.of(turn === 49 ? 1 : 0),
      truncated: Uint8Array.of(0),
    });
  }
  return recorder.take();
}

/** Bytes of all arrays of a checkpoint. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}

describe('n-step transitions', () => {
  const nSteps = fc.integer({ min: 1, max: 6 });

  test('are those of the definition, within each trajectory', () => {
    fc.assert(
      fc.property(seeds, nSteps, fc.double({ min: 0, max: 1, noNaN: true }), (seed, n, discount) => {
        const trajectories = experienceOf(9, 8, seed);
        const buffer = new ReplayBuffer({ bufferSize: 100, items: 9 });
        buffer.add(trajectories, { nSteps: n, discount });
        const expected = expectedRows(trajectories, n, discount);
        const drawn = new Set(rowsOf(buffer.sample(800, createRandom(seed))));
        expect([...drawn].sort()).toEqual([...new Set(expected)].sort());
      }),
      { numRuns: 40 },
    );
  });

  test('of one step are plain transitions, whatever the discount', () => {
    const trajectories = experienceOf(9, 8, 3);
    const [plain, one] = [{}, { nSteps: 1, discount: 0.3 }].map((options: AddOptions) => {
      const buffer = new ReplayBuffer({ bufferSize: 100, items: 9 });
      buffer.add(trajectories, options);
      return buffer.checkpoint();
    });
    expect(one).toEqual(plain);
  });

  test.each([
    ['nSteps', { nSteps: 0 }],
    ['nSteps', { nSteps: 256 }],
    ['nSteps', { nSteps: 1.5 }],
    ['discount', { discount: 1.1 }],
    ['discount', { discount: Number.NaN }],
  ])('refuse %s of %o, and nothing is added', (option, options) => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 9 });
    expect(() => buffer.add(experienceOf(9, 2, 1), options)).toThrow(expect.objectContaining({ option }));
    expect(buffer.size).toBe(0);
  });
});

describe('a catalogue that changes', () => {
  /** One decision of a session, with what is available before and after. */
  function decision(session: number, before: Uint8Array, after: Uint8Array): Trajectories {
    const recorder = new TrajectoryRecorder({ items: 4, historyLength: 1 });
    const state = (turn: number, available: Uint8Array) => ({
      ...{ rows: 1, items: 4, historyLength: 1, available },
      session: Float64Array.of(session),
      turn: Int32Array.of(turn),
      historyItems: Int32Array.of(-1),
      historyFeedback: new Float32Array(1),
      exclusions: exclusionsOf([turn === 0 ? [] : [0]]),
    });
    recorder.recordAction(state(0, before), { items: Int32Array.of(0), propensity: Float32Array.of(1) });
    recorder.recordFeedback(state(1, after), {
      reward: Float32Array.of(session),
      terminated: new Uint8Array(1),
      truncated: new Uint8Array(1),
    });
    return recorder.take();
  }
  const maskOf = (states: States, row: number): string => textsOf(states)[row].split(' ')[2];

  test('states keep what they allowed; next states do not show what is gone', () => {
    const [first, second] = [Uint8Array.of(1, 1, 1, 0), Uint8Array.of(1, 0, 1, 1)];
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 4, historyLength: 1 });
    buffer.add(decision(1, first, first));
    buffer.add(decision(2, second, second));
    const { states, next, reward } = buffer.sample(20, createRandom(1));
    expect(new Set(reward)).toEqual(new Set([1, 2]));
    for (const [row, session] of reward.entries()) {
      expect(maskOf(states, row)).toBe(session === 1 ? '1,1,1,0' : '1,0,1,1');
      // Item 1 is gone; item 3 was not there yet in the next state of session 1.
      expect(maskOf(next, row)).toBe(session === 1 ? '0,0,1,0' : '0,0,1,1');
    }
  });
});

describe('a log', () => {
  const header = { environment: 'test', items: 3, slateSize: 1, historyLength: 2 };
  const log = completeLog({
    session: Int32Array.of(0, 1, 0),
    item: Int32Array.of(2, 0, 1),
    reward: Float32Array.of(1, 0, 0.5),
    terminated: Uint8Array.of(0, 1, 1),
    truncated: new Uint8Array(3),
  });

  test('is added as trajectories: what a session has been shown is not allowed again', () => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 3, historyLength: 2 });
    buffer.add(trajectoriesOf({ header, log }));
    const rows = new Set(rowsOf(buffer.sample(50, createRandom(1))));
    expect(rows).toEqual(
      new Set([
        '-1,-1 0,0 1,1,1 -1,2 0,1 1,1,0 2 NaN 1 0 1',
        '-1,-1 0,0 1,1,1 -1,0 0,0 0,1,1 0 NaN 0 1 1',
        '-1,2 0,1 1,1,0 2,1 1,0.5 1,0,0 1 NaN 0.5 1 1',
      ]),
    );
  });

  test('where repeats are allowed, all stays allowed', () => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 3, historyLength: 2 });
    const propensity = Float32Array.of(0.5, 0.25, 1);
    buffer.add(trajectoriesOf({ header, log: { ...log, propensity } }, { repeats: true }));
    const drawn = buffer.sample(50, createRandom(1));
    expect(Math.min(...denseMasks(drawn.states), ...denseMasks(drawn.next))).toBe(1);
    expect(new Set(drawn.propensity)).toEqual(new Set([0.5, 0.25, 1]));
  });
});

describe('refusals', () => {
  test('of what does not fit, and nothing is added', () => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 3, historyLength: 2 });
    expect(() => buffer.add(experienceOf(4, 1, 1))).toThrow(/items of the trajectories: expected 3; found 4/);
    expect(() => buffer.add(experienceOf(3, 1, 1))).toThrow(/historyLength of the trajectories: expected 2; found 10/);
    const withUsers = new ReplayBuffer({ bufferSize: 9, items: 3, userFeatures: 2 });
    expect(() => withUsers.add(experienceOf(3, 1, 1))).toThrow(ShapeError);
    expect(() => buffer.sample(1, createRandom(1))).toThrow(InvalidOptionError);
    expect(buffer.size).toBe(0);
    expect(() => new ReplayBuffer({ bufferSize: 0, items: 3 })).toThrow(InvalidOptionError);
  });
});

describe('a checkpoint', () => {
  test('restores the buffer: the same batches, and the same after further additions', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 30 }), (seed, bufferSize) => {
        const buffer = new ReplayBuffer({ bufferSize, items: 7 });
        buffer.add(experienceOf(7, 5, seed));
        const twin = ReplayBuffer.from(buffer.checkpoint());
        for (const each of [buffer, twin]) each.add(experienceOf(7, 3, seed + 1));
        const [one, other] = [buffer, twin].map((each) => rowsOf(each.sample(60, createRandom(seed))));
        expect(other).toEqual(one);
      }),
      { numRuns: 20 },
    );
  });

  test('is a copy: what is added later does not change it', () => {
    const buffer = new ReplayBuffer({ bufferSize: 12, items: 7 });
    buffer.add(experienceOf(7, 4, 1));
    const saved = buffer.checkpoint();
    const before = rowsOf(ReplayBuffer.from(saved).sample(60, createRandom(1)));
    buffer.add(experienceOf(7, 4, 2));
    expect(rowsOf(ReplayBuffer.from(saved).sample(60, createRandom(1)))).toEqual(before);
  });
});
