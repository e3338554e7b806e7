import { expect, test } from 'vitest';
import { EarlyEvents } from './early-events.js';

const WINDOW = 1_000;

const feedback = (id: number, at = 0) =>
  ({ type: 'feedback', id: `f${id}`, at, decision: `d${id}`, reward: 1 }) as const;

test('events that found their decisions take no room', () => {
  const early = new EarlyEvents(WINDOW);
  for (let k = 0; k < 100_000; k++) {
    early.hold(feedback(k));
    early.take(`d${k}`);
  }
  expect(early.hold(feedback(100_000))).toBe(true);
  expect(early.all).toEqual([feedback(100_000)]);
});

test('those that found none expire in order', () => {
  const early = new EarlyEvents(WINDOW);
  for (const k of [0, 1, 2]) early.hold(feedback(k, k));
  early.take('d0');
  expect(early.expire(WINDOW + 1)).toBe(1);
  expect(early.all).toEqual([feedback(2, 2)]);
});
