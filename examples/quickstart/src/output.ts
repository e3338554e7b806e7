import { join } from 'node:path';
import { writeWhole } from '@ialp/command';
import { reportOf } from './report.js';
import type { Results } from './results.js';

/** Writes `results.json` and `report.html`; each is there whole or not at all. */
export async function writeOutput(folder: string, results: Results): Promise<{ json: string; html: string }> {
  const files = { json: join(folder, 'results.json'), html: join(folder, 'report.html') };
  await writeWhole(files.json, `${JSON.stringify(results, null, 2)}\n`);
  await writeWhole(files.html, await reportOf(results));
  return files;
}
