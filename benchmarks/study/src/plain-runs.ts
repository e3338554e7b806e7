import type { RunResult } from '@ialp/metrics/runs';
import { MEASURES } from './results.js';
import type { PlacedRun } from './summary.js';

/** The runs of the main comparison in the format of `ialp-metrics`. */
export function plainRuns(runs: readonly PlacedRun[]): RunResult[] {
  return runs.flatMap(({ part, cell, run }): RunResult[] => {
    if (part !== 'main') return [];
    const ends = run.curve.map((_, k) => (cell.interactions * (k + 1)) / run.curve.length);
    return [
      {
        ...{ method: cell.method, environment: cell.environment, seed: cell.seed },
        measures: Object.fromEntries(MEASURES.map((measure) => [measure, run[measure]])),
        curves: {
          reward: { interactions: ends, values: run.curve },
          ...(run.weight && { "the pre-trained policy's share": { interactions: ends, values: run.weight } }),
        },
      },
    ];
  });
}
