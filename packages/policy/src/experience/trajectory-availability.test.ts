/** What could be shown in each decision, where the catalogue changes, and the memory that it takes. */
import { createRandom, exclusionsOf, isAllowed, type Observation, type Trajectories } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionFor, type Decision, feedbackFor, HISTORY } from '../test-support/recording.js';
import { TrajectoryRecorder } from './trajectory-recorder.js';

const CATALOGUE = 12;

/** A state with its own availability and random exclusions. */
function stateOf({ key, turn }: Decision, available: Uint8Array, excluded: readonly number[]): Observation {
  const items = available.length;
  return {
    ...{ rows: 1, items, historyLength: HISTORY, available },
    session: Float64Array.of(key),
    turn: Int32Array.of(turn),
    historyItems: new Int32Array(HISTORY).fill(-1),
    historyFeedback: new Float32Array(HISTORY),
    exclusions: exclusionsOf([excluded]),
  };
}

/** The items that a row allows, as text. */
function allowedIn(states: Observation, row: number): string {
  return Array.from({ length: states.items }, (_, item) => item)
    .filter((item) => isAllowed(states, row, item))
    .join();
}

/** Random decisions of four sessions, during which what is available changes, and the states in which they were made. */
function deploy(seed: number, changes: number, takes: number): void {
  const random = createRandom(seed);
  const recorder = new TrajectoryRecorder({ items: CATALOGUE, historyLength: HISTORY });
  const versions = Array.from({ length: 1 + changes }, () =>
    Uint8Array.from({ length: CATALOGUE }, () => (random.uniform() < 0.6 ? 1 : 0)),
  );
  const original = new Map<string, string>();
  const turns = [0, 0, 0, 0];
  const awaited: Decision[] = [];
  let version = 0;
  const remembered = ({ key, turn }: Decision): Observation => {
    const excluded = Array.from({ length: CATALOGUE }, (_, item) => item).filter(() => random.uniform() < 0.2);
    const state = stateOf({ key, turn }, versions[version], excluded);
    return state;
  };
  const expectOriginal = ({ rows, count, states, last }: Trajectories): void => {
    for (let row = 0; row < rows; row++) {
      const name = `state ${states.session[row]}/${states.turn[row]}`;
      expect(allowedIn(states, row), name).toBe(original.get(name));
    }
    for (let k = 0; k < count; k++) {
      const name = `after ${last.session[k]}/${last.turn[k]}`;
      expect(allowedIn(last, k), name).toBe(original.get(name));
    }
  };
  for (let event = 0; event < 60; event++) {
    if (random.uniform() < changes / 60) version = random.integer(versions.length);
    if (awaited.length > 0 && random.uniform() < 0.5) {
      const [decision] = awaited.splice(random.integer(awaited.length), 1);
      const after = { key: decision.key, turn: decision.turn + 1 };
      const state = remembered(after);
      original.set(`after ${after.key}/${after.turn}`, allowedIn(state, 0));
      recorder.recordFeedback(state, feedbackFor([decision]));
    } else {
      const key = random.integer(4);
      const decision = { key, turn: turns[key]++ };
      const state = remembered(decision);
      original.set(`state ${key}/${decision.turn}`, allowedIn(state, 0));
      recorder.recordAction(state, actionFor([decision]));
      awaited.push(decision);
    }
    if (random.uniform() < takes / 60) expectOriginal(recorder.take());
  }
  expectOriginal(recorder.take());
}

describe('what is available changes between decisions', () => {
  test('each state allows what it allowed: not what was added later, not what had been removed', () => {
    fc.assert(fc.property(fc.nat(), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 6 }), deploy), {
      numRuns: 150,
    });
  });

  test('the lists of exclusions hold distinct items', () => {
    const recorder = new TrajectoryRecorder({ items: 4, historyLength: HISTORY });
    const decision = { key: 1, turn: 0 };
    // Item 1 is excluded while it is available, and then removed.
    const action = { items: Int32Array.of(2), propensity: Float32Array.of(1) };
    recorder.recordAction(stateOf(decision, Uint8Array.of(1, 1, 1, 0), [0, 1]), action);
    recorder.recordFeedback(stateOf({ key: 1, turn: 1 }, Uint8Array.of(1, 0, 1, 1), [1, 2]), feedbackFor([decision]));
    const { states, last } = recorder.take();
    for (const { exclusions } of [states, last]) {
      const { offset, count, items } = exclusions;
      const list = [...items.subarray(offset[0], offset[0] + count[0])];
      expect(new Set(list).size).toBe(list.length);
    }
    expect([allowedIn(states, 0), allowedIn(last, 0)]).toEqual(['2', '0,3']);
  });

  test('an item that was removed long ago is no longer listed', () => {
    const recorder = new TrajectoryRecorder({ items: 500, historyLength: HISTORY });
    const random = createRandom(1);
    let most = 0;
    for (let removed = 0; removed < 400; removed++) {
      // One item less in every decision.
      const available = Uint8Array.from({ length: 500 }, (_, item) => (item < removed ? 0 : 1));
      const decision = { key: removed, turn: 0 };
      const items = Int32Array.of(removed + random.integer(500 - removed));
      recorder.recordAction(stateOf(decision, available, []), { items, propensity: Float32Array.of(1) });
      recorder.recordFeedback(stateOf({ key: removed, turn: 1 }, available, []), feedbackFor([decision]));
      if (removed % 20 === 19) most = Math.max(most, ...recorder.take().states.exclusions.count);
    }
    // At least those that could be shown earlier in the same trajectories.
    expect(most).toBeGreaterThanOrEqual(19);
    expect(most).toBeLessThan(100);
  });
});

describe('memory', () => {
  /** Bytes of the memory behind all arrays of trajectories, each counted once. */
  function bytesOf(trajectories: Trajectories): number {
    const buffers = new Set<ArrayBufferLike>();
    const visit = (value: unknown): void => {
      if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
      else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) visit(part);
    };
    visit(trajectories);
    return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  test('640 decisions over 100,000 items take at most 5 MB, most of it for what was seen', () => {
    const items = 100_000;
    const recorder = new TrajectoryRecorder({ items, historyLength: HISTORY });
    const available = new Uint8Array(items).fill(1);
    const SESSIONS = 64;
    // Sessions of up to 100 turns, in which what was shown is excluded.
    const seen = Array.from({ length: SESSIONS }, (_, key) =>
      Array.from({ length: 90 }, (__, turn) => 1000 * key + turn),
    );
    for (let turn = 90; turn < 100; turn++) {
      for (let key = 0; key < SESSIONS; key++) {
        const item = 1000 * key + turn;
        const action = { items: Int32Array.of(item), propensity: Float32Array.of(0.5) };
        recorder.recordAction(stateOf({ key, turn }, available, seen[key]), action);
        seen[key].push(item);
        recorder.recordFeedback(stateOf({ key, turn: turn + 1 }, available, seen[key]), feedbackFor([{ key, turn }]));
      }
    }
    const trajectories = recorder.take();
    expect([trajectories.rows, trajectories.count]).toEqual([640, 64]);
    // Masks of one byte an item would take 128 MB.
    expect(bytesOf(trajectories)).toBeLessThan(5_000_000);
  });
});
