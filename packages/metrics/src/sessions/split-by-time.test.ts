import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidLogError } from '../errors.js';
import { ips } from '../ope/estimators.js';
import { episodesOf } from './episodes.js';
import { splitByTime } from './split-by-time.js';
import { validateLog } from './validate-log.js';
import { earlyReward } from './windows.js';

test('the sessions that began first, and the others, as logs of their own', () => {
  const log = {
    session: Int32Array.of(0, 1, 0, 2, 1, 2),
    reward: Float32Array.of(1, 2, 3, 4, 5, 6),
    terminated: Uint8Array.of(0, 0, 1, 0, 1, 1),
    truncated: new Uint8Array(6),
    propensity: [0.5, 0.4, 0.3, 0.2, 0.1, 1],
    target: [0.5, 0.4, 0.3, 0.2, 0.1, 1],
    environment: 'shop',
  };
  const { earlier, later } = splitByTime(log, { share: 0.6 });
  expect(earlier).toEqual({
    session: Int32Array.of(0, 1, 0, 1),
    reward: Float32Array.of(1, 2, 3, 5),
    terminated: Uint8Array.of(0, 0, 1, 1),
    truncated: new Uint8Array(4),
    propensity: [0.5, 0.4, 0.3, 0.1],
    target: [0.5, 0.4, 0.3, 0.1],
    environment: 'shop',
  });
  expect(later.session).toEqual(Int32Array.of(0, 0));
  expect(ips(later).value).toBe(5);
  expect(earlyReward(episodesOf(later), { interactions: 2, share: 1 })).toBe(10);
});

test('by the column time, whatever the order of the rows; names of sessions stay', () => {
  const log = { session: ['b', 'a', 'b', 'c'], time: [30, 10, 20, 25], reward: [1, 2, 3, 4] };
  const { earlier, later } = splitByTime(log, { share: 2 / 3 });
  expect(earlier).toEqual({ session: ['b', 'a', 'b'], time: [30, 10, 20], reward: [1, 2, 3] });
  expect(later).toEqual({ session: ['c'], time: [25], reward: [4] });
});

test('of trajectories by that column', () => {
  const { earlier, later } = splitByTime({ trajectory: [7, 7, 9], reward: [1, 2, 3] });
  expect([earlier.trajectory, later.trajectory]).toEqual([[0, 0], [0]]);
});

test('whatever the log: no session is split or lost, none of the later part begins before one of the earlier, both are valid', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 20 })), {
    minLength: 2,
    maxLength: 60,
  });
  fc.assert(
    fc.property(rows, fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.boolean(), (list, share, timed) => {
      const numbers = new Map<number, number>();
      const session = list.map(([name]) => {
        numbers.set(name, numbers.get(name) ?? numbers.size);
        return numbers.get(name)!;
      });
      fc.pre(numbers.size > 1);
      const log = {
        session: Int32Array.from(session),
        id: session.slice(),
        row: session.map((_, row) => row),
        at: timed ? list.map(([, time]) => time) : session.map((_, row) => row),
        reward: Float32Array.from(session),
        terminated: new Uint8Array(session.length),
        truncated: new Uint8Array(session.length),
      };
      const { earlier, later } = splitByTime(timed ? { ...log, time: log.at } : log, { share });
      expect([...earlier.row, ...later.row].sort((a, b) => a - b)).toEqual(log.row);
      expect(earlier.id.filter((id) => later.id.includes(id))).toEqual([]);
      expect(new Set(earlier.id).size).toBeGreaterThan(0);
      expect(new Set(later.id).size).toBeGreaterThan(0);
      const begins = (part: typeof earlier) =>
        [...new Set(part.id)].map((id) => Math.min(...part.at.filter((_, row) => part.id[row] === id)));
      expect(Math.max(...begins(earlier))).toBeLessThanOrEqual(Math.min(...begins(later)));
      for (const part of [earlier, later]) validateLog(part);
    }),
  );
});

describe('refuses', () => {
  const log = { session: [0, 1], reward: [1, 0] };
  test.each<[string, () => unknown, RegExp, typeof InvalidLogError | typeof InvalidOptionError]>([
    [
      'a log without sessions',
      () => splitByTime({ reward: [1] }),
      /log\.session: expected a column session or trajectory; found reward/,
      InvalidLogError,
    ],
    [
      'columns of different length',
      () => splitByTime({ ...log, reward: [1] }),
      /log\.reward: expected 2 values, like session/,
      InvalidLogError,
    ],
    [
      'a time that is text',
      () => splitByTime({ ...log, time: ['1', '2'] }),
      /log\.time\[0\]: expected a finite number/,
      InvalidLogError,
    ],
    [
      'one session',
      () => splitByTime({ session: [4, 4] }),
      /log: expected at least two sessions, one for each part; found 1 session/,
      InvalidOptionError,
    ],
    [
      'a share of 1',
      () => splitByTime(log, { share: 1 }),
      /share: expected a number between 0 and 1/,
      InvalidOptionError,
    ],
  ])('%s', (_, call, message, kind) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
