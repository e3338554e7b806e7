import { join } from 'node:path';
import { writeWhole } from '@ialp/example-command';
import type { RunResult } from '@ialp/metrics';
import { reportOf } from './report.js';
import type { Results } from './results.js';

/** Writes `results.json`, `main-runs.jsonl` and `report.html`; each is there whole or not at all. */
export async function writeResults(folder: string, results: Results, runs: readonly RunResult[]): Promise<string[]> {
  const [json, lines, html] = ['results.json', 'main-runs.jsonl', 'report.html'].map((name) => join(folder, name));
  await writeWhole(json, `${JSON.stringify(results, null, 2)}\n`);
  await writeWhole(lines, runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
  await writeWhole(html, await reportOf(results));
  return [json, lines, html];
}
