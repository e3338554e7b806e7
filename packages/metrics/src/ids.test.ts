import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { repetition, serendipity } from './beyond-accuracy/lists.js';
import { InvalidLogError } from './errors.js';
import { trajectoryIps } from './ope/trajectories.js';
import { ndcg } from './ranking/gain.js';
import { recall } from './ranking/set-metrics.js';
import { splitByTime } from './sessions/split-by-time.js';

// Two ids that were two before JavaScript rounded them.
const [a, b] = ['653247040368672768', '653247040368672769'].map(Number);
const rows = { reward: [1, 1, 1, 1], propensity: [1, 1, 1, 1], target: [1, 1, 1, 1] };

describe('ids are refused that', () => {
  test.each<[string, () => unknown]>([
    ['recall', () => recall([a], [b])],
    ['ndcg', () => ndcg([1], new Map([[b, 1]]))],
    ['trajectoryIps', () => trajectoryIps({ ...rows, trajectory: [a, b, a, b] })],
    ['repetition', () => repetition([a, b])],
    ['serendipity', () => serendipity([a], () => true, new Set([b]))],
  ])('are rounded: %s', (_, call) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(/an integer of at most 9007199254740991/);
  });

  test('are rounded sessions', () => {
    expect(() => splitByTime({ session: [a, b, 5, 6] })).toThrow(InvalidLogError);
    expect(() => splitByTime({ session: [a, b, 5, 6] })).toThrow(
      /log\.session\[0\]: expected an id: .* write them as strings/,
    );
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'null',
      () => recall([1, null as never], [1]),
      /recommended\[1\]: expected an id: a string or an integer; found null/,
    ],
    ['undefined', () => repetition([1, undefined]), /session\[1\]: expected an id: .* found undefined/],
    ['null', () => splitByTime({ session: ['x', null] }), /log\.session\[1\]: expected an id: .* found null/],
    [
      'text and numbers',
      () => splitByTime({ session: [0, '0'] }),
      /log\.session\[1\]: expected a number, like session\[0\]/,
    ],
    [
      'text and numbers',
      () => recall(['0'], [0]),
      /relevant: expected a string, like recommended\[0\]: convert the ids/,
    ],
    ['text and numbers', () => repetition<unknown>([0, '0']), /session\[1\]: expected a number/],
    ['text and numbers', () => serendipity<unknown>([0], () => true, new Set(['0'])), /expected: expected a number/],
  ])('are %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('not text, nor objects where any item may be compared', () => {
    expect(recall(['653247040368672768'], ['653247040368672769'])).toBe(0);
    const item = {};
    expect(repetition([item, item])).toBe(0.5);
  });
});
