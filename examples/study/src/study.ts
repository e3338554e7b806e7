import { type Progress, versions } from '@ialp/example-command';
import { cellsOf, keyOf, type PlacedCell } from './cells.js';
import { claimsOf } from './claims.js';
import type { Options } from './options.js';
import { partsOf } from './parts.js';
import type { Results } from './results.js';
import type { Runner } from './runner.js';
import { SETTINGS } from './settings.js';
import { type PlacedRun, summarize } from './summary.js';
import { tunedOf } from './tuned.js';

/** Seconds that a run of an actor-critic took on one core of a server processor of 2023, for 128,000 interactions. */
const SECONDS = { coat: 3, lfm: 8, industry: 16, movielens: 9 };
/** The same of a pre-training. */
const PRETRAINING_SECONDS = { coat: 8, lfm: 20, industry: 38, movielens: 20 };

function placedCells(options: Options): PlacedCell[] {
  const { modules } = options;
  // Whole steps of all sessions.
  const interactions = Math.ceil(options.interactions / SETTINGS.sessions) * SETTINGS.sessions;
  return partsOf(options).flatMap((part) => cellsOf(part, { interactions, audience: 'results', modules }));
}

/** What a study would do, and about what it costs. */
export function planOf(options: Options): string {
  const cells = placedCells(options).map(({ cell }) => cell);
  const pretrainings = new Map(
    cells
      .filter(({ pretraining }) => pretraining !== undefined)
      .map((cell) => [keyOf({ ...cell.pretraining, environment: cell.environment, seed: cell.seed }), cell]),
  );
  const interactions = cells.reduce((sum, cell) => sum + cell.interactions, 0);
  const seconds =
    cells.reduce((sum, cell) => sum + (SECONDS[cell.environment] * cell.interactions) / 128_000, 0) +
    [...pretrainings.values()].reduce((sum, { environment }) => sum + PRETRAINING_SECONDS[environment], 0);
  return [
    `Environments: ${options.environments.join(', ')}, from ${options.data}`,
    `Methods: ${options.methods.join('; ')}`,
    `Ablations: ${options.ablations.join(', ') || 'none'}`,
    `Runs: ${cells.length} deployments of ${cells[0]?.interactions ?? 0} interactions (${interactions} in all), ` +
      `after ${pretrainings.size} pre-trainings of ${SETTINGS.pretraining}`,
    `Time: about ${Math.ceil(seconds / 60)} minutes of one core, shared by as many threads as there are cores`,
    'Calls of language models over a network: none',
    `Files: ${options.out}/results.json, main-runs.jsonl, report.html, runs.jsonl and pretrained/; what is there is not done again`,
  ].join('\n');
}

/** Runs all that was not run before, and sums it up. */
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
      const { run } = await runner.run(cell);
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
