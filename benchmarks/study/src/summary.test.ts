import { describe, expect, test } from 'vitest';
import { claimsOf } from './claims.js';
import type { Measure } from './results.js';
import { type PlacedRun, summarize } from './summary.js';
import { formatTables } from './table.js';

/** Runs of a method, a seed each, that differ a little from one another. */
function runsOf(
  method: string,
  measures: Partial<Record<Measure, number>>,
  place: { part?: string; variant?: string } = {},
): PlacedRun[] {
  const { part = 'main', variant = 'encoder' } = place;
  return [1, 2, 3, 4].map((seed) => {
    const value = (measure: Measure): number => (measures[measure] ?? 1) * (1 + seed / 1000);
    return {
      part,
      variant,
      cell: {
        ...{
          environment: 'coat',
          method,
          parameters: {},
          ...{ encoder: 'mean', kernels: 'portable', textWidth: 0 },
          audience: 'results',
          seed,
          interactions: 100,
        },
      },
      run: {
        seconds: 1,
        ...{ early: value('early'), final: value('final'), mean: value('mean'), cumulative: value('cumulative') },
        length: value('length'),
        lowest: value('mean'),
        running: [value('early'), value('mean')],
        curve: [value('early'), null, value('final')],
        ...(method === 'a-ialp-ap' && { weight: [0.9, 0.5, null] }),
      },
    };
  });
}

const MAIN = [
  ...runsOf('popularity', { mean: 2, cumulative: 9000 }),
  ...runsOf('a2c-scratch', { early: 2, final: 7, mean: 5, cumulative: 5000 }),
  ...runsOf('ialp-frozen', { early: 6, final: 6, mean: 6, cumulative: 6000 }),
  ...runsOf('a-ialp-ft', { early: 6, final: 7.2, mean: 6.5, cumulative: 6500 }),
  ...runsOf('a-ialp-ap', { early: 5.9, final: 7.5, mean: 7, cumulative: 7000 }),
];

describe('summarize', () => {
  const { tables, comparisons } = summarize(MAIN, ['coat']);

  test('brings the seeds of each method together', () => {
    expect(tables.length).toBe(1);
    const [ours] = tables[0].methods.filter(({ method }) => method === 'a-ialp-ap');
    expect(ours.seeds).toEqual([1, 2, 3, 4]);
    // Of four values the two in the middle.
    expect(ours.measures.mean?.estimate).toBeCloseTo(7 * 1.0025, 10);
    expect(ours.measures.mean?.lower).toBeLessThan(ours.measures.mean?.upper ?? 0);
    expect(ours.curve.mean[1]).toBeNull();
    expect(ours.weight?.mean).toEqual([0.9, 0.5, null]);
  });

  test('compares by seed', () => {
    const scratch = comparisons.find(({ method }) => method === 'a2c-scratch');
    expect(scratch?.difference.mean?.estimate).toBeCloseTo(2 * 1.0025, 10);
    expect(scratch?.difference.mean?.lower).toBeGreaterThan(0);
    expect(scratch?.probabilityOfImprovement.estimate).toBe(1);
    expect(comparisons.map(({ method }) => method)).not.toContain('a-ialp-ap');
  });

  test('is shown in plain text', () => {
    const text = formatTables({ tables });
    expect(text).toMatch(/^coat, main \(encoder\)$/m);
    expect(text).toMatch(/^a-ialp-ap +5\.9\d \[/m);
  });
});

describe('claims', () => {
  const claimsFor = (runs: PlacedRun[]) => {
    const { tables, comparisons } = summarize(runs, ['coat']);
    return claimsOf(tables, comparisons, ['coat']);
  };
  const holding = (runs: PlacedRun[]): boolean[] => claimsFor(runs).map(({ holds }) => holds);

  test('say what holds and what does not', () => {
    const claims = claimsFor(MAIN);
    expect(claims.map(({ holds }) => holds)).toEqual([true, true, true, true, true, false, true]);
    expect(claims[5].claim).toBe('coat: cumulative reward above every other method');
    expect(claims[5].figures).toMatch(/next popularity 9023/);
  });

  test('a bad start, and a bad end, are seen', () => {
    const others = MAIN.filter(({ cell }) => cell.method !== 'a-ialp-ap');
    expect(holding([...others, ...runsOf('a-ialp-ap', { early: 5, final: 6.9, mean: 6.4, cumulative: 6400 })])).toEqual(
      [false, true, false, false, true, false, true],
    );
  });

  test('with one seed there is no interval, and a lower end counts as lower', () => {
    const first = MAIN.filter(({ cell }) => cell.seed === MAIN[0].cell.seed);
    const ending = (final: number): boolean =>
      holding([
        ...first.filter(({ cell }) => cell.method !== 'a-ialp-ap'),
        ...runsOf('a-ialp-ap', { early: 5, final, mean: 6.4, cumulative: 6400 }).filter(
          ({ cell }) => cell.seed === MAIN[0].cell.seed,
        ),
      ])[2];
    expect([ending(9), ending(6.9)]).toEqual([true, false]);
  });

  test('a language model that is wrong is held against scratch', () => {
    const place = { part: 'language-model', variant: 'inverted' };
    const wrong = (final: number) => [
      ...MAIN,
      ...runsOf('a-ialp-ap', { final }, place),
      ...runsOf('a-ialp-ft', { final: 3 }, place),
    ];
    expect(claimsFor(wrong(6.9)).at(-1)).toMatchObject({
      holds: true,
      figures: expect.stringMatching(/fine-tuning reaches 0\.43/),
    });
    expect(claimsFor(wrong(6)).at(-1)?.holds).toBe(false);
  });

  test('the guardrail holds where no run earns much less than the pre-trained policy', () => {
    const place = { part: 'floor', variant: 'inverted' };
    const guarded = (last: number) => [
      ...MAIN,
      ...runsOf('ialp-frozen', { early: 2, mean: 3 }, place),
      ...runsOf('a-ialp-ap, floor', { early: 1.9, mean: last }, place),
      ...runsOf('a-ialp-ap', { mean: 1 }, place),
    ];
    const claimOf = (last: number) => claimsFor(guarded(last)).at(-1);
    expect(claimOf(2.8)).toMatchObject({ holds: true, figures: '4 of 4 runs; without it 0 of 4' });
    expect(claimOf(2.6)).toMatchObject({ holds: false, figures: '0 of 4 runs; without it 0 of 4' });
  });

  test('without a method, what it is about is left out', () => {
    expect(claimsFor(runsOf('random', {}))).toEqual([]);
  });
});
