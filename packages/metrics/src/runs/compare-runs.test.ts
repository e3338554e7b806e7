import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { confidenceInterval } from '../intervals/aggregate.js';
import { uniformRandom } from '../test-support/bandits.js';
import { compareRuns } from './compare-runs.js';
import { pairedTTest } from './paired-tests.js';
import type { RunResult } from './run-result.js';
import { normalizedScores } from './run-scores.js';

const random = { uniform: uniformRandom(1) };
const run = (method: string, environment: string, seed: number, final: number | null): RunResult => ({
  method,
  environment,
  seed,
  measures: { final },
});
const RUNS = [
  ...[5, 6, 7.5].map((final, seed) => run('new', 'small', seed, final)),
  ...[4, 5.5, 6].map((final, seed) => run('old', 'small', seed, final)),
  ...[90, 100].map((final, seed) => run('new', 'large', seed, final)),
  ...[70, 60].map((final, seed) => run('old', 'large', seed, final)),
];

describe('compareRuns', () => {
  test('means by environment, the interquartile mean of scores from 0 to 1, and pairs by seed', () => {
    const { environments, methods, pairs } = compareRuns(RUNS, { measure: 'final', random });
    expect(environments).toEqual(['small', 'large']);
    expect(methods[0].means).toEqual([confidenceInterval([5, 6, 7.5]), confidenceInterval([90, 100])]);
    // The new one has the best mean in both, the old one the worst: scores lie around 1 and 0.
    const scores = normalizedScores(RUNS, 'final').get('new') as number[][];
    expect(scores[1]).toEqual([(90 - 65) / 30, (100 - 65) / 30]);
    expect(methods[0].interquartileMean?.estimate).toBeGreaterThan(0.8);
    expect(methods[1].interquartileMean?.estimate).toBeLessThan(0.2);
    expect(pairs.map(({ environment }) => environment)).toEqual(['small', 'large']);
    expect(pairs[0]).toMatchObject({ first: 'new', second: 'old', difference: { count: 3 } });
    expect(pairs[0].pValue).toBe(pairedTTest([5, 6, 7.5], [4, 5.5, 6]).pValue);
    expect(pairs[0].adjustedPValue).toBeGreaterThan(pairs[0].pValue);
    expect(pairs[1].probabilityOfImprovement).toMatchObject({ estimate: 1, lower: 1, upper: 1 });
  });

  test('one environment has no mean over environments; a seed that is missing is left out of the pair alone', () => {
    const runs = [...RUNS.slice(0, 6), run('new', 'small', 3, 100), run('old', 'small', 4, null)];
    const { methods, pairs } = compareRuns(runs, { measure: 'final', random, reference: 'old' });
    expect(methods.map(({ interquartileMean }) => interquartileMean)).toEqual([null, null]);
    expect(methods[0].means[0]?.count).toBe(4);
    expect(methods[1].means[0]?.count).toBe(3);
    expect(pairs).toHaveLength(1);
    expect(pairs[0].difference.count).toBe(3);
  });

  test('pairs without two seeds in common, and environments without a value, are left out', () => {
    const runs = [run('a', 'x', 1, 1), run('b', 'x', 2, 2), run('a', 'y', 1, null), run('b', 'y', 1, 3)];
    const { methods, pairs } = compareRuns(runs, { measure: 'final', random });
    expect(pairs).toEqual([]);
    expect(methods[0].means[1]).toBeNull();
    expect(methods[0].interquartileMean).toBeNull();
  });
});

describe('refuses', () => {
  const compare = (runs: readonly unknown[]): unknown => compareRuns(runs as RunResult[], { measure: 'final', random });
  const whole = { method: 'a', seed: 1, measures: { final: 1 } };
  const curve = { interactions: [1, 2], values: [1, null] };
  test.each<[string, readonly unknown[], RegExp]>([
    ['no runs', [], /runs: expected at least one/],
    ['a run without a method', [{ ...whole, method: '' }], /runs\[0\]\.method/],
    ['a run without a seed', [whole, { ...whole, seed: 1.5 }], /runs\[1\]\.seed/],
    ['a run without measures', [{ ...whole, measures: null }], /measures/],
    ['a measure that is no number', [{ ...whole, measures: { final: 'much' } }], /measures\.final/],
    ['an environment without a name', [{ ...whole, environment: '' }], /environment/],
    ['a run twice', [whole, whole], /runs\[1\]\.seed: expected one run of a in all per seed/],
    ['a measure that no run has', [{ ...whole, measures: { early: 1 } }], /measure: expected one of early/],
    ['a curve of two lengths', [{ ...whole, curves: { reward: { ...curve, values: [1] } } }], /curves\.reward/],
    ['a curve that goes back', [{ ...whole, curves: { reward: { ...curve, interactions: [2, 1] } } }], /ascending/],
    ['a curve of words', [{ ...whole, curves: { reward: { ...curve, values: ['a', 'b'] } } }], /finite values or null/],
    ['half a curve', [{ ...whole, curves: { reward: {} } }], /interactions and values/],
  ])('%s', (_, runs, message) => {
    expect(() => compare(runs)).toThrow(InvalidOptionError);
    expect(() => compare(runs)).toThrow(message);
  });
  test('a reference that no run has', () => {
    expect(() => compareRuns(RUNS, { measure: 'final', random, reference: 'best' })).toThrow(/one of new, old/);
  });
});
