import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRepeatLimiter } from './repeat-limiter.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A limiter and what it has written. */
function limiter() {
  const written: [line: string, repeats: number][] = [];
  const limit = createRepeatLimiter();
  return { written, say: (key: string, line = key) => limit(key, (repeats) => written.push([line, repeats])) };
}

test('the first line is written at once, then each minute the newest with the number of those since', () => {
  const { written, say } = limiter();
  for (let k = 0; k < 150; k++) {
    say('full', `full ${k}`);
    vi.advanceTimersByTime(1_000);
  }
  expect(written).toEqual([
    ['full 0', 0],
    ['full 59', 59],
    ['full 119', 60],
  ]);
  vi.advanceTimersByTime(60_000);
  expect(written.at(-1)).toEqual(['full 149', 30]);
});

test('after a minute of silence a line is a first one again, and no timer is left', () => {
  const { written, say } = limiter();
  say('full');
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
  say('full');
  expect(written).toEqual([
    ['full', 0],
    ['full', 0],
  ]);
});

test('other lines are not held back, and memory is bounded', () => {
  const { written, say } = limiter();
  for (let k = 0; k < 5_000; k++) say(`message ${k}`);
  expect(written.slice(0, 2)).toEqual([
    ['message 0', 0],
    ['message 1', 0],
  ]);
  expect(written.length).toBe(1_001);
  expect(vi.getTimerCount()).toBe(1_001);
});
