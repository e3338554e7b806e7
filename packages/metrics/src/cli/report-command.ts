import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '@ialp/core';
import { checkWritableFile } from '@ialp/core/files';
import { renderStudyReport } from '../report/render-study-report.js';
import { reportOfRuns } from '../report/report-of-runs.js';
import { type CommandOutput, numberOption, UsageError } from './context.js';
import { readRuns } from './run-files.js';

export const REPORT_HELP = `ialp-metrics report <file...>: runs as one HTML page

Files as for compare. Needs two more packages: npm install @observablehq/plot linkedom

  --out <file>          where the page is written. Default report.html
  --title <text>        Default: Runs
  --measure <name>      what the page is about. Default: the first measure
  --reference <method>  compare all with this one
  --against <measure>   what the measure is drawn against. Default: diversity or coverage, if there
  --confidence <share>  of the intervals. Default 0.95
  --seed <integer>      of the bootstrap. Default 0`;

/** Writes a report. @throws {UsageError} */
export async function reportCommand(args: readonly string[], { print }: CommandOutput): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string', default: 'report.html' },
      title: { type: 'string', default: 'Runs' },
      measure: { type: 'string' },
      reference: { type: 'string' },
      against: { type: 'string' },
      confidence: { type: 'string', default: '0.95' },
      seed: { type: 'string', default: '0' },
    },
  });
  if (positionals.length === 0) throw new UsageError('report: name at least one file of runs.');
  const { out, title, confidence, seed, ...names } = values;
  await checkWritableFile(out, {
    createError: (fault) =>
      new UsageError(`--out ${fault.file}: expected ${fault.expected}; found ${fault.found}. ${fault.remedy}`),
  });
  const random = createRandom(numberOption('seed', seed, [0, 2 ** 32 - 1], true));
  const runs = await readRuns(positionals);
  const input = reportOfRuns(runs, {
    ...names,
    title,
    random,
    confidence: numberOption('confidence', confidence, [0, 1]),
  });
  await writeFile(out, await renderStudyReport(input));
  print(out);
}
