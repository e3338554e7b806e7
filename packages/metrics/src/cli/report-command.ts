import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createRandom } from '@ialp/core';
import { checkWritableFile } from '@ialp/core/files';
import { renderStudyReport } from '../report/render-study-report.js';
import { reportOfRuns } from '../report/report-of-runs.js';
import { type CommandOutput, numberOption, UsageError } from './context.js';
import { readRuns } from './run-files.js';

export const REPORT_HELP = `ialp-metrics report <file...>: write an HTML report of runs

Files as for compare. Requires two more packages: npm install @observablehq/plot linkedom

  --out <file>          output file. Default report.html
  --title <text>        title of the page. Default: Runs
  --measure <name>      main measure of the page. Default: the first one
  --reference <method>  compare all methods with this one
  --against <measure>   x-axis of the scatter plot. Default: diversity or coverage, if the runs have it
  --confidence <share>  confidence of the intervals. Default 0.95
  --seed <integer>      seed of the bootstrap. Default 0`;

/** Runs `ialp-metrics report`. @throws {UsageError} if the arguments are invalid. */
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
