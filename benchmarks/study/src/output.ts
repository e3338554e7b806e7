import { join } from 'node:path';
import { writeAtomically } from '@ialp/command';
import type { RunResult } from '@ialp/metrics/runs';
import { markdownOf } from './markdown.js';
import { reportOf } from './report.js';
import type { Results } from './results.js';

/** The files that a study writes. */
export const STUDY_FILES = ['results.json', 'main-runs.jsonl', 'tables.md', 'report.html'] as const;

/** Writes `results.json`, `main-runs.jsonl`, `tables.md` and `report.html`, each atomically. */
export async function writeResults(folder: string, results: Results, runs: readonly RunResult[]): Promise<string[]> {
  const [json, lines, tables, html] = STUDY_FILES.map((name) => join(folder, name));
  await writeAtomically(json, `${JSON.stringify(results, null, 2)}\n`);
  await writeAtomically(lines, runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
  await writeAtomically(tables, markdownOf(results));
  await writeAtomically(html, await reportOf(results));
  return [json, lines, tables, html];
}
