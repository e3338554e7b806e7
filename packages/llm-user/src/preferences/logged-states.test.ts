import { createRandom, InvalidOptionError, type Ratings } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoggedStatesOptions, sampleLoggedStates } from './logged-states.js';

/** User 0 rated items 5, 6, 7, 8 in this order of time, user 1 item 9 alone, user 2 nothing. */
const ratings: Ratings = {
  users: 3,
  user: Int32Array.of(0, 1, 0, 0, 0),
  item: Int32Array.of(7, 9, 5, 8, 6),
  value: Float32Array.of(5, 3, 4, 1, 2),
  scale: [1, 5],
  time: Float64Array.of(30, 1, 10, 40, 20),
};
const options: LoggedStatesOptions = { ratings, likeThreshold: 4, count: 60, length: [2, 3], random: createRandom(1) };

describe('sampleLoggedStates', () => {
  test('refuses a rating that is not a number: it is neither a like nor a dislike', () => {
    const broken = { ...ratings, value: Float32Array.of(5, 3, Number.NaN, 1, 2) };
    expect(() => sampleLoggedStates({ ...options, ratings: broken })).toThrow(InvalidOptionError);
    expect(() => sampleLoggedStates({ ...options, ratings: broken })).toThrow(/^ratings\.value\[2\]: .*found NaN/);
    expect(() => sampleLoggedStates({ ...options, likeThreshold: Number.NaN })).toThrow(/^likeThreshold: .*found NaN/);
  });

  test('takes stretches of one user’s log, in the order of time, with what they liked', () => {
    const states = sampleLoggedStates({ ...options, users: Int32Array.of(0) });
    const seen = new Set(states.map(({ items }) => items.join()));
    expect([...seen].sort()).toEqual(['5,6', '5,6,7', '6,7', '6,7,8', '7,8']);
    const liked = new Map([
      [5, 1],
      [6, 0],
      [7, 1],
      [8, 0],
    ]);
    for (const { items, feedback } of states) expect(feedback).toEqual(items.map((item) => liked.get(item)));
  });

  test('gives short stretches of users with short logs, and draws nobody else', () => {
    const states = sampleLoggedStates(options);
    expect(new Set(states.map(({ items }) => items.length))).toEqual(new Set([1, 2, 3]));
    expect(states.filter(({ items }) => items.length === 1).every(({ items }) => items[0] === 9)).toBe(true);
  });

  test('without times takes the ratings as they stand', () => {
    const { time: _, ...untimed } = ratings;
    const states = sampleLoggedStates({ ...options, ratings: untimed, users: Int32Array.of(0), length: [4, 4] });
    expect(states[0].items).toEqual([7, 5, 8, 6]);
  });

  test('counts a rating as liked that single precision stores just below the threshold', () => {
    expect(Math.fround(4.1)).toBeLessThan(4.1);
    for (const tenths of Array.from({ length: 41 }, (_, k) => 10 + k)) {
      const value = Float32Array.of(tenths / 10, tenths / 10, tenths / 10, (tenths - 1) / 10, (tenths + 1) / 10);
      const states = sampleLoggedStates({ ...options, likeThreshold: tenths / 10, ratings: { ...ratings, value } });
      for (const { items, feedback } of states) expect(feedback).toEqual(items.map((item) => (item === 8 ? 0 : 1)));
    }
  });

  test('is the same for the same generator, and as many as asked for', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 20 }), (seed, count) => {
        const draw = () => sampleLoggedStates({ ...options, count, random: createRandom(seed) });
        expect(draw()).toEqual(draw());
        expect(draw().length).toBe(count);
      }),
    );
  });

  test.each<[string, Partial<LoggedStatesOptions>, RegExp]>([
    ['no states', { count: 0 }, /count/],
    ['lengths the wrong way round', { length: [3, 2] }, /length/],
    ['an empty stretch', { length: [0, 2] }, /length/],
    [
      'a threshold that no rating reaches',
      { likeThreshold: 50 },
      /likeThreshold: expected at most 5, the greatest rating.*50/,
    ],
    ['nobody who rated anything', { users: Int32Array.of(2) }, /users: expected at least one user with ratings/],
  ])('refuses %s', (_, wrong, message) => {
    expect(() => sampleLoggedStates({ ...options, ...wrong })).toThrow(message);
    expect(() => sampleLoggedStates({ ...options, ...wrong })).toThrow(InvalidOptionError);
  });
});
