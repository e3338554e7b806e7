import { describe, expect, test } from 'vitest';
import { interleave, type Story } from '../test-support/interleaved-log.js';
import { ConformanceError, logChecks, type Measure, measureChecks } from './index.js';

const ended: Story[] = [
  { rewards: [1, 0], end: 'terminated' },
  { rewards: [0.5], end: 'truncated' },
  { rewards: [1, 1, 1], end: 'terminated' },
];

describe('logChecks', () => {
  const runAll = (
    stories: Story[],
    interactions: number,
    damage = (log: ReturnType<typeof interleave>) => log,
  ): void => {
    for (const check of logChecks(() => ({ log: damage(interleave(stories, 2)), interactions }))) check.run();
  };

  test('pass a log that finishes its sessions', () => {
    expect(() => runAll(ended, 4)).not.toThrow();
  });

  test.each<[string, () => void]>([
    ['a log shorter than the budget', () => runAll(ended, 100)],
    ['a session left open', () => runAll([...ended, { rewards: [1], end: 'open' }], 6)],
    ['a session that began after the budget', () => runAll(ended, 1)],
    ['damaged columns', () => runAll(ended, 4, (log) => ({ ...log, terminated: new Uint8Array(2) }))],
  ])('catch %s', (_, run) => {
    expect(run).toThrow(ConformanceError);
  });
});

let calls = 0;

describe('measureChecks', () => {
  test.each<[string, Measure]>([
    ['a measure that sorts the log in place', (log) => log.reward.sort()[0] ?? null],
    ['a measure that counts its calls', () => calls++],
    [
      'a measure that divides by nothing',
      (log) => log.reward.reduce((sum, value) => sum + value, 0) / log.reward.length,
    ],
  ])('catch %s', (_, measure) => {
    expect(() => {
      for (const check of measureChecks(measure)) check.run();
    }).toThrow(ConformanceError);
  });
});
