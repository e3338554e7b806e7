import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from './errors.js';
import { distraction, patience, redundancy } from './exit-rules.js';
import { createRandom } from './random.js';
import type { Session } from './session.js';

/** A session in which these items were shown, oldest first, with this feedback. */
function sessionOf(items: number[], feedback = items.map(() => 1)): Session {
  return {
    user: 0,
    turn: items.length,
    item: (back) => items[items.length - 1 - back],
    feedback: (back) => feedback[feedback.length - 1 - back],
  };
}

const random = createRandom(1);

describe('patience', () => {
  test.each([
    { feedback: [0, 0], leaves: false, why: 'only two misses yet' },
    { feedback: [0, 0, 0], leaves: true, why: 'three in a row' },
    { feedback: [0, 0, 1, 0, 0], leaves: false, why: 'a hit between' },
    { feedback: [1, 1, 0, 0, 0], leaves: true, why: 'the last three count' },
    { feedback: [0.4, 0.4, 0.49], leaves: true, why: 'below the threshold is a miss' },
    { feedback: [0.4, 0.4, 0.5], leaves: false, why: 'the threshold itself is none' },
  ])('$feedback: $why', ({ feedback, leaves }) => {
    const rule = patience({ misses: 3 });
    expect(
      rule.leaves(
        sessionOf(
          feedback.map((_, k) => k),
          feedback,
        ),
        random,
      ),
    ).toBe(leaves);
  });

  test('refuses a count or a threshold that makes no sense', () => {
    expect(() => patience({ misses: 0 })).toThrow(InvalidOptionError);
    expect(() => patience({ misses: 1.5 })).toThrow(/misses: expected an integer of at least 1; found 1.5/);
    expect(() => patience({ misses: 2, threshold: Number.NaN })).toThrow(/threshold/);
  });
});

describe('redundancy', () => {
  const sameTens = (a: number, b: number): boolean => Math.floor(a / 10) === Math.floor(b / 10);
  const rule = redundancy({ window: 3, similar: 2, alike: sameTens });

  test.each([
    { items: [11], leaves: false, why: 'nothing before it' },
    { items: [11, 12], leaves: false, why: 'one like it' },
    { items: [11, 12, 13], leaves: true, why: 'two like it, though fewer than three were shown before' },
    { items: [11, 21, 22, 23], leaves: true, why: 'two of the last three' },
    { items: [21, 22, 31, 41, 23], leaves: false, why: 'those before the window do not count' },
  ])('$items: $why', ({ items, leaves }) => {
    expect(rule.leaves(sessionOf(items), random)).toBe(leaves);
  });

  test('refuses more likenesses than the window has', () => {
    expect(() => redundancy({ window: 3, similar: 4, alike: sameTens })).toThrow(
      /similar: expected an integer from 1 to 3/,
    );
  });
});

describe('distraction', () => {
  test('leaves as often as it says', () => {
    const rule = distraction({ probability: 0.1 });
    const left = Array.from({ length: 20_000 }, () => rule.leaves(sessionOf([1]), random)).filter(Boolean);
    expect(left.length / 20_000).toBeCloseTo(0.1, 2);
  });

  test('never and always are possible, more is not', () => {
    expect(distraction({ probability: 0 }).leaves(sessionOf([1]), random)).toBe(false);
    expect(distraction({ probability: 1 }).leaves(sessionOf([1]), random)).toBe(true);
    expect(() => distraction({ probability: 1.1 })).toThrow(/probability: expected a number from 0 to 1; found 1.1/);
  });
});
