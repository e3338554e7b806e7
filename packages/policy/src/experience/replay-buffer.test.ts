import { createRandom, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gather } from '../conformance/experience.js';
import { SyntheticSessions } from '../conformance/synthetic-sessions.js';
import { ShapeError } from '../errors.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import { type LoggedTransitions, ReplayBuffer } from './replay-buffer.js';
import type { Rollout } from './rollout.js';

function rolloutOf(items: number, steps: number, seed: number): Rollout {
  const sessions = new SyntheticSessions(3, items, { createRandom }, seed);
  return gather(createRandomPolicy(items), steps, sessions, createRandom(seed));
}

/** A transition as text, whole. */
function rowsOf({
  states,
  next,
  actions,
  propensity,
  reward,
  terminated,
}: Omit<Rollout, 'steps'> | ReturnType<ReplayBuffer['sample']>): string[] {
  const part = (array: ArrayLike<number>, row: number): string => {
    const width = array.length / actions.length;
    return Array.from({ length: width }, (_, k) => array[row * width + k]).join();
  };
  return Array.from(actions, (_, row) =>
    [
      ...[states, next].flatMap(({ historyItems, historyFeedback, mask }) => [historyItems, historyFeedback, mask]),
      ...[actions, propensity, reward, terminated],
    ]
      .map((array) => part(array, row))
      .join(' '),
  );
}

describe('ReplayBuffer', () => {
  test('gives back what it was given, bit for bit, whatever the size of the catalogue', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 1000 }), (items, seed) => {
        const rollout = rolloutOf(items, 4, seed);
        const buffer = new ReplayBuffer({ bufferSize: 100, items });
        buffer.addRollout(rollout);
        expect(buffer.size).toBe(12);
        const given = rowsOf(rollout);
        for (const row of rowsOf(buffer.sample(30, createRandom(seed)))) expect(given).toContain(row);
      }),
      { numRuns: 50 },
    );
  });

  test('the oldest make room', () => {
    const buffer = new ReplayBuffer({ bufferSize: 12, items: 9 });
    buffer.addRollout(rolloutOf(9, 4, 1));
    const later = rolloutOf(9, 4, 2);
    buffer.addRollout(later);
    expect(buffer.size).toBe(12);
    const given = rowsOf(later);
    for (const row of rowsOf(buffer.sample(100, createRandom(1)))) expect(given).toContain(row);
  });

  test('draws evenly', () => {
    const buffer = new ReplayBuffer({ bufferSize: 12, items: 9 });
    buffer.addRollout(rolloutOf(9, 4, 1));
    const counts = new Map<string, number>();
    for (const row of rowsOf(buffer.sample(12_000, createRandom(3)))) counts.set(row, (counts.get(row) ?? 0) + 1);
    expect(counts.size).toBe(12);
    // Each expects 1,000 with a deviation of 30.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  const LOG: LoggedTransitions = {
    ...{ turns: 3, historyLength: 2, slateSize: 1 },
    session: Int32Array.of(0, 1, 0),
    historyItems: Int32Array.of(-1, -1, -1, -1, -1, 2),
    historyFeedback: Float32Array.of(0, 0, 0, 0, 0, 1),
    actions: Int32Array.of(2, 0, 1),
    reward: Float32Array.of(1, 0, 0.5),
    terminated: Uint8Array.of(0, 1, 1),
    nextHistoryItems: Int32Array.of(-1, 2, -1, 0, 2, 1),
    nextHistoryFeedback: Float32Array.of(0, 1, 0, 0, 1, 0.5),
  };

  test('takes a log: what a session has been shown is not allowed again', () => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 3, historyLength: 2 });
    buffer.addLog(LOG);
    const rows = new Set(rowsOf(buffer.sample(50, createRandom(1))));
    expect(rows).toEqual(
      new Set([
        '-1,-1 0,0 1,1,1 -1,2 0,1 1,1,0 2 NaN 1 0',
        '-1,-1 0,0 1,1,1 -1,0 0,0 0,1,1 0 NaN 0 1',
        '-1,2 0,1 1,1,0 2,1 1,0.5 1,0,0 1 NaN 0.5 1',
      ]),
    );
  });

  test('where repeats are allowed, all stays allowed', () => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 3, historyLength: 2 });
    buffer.addLog({ ...LOG, propensity: Float32Array.of(0.5, 0.25, 1) }, { repeats: true });
    const { states, next, propensity } = buffer.sample(50, createRandom(1));
    expect(Math.min(...states.mask, ...next.mask)).toBe(1);
    expect(new Set(propensity)).toEqual(new Set([0.5, 0.25, 1]));
  });

  test('refuses what does not fit', () => {
    const buffer = new ReplayBuffer({ bufferSize: 9, items: 3, historyLength: 2 });
    expect(() => buffer.addLog({ ...LOG, actions: Int32Array.of(2, 3, 1) })).toThrow(/log.actions\[1\].*found 3/);
    expect(() => buffer.addLog({ ...LOG, slateSize: 2 })).toThrow(ShapeError);
    expect(() => buffer.addLog({ ...LOG, historyLength: 3 })).toThrow(ShapeError);
    expect(() => buffer.addRollout(rolloutOf(4, 1, 1))).toThrow(/items of the rollout: expected 3; found 4/);
    expect(() => buffer.addRollout(rolloutOf(3, 1, 1))).toThrow(/historyLength of the rollout: expected 2; found 10/);
    expect(() => buffer.sample(1, createRandom(1))).toThrow(InvalidOptionError);
    expect(buffer.size).toBe(0);
    expect(() => new ReplayBuffer({ bufferSize: 0, items: 3 })).toThrow(InvalidOptionError);
  });
});
