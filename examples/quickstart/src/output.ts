import { join } from 'node:path';
import { writeAtomically } from '@ialp/command';
import { reportOf } from './report.js';
import type { Results } from './results.js';

/** Writes `results.json` and `report.html`, each atomically. */
export async function writeOutput(folder: string, results: Results): Promise<{ json: string; html: string }> {
  const files = { json: join(folder, 'results.json'), html: join(folder, 'report.html') };
  await writeAtomically(files.json, `${JSON.stringify(results, null, 2)}\n`);
  await writeAtomically(files.html, await reportOf(results));
  return files;
}
