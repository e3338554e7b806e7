import { IalpError } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidLogError } from '../errors.js';
import { interleave, type Story } from '../test-support/interleaved-log.js';
import { episodesOf } from './episodes.js';

const stories = fc.array(
  fc.record<Story>({
    rewards: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 6 }),
    end: fc.constantFrom('terminated', 'truncated'),
  }),
  { minLength: 1, maxLength: 12 },
);

test('brings interleaved sessions together', () => {
  const log = interleave(
    [
      { rewards: [1, 1, 1], end: 'terminated' },
      { rewards: [0, 2], end: 'truncated' },
      { rewards: [5], end: 'open' },
    ],
    2,
  );
  expect([...log.session]).toEqual([0, 1, 0, 1, 0, 2]);
  expect(episodesOf(log)).toEqual({
    start: Int32Array.of(0, 1, 5),
    length: Int32Array.of(3, 2, 1),
    reward: Float64Array.of(3, 2, 5),
    ended: Uint8Array.of(1, 1, 0),
    terminated: Uint8Array.of(1, 0, 0),
  });
});

test('an empty log has no episodes', () => {
  expect(episodesOf(interleave([], 3)).start.length).toBe(0);
});

test('lengths and rewards of sessions do not depend on how many ran at once', () => {
  fc.assert(
    fc.property(stories, fc.integer({ min: 1, max: 5 }), (told, slots) => {
      const { length, reward, terminated } = episodesOf(interleave(told, slots));
      expect([...length]).toEqual(told.map((story) => story.rewards.length));
      expect([...reward]).toEqual(told.map((story) => story.rewards.reduce((sum, value) => sum + value, 0)));
      expect([...terminated]).toEqual(told.map((story) => (story.end === 'terminated' ? 1 : 0)));
    }),
  );
});

describe('an invalid log is an error', () => {
  const log = (): InteractionLog =>
    interleave(
      [
        { rewards: [1, 2], end: 'terminated' },
        { rewards: [3, 4], end: 'truncated' },
      ],
      2,
    );

  test.each<[string, (log: InteractionLog) => InteractionLog, RegExp]>([
    [
      'columns of different lengths',
      (l) => ({ ...l, reward: l.reward.slice(1) }),
      /log.reward: expected 4 values, like session; found 3 values/,
    ],
    [
      'a reward that is not a number',
      (l) => ({ ...l, reward: Float32Array.of(1, Number.NaN, 2, 4) }),
      /log.reward\[1\]: expected a finite number/,
    ],
    ['an end of both kinds', (l) => ({ ...l, truncated: Uint8Array.of(0, 0, 1, 1) }), /log.truncated\[2\]/],
    [
      'a flag that is neither',
      (l) => ({ ...l, terminated: Uint8Array.of(0, 0, 2, 0) }),
      /log.terminated\[2\]: expected 0 or 1; found 2/,
    ],
    [
      'sessions out of order',
      (l) => ({ ...l, session: Int32Array.of(1, 0, 1, 0) }),
      /log.session\[0\]: expected session 0: number sessions from 0/,
    ],
    ['a negative session', (l) => ({ ...l, session: Int32Array.of(0, 1, 0, -1) }), /log.session\[3\]/],
    ['a session after its end', (l) => ({ ...l, session: Int32Array.of(0, 1, 0, 0) }), /log.session\[3\]: .*not ended/],
  ])('%s', (_, damage, message) => {
    expect(() => episodesOf(damage(log()))).toThrow(message);
    expect(() => episodesOf(damage(log()))).toThrow(InvalidLogError);
  });

  test('with an error that is recognised across copies of the package', () => {
    class CopiedError extends Error {
      static readonly isInstance = InvalidLogError.isInstance;
    }
    for (const error of [new InvalidLogError('reward', 1, 2, '3'), new CopiedError()]) {
      expect(InvalidLogError.isInstance(error)).toBe(true);
    }
    expect(IalpError.isInstance(new InvalidLogError('reward', 1, 2, '3'))).toBe(true);
    for (const other of [new IalpError('other'), undefined]) expect(InvalidLogError.isInstance(other)).toBe(false);
  });
});
