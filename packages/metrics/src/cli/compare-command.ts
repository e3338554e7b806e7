import { parseArgs } from 'node:util';
import { createRandom } from '@ialp/core';
import { LogFileError } from '../logs/log-file-error.js';
import { compareRuns, type RunComparison } from '../runs/compare-runs.js';
import { checkRuns } from '../runs/run-result.js';
import { type CommandOutput, numberOption, UsageError } from './context.js';
import { readRuns } from './run-files.js';
import { formatShort, jsonText, textTable, withEnds } from './text-table.js';

export const COMPARE_HELP = `ialp-metrics compare <file...>: compare methods over seeds and environments

A file is a run, {"method":"a2c","environment":"shop","seed":1,"measures":{"final":7.2}}, a list of runs, {"runs":[...]},
or one run per line (.jsonl).

  --measure <name>      measure to compare; repeatable. Default: all
  --reference <method>  compare all methods with this one. Default: every pair
  --confidence <share>  confidence of the intervals. Default 0.95
  --seed <integer>      seed of the bootstrap. Default 0
  --json                print the comparison as JSON`;

/** Runs `ialp-metrics compare`. @throws {UsageError} if the arguments are invalid. */
export async function compareCommand(args: readonly string[], { print }: CommandOutput): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      measure: { type: 'string', multiple: true },
      reference: { type: 'string' },
      confidence: { type: 'string', default: '0.95' },
      seed: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw new UsageError('compare: name at least one file of runs.');
  const confidence = numberOption('confidence', values.confidence, [0, 1]);
  const seed = numberOption('seed', values.seed, [0, 2 ** 32 - 1], true);
  const runs = await readRuns(positionals);
  const measures = values.measure ?? checkRuns(runs).measures;
  if (measures.length === 0) {
    const expected = 'runs with at least one measure, such as "measures":{"final":7.2}';
    throw new LogFileError({ file: positionals.join(', '), expected, found: 'no measures' });
  }
  const comparisons = measures.map((measure) =>
    compareRuns(runs, {
      measure,
      confidence,
      random: createRandom(seed),
      ...(values.reference !== undefined && { reference: values.reference }),
    }),
  );
  print(values.json ? jsonText(comparisons) : comparisons.map(inWords).join('\n\n'));
}

function inWords({ measure, environments, methods, pairs }: RunComparison): string {
  const isWide = methods.some(({ interquartileMean }) => interquartileMean !== null);
  const summary = textTable(
    [measure, ...environments, ...(isWide ? ['normalised IQM'] : [])],
    methods.map(({ method, means, interquartileMean: all }) => [
      method,
      ...means.map((mean) => (mean === null ? '-' : withEnds(mean.mean, mean.lower, mean.upper))),
      ...(isWide ? [all === null ? '-' : withEnds(all.estimate, all.lower, all.upper)] : []),
    ]),
  );
  if (pairs.length === 0) return `${summary}\n(No comparisons: no two methods have two seeds in common.)`;
  const differences = textTable(
    ['difference', 'environment', 'mean', 'p, corrected', 'P(improvement)'],
    pairs.map(({ first, second, environment, difference, adjustedPValue, probabilityOfImprovement: improvement }) => [
      `${first} - ${second}`,
      environment,
      withEnds(difference.mean, difference.lower, difference.upper),
      formatShort(adjustedPValue),
      withEnds(improvement.estimate, improvement.lower, improvement.upper),
    ]),
  );
  return `${summary}\n\n${differences}`;
}
