import { describe, expect, test } from 'vitest';
import { confidenceInterval } from '../intervals/aggregate.js';
import { probabilityOfImprovement } from '../runs/point-estimates.js';
import type { RunResult } from '../runs/run-result.js';
import { uniformRandom } from '../test-support/bandits.js';
import { reportOfRuns } from './report-of-runs.js';

const random = { uniform: uniformRandom(9) };
const run = (method: string, environment: string, seed: number, mean: number | null): RunResult => ({
  ...{ method, environment, seed },
  measures: { mean, coverage: 0.5 },
  curves: { reward: { interactions: [100, 200], values: [mean, seed === 2 ? null : 4] } },
});
const RUNS = ['small', 'large'].flatMap((environment) => [
  ...[5, 6, 7].map((mean, seed) => run('new', environment, seed, mean)),
  ...[1, 2, 3.5].map((mean, seed) => run('old', environment, seed, mean)),
]);
const matrixOf = (input: ReturnType<typeof reportOfRuns>) =>
  input.sections.at(-1)?.figures?.find((figure) => figure.kind === 'matrix');

describe('reportOfRuns', () => {
  test('of each environment curves, points and measures; of all profiles, improvement and interquartile means', () => {
    const input = reportOfRuns(RUNS, { title: 'Two shops', random });
    expect(input.sections.map(({ title }) => title)).toEqual(['small', 'large', 'All environments']);
    const [curves, scatter] = input.sections[0].figures ?? [];
    expect(curves).toMatchObject({ title: 'Learning curves', series: [{ name: 'new' }, { name: 'old' }] });
    expect(scatter).toMatchObject({ kind: 'scatter', x: 'coverage', y: 'mean' });
    expect(input.sections[0].tables?.[0].rows[0].values[0]).toEqual(confidenceInterval([5, 6, 7]));
    expect(matrixOf(input)?.values).toEqual([
      [null, probabilityOfImprovement([[5, 6, 7]], [[1, 2, 3.5]])],
      [0, null],
    ]);
    expect(input.sections[2].tables?.[0].rows.map(({ name }) => name)).toEqual(['new', 'old']);
    expect(input.findings[0].text).toMatch(
      /^small: new has the highest mean, 6\.000; old has 2\.167\. .*significant \(p/,
    );
  });

  test('with a reference, a table of differences and findings against it', () => {
    const runs = [...RUNS, ...[4, 5, 6].map((mean, seed) => run('middle', 'small', seed, mean))];
    const { sections, findings } = reportOfRuns(runs, { title: 'Shops', random, reference: 'old', confidence: 0.9 });
    expect(sections[0].tables?.[1].rows.map(({ name }) => name)).toEqual(['new', 'middle']);
    expect(sections[0].tables?.[1].caption).toMatch(/minus that of old.*90 % intervals.*3 pairs/);
    expect(findings[0].text).toMatch(/new has the highest.*; old has/);
    // It has no value in the other environment.
    expect(matrixOf(reportOfRuns(runs, { title: 'Shops', random }))?.names).toEqual(['new', 'old']);
  });

  test('of one method, one seed, and a method without a value', () => {
    const one = reportOfRuns([run('new', 'small', 1, 5)], { title: 'One', random });
    expect(one.sections.map(({ title }) => title)).toEqual(['small']);
    expect(one.findings).toEqual([{ text: 'small: new has the highest mean, 5.000.' }]);
    const empty = reportOfRuns([run('new', 'small', 1, 5), run('old', 'small', 1, null)], { title: 'Empty', random });
    expect(empty.sections[0].tables?.[0].rows[1].values[0]).toBeNull();
    expect(empty.sections[1].figures).toEqual([]);
  });

  test.each([
    ['measure', { measure: 'beauty' }],
    ['reference', { reference: 'best' }],
    ['against', { against: 'beauty' }],
  ])('refuses a %s that runs do not have', (option, names) => {
    expect(() => reportOfRuns(RUNS, { title: 'Shops', random, ...names })).toThrow(
      new RegExp(`^${option}: expected one of`),
    );
  });
});
