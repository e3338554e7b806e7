import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interleave, type Story } from '../test-support/interleaved-log.js';
import { discountedReturns } from './discounted-returns.js';
import { episodesOf } from './episodes.js';
import { retention, survivalCurve } from './survival.js';

const story = (turns: number, end: Story['end']): Story => ({ rewards: new Array(turns).fill(1), end });
const curveOf = (stories: Story[]) => survivalCurve(episodesOf(interleave(stories, 3)));

describe('survival', () => {
  test('matches a calculation by hand: users who leave count, truncated sessions are censored', () => {
    // The example of many textbooks: 6, 6, 6, 6*, 7, 9*, 10, 10* weeks, * for cut.
    const lengths: [number, Story['end']][] = [
      [6, 'terminated'],
      [6, 'terminated'],
      [6, 'terminated'],
      [6, 'truncated'],
      [7, 'terminated'],
      [9, 'open'],
      [10, 'terminated'],
      [10, 'truncated'],
    ];
    const { turn, survival, atRisk, standardError } = curveOf(lengths.map(([turns, end]) => story(turns, end)));
    const at = (column: ArrayLike<number>, when: number): number => column[turn.indexOf(when)];
    expect([at(atRisk, 6), at(atRisk, 7), at(atRisk, 8), at(atRisk, 10)]).toEqual([8, 4, 3, 2]);
    expect([at(survival, 5), at(survival, 6), at(survival, 9)]).toEqual([1, 5 / 8, (5 / 8) * (3 / 4)]);
    expect(at(survival, 10)).toBeCloseTo((5 / 8) * (3 / 4) * (1 / 2), 12);
    expect(at(standardError, 7)).toBeCloseTo((15 / 32) * Math.sqrt(3 / (8 * 5) + 1 / (4 * 3)), 12);
  });

  test('without truncation it is the share of longer sessions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 }), (lengths) => {
        const { turn, survival } = curveOf(lengths.map((turns) => story(turns, 'terminated')));
        for (const [k, when] of turn.entries()) {
          expect(survival[k]).toBeCloseTo(lengths.filter((turns) => turns > when).length / lengths.length, 12);
        }
      }),
    );
  });

  test('has no standard error where all have gone on, or none', () => {
    expect([...curveOf([story(3, 'terminated')]).standardError]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    const { survival, standardError } = curveOf([
      story(2, 'terminated'),
      story(4, 'terminated'),
      story(4, 'truncated'),
    ]);
    expect(Array.from(survival, (share, k) => [share > 0 && share < 1, Number.isNaN(standardError[k])])).toEqual([
      [false, true],
      [true, false],
      [true, false],
      [true, false],
    ]);
    expect(standardError.every((error) => error !== 0)).toBe(true);
  });

  test('retention is a point of the curve, and null beyond the longest observed session', () => {
    const episodes = episodesOf(interleave([story(2, 'terminated'), story(5, 'truncated'), story(5, 'truncated')], 2));
    expect([retention(episodes, 1), retention(episodes, 2), retention(episodes, 5)]).toEqual([1, 1 - 1 / 3, 1 - 1 / 3]);
    expect(retention(episodes, 6)).toBeNull();
    expect(retention(episodesOf(interleave([story(2, 'terminated')], 1)), 6)).toBe(0);
    expect(() => retention(episodes, 0)).toThrow(/turns: expected an integer of at least 1/);
  });

  test('of no session has no turns', () => {
    expect(Array.from(survivalCurve(episodesOf(interleave([], 1))).turn)).toEqual([]);
  });
});

test('discounted reward, session by session, however they are interleaved', () => {
  const stories: Story[] = [
    { rewards: [1, 0, 1], end: 'terminated' },
    { rewards: [0, 1], end: 'truncated' },
  ];
  for (const slots of [1, 2]) {
    expect(Array.from(discountedReturns(interleave(stories, slots), 0.5))).toEqual([1.25, 0.5]);
    expect(Array.from(discountedReturns(interleave(stories, slots), 1))).toEqual([2, 1]);
    expect(Array.from(discountedReturns(interleave(stories, slots), 0))).toEqual([1, 0]);
  }
  expect(() => discountedReturns(interleave(stories, 1), 1.1)).toThrow(/discount/);
});
