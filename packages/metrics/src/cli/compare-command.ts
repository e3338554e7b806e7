import { parseArgs } from 'node:util';
import { createRandom } from '@ialp/core';
import { LogFileError } from '../logs/log-file-error.js';
import { compareRuns, type RunComparison } from '../runs/compare-runs.js';
import { checkRuns } from '../runs/run-result.js';
import { type CommandOutput, numberOption, UsageError } from './context.js';
import { readRuns } from './run-files.js';
import { inShort, jsonText, textTable, withEnds } from './text-table.js';

export const COMPARE_HELP = `ialp-metrics compare <file...>: which method is better, over seeds and environments

A file is a run, {"method":"a2c","environment":"shop","seed":1,"measures":{"final":7.2}}, a list of runs, {"runs":[...]},
or one run a line (.jsonl).

  --measure <name>      which of the measures; may be given several times. Default: all
  --reference <method>  compare all with this one. Default: every pair
  --confidence <share>  of the intervals. Default 0.95
  --seed <integer>      of the bootstrap. Default 0
  --json                the comparison as JSON`;

/** Compares runs. @throws {UsageError} */
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
    [measure, ...environments, ...(isWide ? ['all, from 0 to 1'] : [])],
    methods.map(({ method, means, interquartileMean: all }) => [
      method,
      ...means.map((mean) => (mean === null ? '-' : withEnds(mean.mean, mean.lower, mean.upper))),
      ...(isWide ? [all === null ? '-' : withEnds(all.estimate, all.lower, all.upper)] : []),
    ]),
  );
  if (pairs.length === 0) return `${summary}\n(No two methods have two seeds in common: nothing to compare.)`;
  const differences = textTable(
    ['difference', 'environment', 'on the same seeds', 'p, corrected', 'chance of a greater run'],
    pairs.map(({ first, second, environment, difference, adjustedPValue, probabilityOfImprovement: chance }) => [
      `${first} - ${second}`,
      environment,
      withEnds(difference.mean, difference.lower, difference.upper),
      inShort(adjustedPValue),
      withEnds(chance.estimate, chance.lower, chance.upper),
    ]),
  );
  return `${summary}\n\n${differences}`;
}
