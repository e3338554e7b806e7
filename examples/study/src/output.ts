import { join } from 'node:path';
import { writeWhole } from '@ialp/example-command';
import { reportOf } from './report.js';
import type { Results } from './results.js';

/** Writes `results.json` and `report.html`; each is there whole or not at all. */
export async function writeResults(folder: string, results: Results): Promise<string[]> {
  const [json, html] = [join(folder, 'results.json'), join(folder, 'report.html')];
  await writeWhole(json, `${JSON.stringify(results, null, 2)}\n`);
  await writeWhole(html, await reportOf(results));
  return [json, html];
}
