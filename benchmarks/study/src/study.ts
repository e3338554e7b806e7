import { type Progress, versions } from '@ialp/command';
import { resolveKernels } from '@ialp/command/kernels';
import { cellsOf, type PlacedCell, runnable } from './cells.js';
import { claimsOf } from './claims.js';
import type { Options } from './options.js';
import { partsOf } from './parts.js';
import type { Results } from './results.js';
import type { Runner } from './runner.js';
import { SETTINGS } from './settings.js';
import { type PlacedRun, summarize } from './summary.js';
import { tunedOf } from './tuned.js';

/** All cells of a study, part by part. */
export function placedCells(options: Options): PlacedCell[] {
  // Rounds up to whole steps of all sessions.
  const interactions = Math.ceil(options.interactions / SETTINGS.sessions) * SETTINGS.sessions;
  const kernels = resolveKernels(options.kernels);
  return partsOf(options).flatMap((part) => cellsOf(part, { ...options, interactions, kernels, audience: 'results' }));
}

/** Runs all cells that are not stored, and summarises the results. */
export async function study(
  options: Options,
  runner: Runner,
  progress: Progress,
): Promise<{ readonly results: Results; readonly runs: readonly PlacedRun[] }> {
  const started = performance.now();
  const cells = placedCells(options);
  const bar = progress.begin('Deployments', cells.length, 'runs');
  const runs = await Promise.all(
    cells.map(async ({ part, variant, cell }) => {
      const { run } = await runner.run(runnable(cell));
      bar.add(1);
      return { part, variant, cell, run };
    }),
  );
  bar.end();
  const environments = await Promise.all(
    options.environments.map(async (name) => ({ name, facts: await runner.facts(name), tuned: tunedOf(name) })),
  );
  const { tables, comparisons } = summarize(runs, options.environments);
  const claims = claimsOf(tables, comparisons, options.environments);
  const results: Results = {
    schemaVersion: 1,
    config: {
      environments: [...options.environments],
      methods: [...options.methods],
      ablations: [...options.ablations],
      seeds: options.seeds,
      ablationSeeds: options.ablationSeeds,
      interactions: cells[0]?.cell.interactions ?? 0,
      kernels: resolveKernels(options.kernels),
      pretrainingInteractions: options.pretrainingInteractions ?? SETTINGS.pretraining,
      settings: SETTINGS,
    },
    environments,
    tables,
    comparisons,
    claims,
    findings: claims.map(({ claim, holds, figures }) => `${holds ? 'Holds' : 'Does not hold'}: ${claim} (${figures})`),
    versions: await versions(import.meta.url),
    times: {
      totalSeconds: (performance.now() - started) / 1000,
      runSeconds: runs.reduce((sum, { run }) => sum + run.seconds, 0),
    },
  };
  return { results, runs };
}
