import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureChecks } from '../conformance/index.js';
import { interleave } from '../test-support/interleaved-log.js';
import { episodesOf } from './episodes.js';
import {
  cumulativeReward,
  earlyReward,
  finalReward,
  meanLength,
  meanRewardOfSessions,
  rewardCurve,
} from './windows.js';

/** Twenty sessions of two turns, one after the other, each with its number as the reward of its last turn. */
const numbered = interleave(
  Array.from({ length: 20 }, (_, k) => ({ rewards: [0, k], end: 'terminated' as const })),
  1,
);

describe('windows, worked out by hand', () => {
  const episodes = episodesOf(numbered);
  const interactions = 40;

  test('early: sessions that began in the first share', () => {
    expect(earlyReward(episodes, { interactions })).toBe(0);
    expect(earlyReward(episodes, { interactions, share: 0.25 })).toBe((0 + 1 + 2 + 3 + 4) / 5);
  });

  test('final: sessions that began in the last share', () => {
    expect(finalReward(episodes, { interactions })).toBe((18 + 19) / 2);
    expect(finalReward(episodes, { interactions, share: 0.25 })).toBe((15 + 16 + 17 + 18 + 19) / 5);
  });

  test('curve: windows of equal size', () => {
    expect(rewardCurve(episodes, { interactions, points: 4 })).toEqual({
      interactions: [10, 20, 30, 40],
      reward: [2, 7, 12, 17],
    });
  });

  test('length and sum', () => {
    expect(meanLength(episodes, { interactions })).toBe(2);
    expect(cumulativeReward(numbered, { interactions })).toBe((19 * 20) / 2);
    expect(cumulativeReward(numbered, { interactions: 4 })).toBe(1);
  });
});

test('a window’s bound is a whole interaction, though 0.07 * 100 and (1 - 0.7) * 10 are a little more in doubles', () => {
  const single = (count: number) =>
    episodesOf(
      interleave(
        Array.from({ length: count }, (_, k) => ({ rewards: [k], end: 'terminated' as const })),
        1,
      ),
    );
  expect(earlyReward(single(100), { interactions: 100, share: 0.07 })).toBe(3); // sessions 0 to 6
  expect(finalReward(single(10), { interactions: 10, share: 0.7 })).toBe(6); // sessions 3 to 9
});

test('a long session that began early counts as early, with all of its reward', () => {
  const log = interleave(
    [
      { rewards: new Array(30).fill(1), end: 'truncated' },
      { rewards: [0], end: 'terminated' },
      { rewards: new Array(10).fill(0), end: 'terminated' },
    ],
    2,
  );
  expect(earlyReward(episodesOf(log), { interactions: 40 })).toBe((30 + 0) / 2);
});

test('a session of which the end is not known is not counted, and no session is null', () => {
  const episodes = episodesOf(interleave([{ rewards: [1, 1], end: 'open' }], 1));
  expect(earlyReward(episodes, { interactions: 2, share: 1 })).toBeNull();
  expect(meanLength(episodes, { interactions: 2 })).toBeNull();
  expect(rewardCurve(episodes, { interactions: 2, points: 2 }).reward).toEqual([null, null]);
});

test('one window over everything is the mean of all sessions', () => {
  const story = fc.record({
    rewards: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 }),
    end: fc.constantFrom('terminated' as const, 'truncated' as const),
  });
  fc.assert(
    fc.property(fc.array(story, { minLength: 1, maxLength: 15 }), fc.integer({ min: 1, max: 4 }), (stories, slots) => {
      const log = interleave(stories, slots);
      const interactions = log.reward.length;
      const mean = cumulativeReward(log, { interactions }) / stories.length;
      expect(finalReward(episodesOf(log), { interactions, share: 1 })).toBeCloseTo(mean, 9);
      expect(earlyReward(episodesOf(log), { interactions, share: 1 })).toBeCloseTo(mean, 9);
    }),
  );
});

describe.each([
  [
    'earlyReward',
    (log: typeof numbered) => earlyReward(episodesOf(log), { interactions: log.reward.length, share: 0.5 }),
  ],
  [
    'finalReward',
    (log: typeof numbered) => finalReward(episodesOf(log), { interactions: log.reward.length, share: 0.5 }),
  ],
  ['meanLength', (log: typeof numbered) => meanLength(episodesOf(log), { interactions: log.reward.length })],
  [
    'a point of rewardCurve',
    (log: typeof numbered) => rewardCurve(episodesOf(log), { interactions: log.reward.length }).reward[0],
  ],
  ['cumulativeReward', (log: typeof numbered) => cumulativeReward(log, { interactions: log.reward.length })],
])('%s keeps the rules of a measure', (_, measure) => {
  const checks = measureChecks((log) => (log.reward.length === 0 ? null : measure(log)));
  for (const check of checks) test(check.name, check.run);
});

describe('a budget beyond the log is refused, not taken for a longer deployment', () => {
  const [episodes, interactions] = [episodesOf(numbered), 41];
  test.each([
    ['earlyReward', () => earlyReward(episodes, { interactions })],
    ['finalReward', () => finalReward(episodes, { interactions })],
    ['meanLength', () => meanLength(episodes, { interactions })],
    ['rewardCurve', () => rewardCurve(episodes, { interactions })],
    ['cumulativeReward', () => cumulativeReward(numbered, { interactions })],
  ])('by %s', (_, call) => {
    expect(call).toThrow('interactions: expected at most the 40 rows of the log; found 41.');
  });
  test.each<[number, number, string]>([
    [Number.NaN, 5, 'from: expected an integer of at least 0; found NaN.'],
    [0, 2.5, 'to: expected an integer of at least 0; found 2.5.'],
    [4, 0, 'to: expected an integer of at least 4; found 0.'],
    [0, 41, 'to: expected at most the 40 rows of the log; found 41.'],
  ])('by meanRewardOfSessions from %d to %d', (from, to, message) => {
    expect(() => meanRewardOfSessions(episodes, from, to)).toThrow(message);
  });
  test('but not a window without sessions', () => expect(meanRewardOfSessions(episodes, 1, 2)).toBeNull());
});

test.each([
  [
    () => earlyReward(episodesOf(numbered), { interactions: 0 }),
    /interactions: expected a number of at least 1; found 0/,
  ],
  [() => finalReward(episodesOf(numbered), { interactions: 40, share: 0 }), /share/],
  [() => finalReward(episodesOf(numbered), { interactions: 40, share: 1.1 }), /share/],
  [() => rewardCurve(episodesOf(numbered), { interactions: 40, points: 1.5 }), /points: expected an integer/],
  [
    () => cumulativeReward(numbered, { interactions: 41 }),
    /interactions: expected at most the 40 rows of the log; found 41/,
  ],
])('bad options are refused: %s', (call, message) => {
  expect(call).toThrow(message);
});
