import { parseArgs } from 'node:util';
import { createRandom } from '@ialp/core';
import type { LogTable } from '@ialp/core/log';
import { LogFileError } from '../logs/log-file-error.js';
import { banditLogOf, trajectoryLogOf } from '../logs/log-views.js';
import { readParquetTable } from '../logs/parquet.js';
import { readCsvTable, readJsonLinesTable } from '../logs/text-files.js';
import { type PolicySelection, selectPolicy } from '../ope/select-policy.js';
import type { ValueEstimate } from '../ope/value-estimate.js';
import { type CommandOutput, numberOption, UsageError } from './context.js';
import { intervalOption } from './interval-option.js';
import { type JudgedPolicy, readJudgedPolicy } from './judged-policy.js';
import { choosingEstimate, diagnosisOf, estimatesOf, type JudgedLog } from './ope-estimates.js';
import { escapeControls, inShort, jsonText, textTable } from './text-table.js';

export const OPE_HELP = `ialp-metrics ope <log>: what another policy would have earned, by a log with propensities

The log is .jsonl, .csv, .tsv (each also .gz) or .parquet: one decision a row, with reward and propensity.

  --target <file>       a policy: {"target":[...]}, the probability of what each row did (with "qHat" and
                        "vHat" of a model), or {"items":{"tea":0.5,"pot":0.5}}, by item id. Several times for several.
                        Default: the log's own columns
  --separator <char>    between the columns of a .csv. Default a comma
  --drop-cut-line       read a log whose last line was cut short without that line
  --trajectories        the value of a session (column trajectory or session) instead of a decision
  --discount <share>    of what follows in a session. Default 1
  --bound <weight>      of the estimators that bound weights. Default 10
  --confidence <share>  of the intervals. Default 0.95
  --interval <kind>     asymptotic, bootstrap or empirical-bernstein. Default asymptotic
  --reward-range <a,b>  the least and the greatest reward; for empirical-bernstein
  --max-weight <weight> the greatest weight that there can be; for empirical-bernstein
  --seed <integer>      of the bootstrap. Default 0
  --json                the estimates as JSON`;

/** What the log says of one policy. */
interface Judgement {
  readonly policy: string;
  readonly estimates: Readonly<Record<string, ValueEstimate>>;
  readonly effectiveSampleSize: number;
  readonly warnings: readonly string[];
}

/** Judges policies by a log. @throws {UsageError} */
export async function opeCommand(args: readonly string[], { print, say }: CommandOutput): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      target: { type: 'string', multiple: true },
      separator: { type: 'string' },
      'drop-cut-line': { type: 'boolean', default: false },
      trajectories: { type: 'boolean', default: false },
      discount: { type: 'string', default: '1' },
      bound: { type: 'string', default: '10' },
      confidence: { type: 'string', default: '0.95' },
      interval: { type: 'string', default: 'asymptotic' },
      'reward-range': { type: 'string' },
      'max-weight': { type: 'string' },
      seed: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new UsageError(`ope: name one log; found ${positionals.length}.`);
  const bound = numberOption('bound', values.bound, [0, Number.POSITIVE_INFINITY]);
  const discount = numberOption('discount', values.discount, [0, 1], true);
  const confidence = numberOption('confidence', values.confidence, [0, 1]);
  const seed = numberOption('seed', values.seed, [0, 2 ** 32 - 1], true);
  const interval = intervalOption({ ...values, seed });
  const table = await readTable(positionals[0], values['drop-cut-line'], values.separator);
  if (table.dropped !== undefined)
    say(`${positionals[0]} was cut short at line ${table.dropped}; the rows before it are read.`);
  checkSingleItems(table, positionals[0]);
  const policies: JudgedPolicy[] =
    values.target === undefined
      ? [{ name: 'target', columns: {} }]
      : await Promise.all(values.target.map((file) => readJudgedPolicy(file, table)));
  const twice = policies.find(({ name }, k) => policies.findIndex((other) => other.name === name) !== k);
  if (twice !== undefined)
    throw new UsageError(`ope: two policies are called ${twice.name}; give each a "name" of its own.`);
  const logOf = ({ columns }: JudgedPolicy): JudgedLog =>
    values.trajectories ? trajectoryLogOf(table, columns) : banditLogOf(table, columns);
  const needsRange = values.interval === 'empirical-bernstein';
  const options = { confidence, bound, discount, needsRange, ...(interval !== undefined && { interval }) };
  const judgements = policies.map((policy): Judgement => {
    const log = logOf(policy);
    const { effectiveSampleSize, warnings } = diagnosisOf(log);
    return {
      policy: policy.name,
      estimates: estimatesOf(log, options),
      effectiveSampleSize,
      warnings: [...(policy.warnings ?? []), ...unmodelled(table, policy, log), ...warnings],
    };
  });
  const selection = policies.length > 1 ? select(policies, logOf, discount, seed) : undefined;
  if (values.json) print(jsonText({ rows: table.rows, policies: judgements, selection }));
  else
    print(
      [...judgements.map((each) => inWords(each, table.rows)), ...(selection ? [chosen(selection)] : [])].join('\n\n'),
    );
}

/** Says why a policy has no estimates by a model though the log has columns of one. */
function unmodelled({ columns }: LogTable, policy: JudgedPolicy, log: JudgedLog): string[] {
  if (policy.columns.target === undefined || columns['vHat'] === undefined || 'qHat' in log) return [];
  return [
    "no direct method and no doubly robust estimates: the log's vHat is of its own target. " +
      'Give "vHat" of this policy beside its "target".',
  ];
}

function readTable(path: string, isCutDropped: boolean, separator: string | undefined): Promise<LogTable> {
  const options = { cut: isCutDropped ? 'drop' : 'refuse' } as const;
  if (separator !== undefined && separator.length !== 1) {
    throw new UsageError(`--separator: expected one character; found ${JSON.stringify(separator)}.`);
  }
  if (/\.(csv|tsv)(\.gz)?$/i.test(path))
    return readCsvTable(path, { ...options, ...(separator !== undefined && { separator }) });
  if (separator !== undefined) throw new UsageError('--separator: only a .csv or .tsv has one.');
  if (/\.parquet$/i.test(path)) return readParquetTable(path);
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) return readJsonLinesTable(path, options);
  throw new UsageError(`ope: expected a log in .jsonl, .csv, .tsv or .parquet; found ${path}.`);
}

/** The propensities of slates are those of whole slates, in each of their rows. */
function checkSingleItems({ header }: LogTable, file: string): void {
  const slateSize = header?.['slateSize'];
  if (slateSize === undefined || slateSize === 1) return;
  throw new LogFileError({
    file,
    expected: 'one item a turn; of slates, call slateIps with the propensity of each place',
    found: `slates of ${slateSize}`,
  });
}

function select(
  policies: readonly JudgedPolicy[],
  logOf: (policy: JudgedPolicy) => JudgedLog,
  discount: number,
  seed: number,
): PolicySelection {
  const logs = Object.fromEntries(policies.map((policy) => [policy.name, logOf(policy)]));
  const isModelled = Object.values(logs).every((log) => 'qHat' in log);
  return selectPolicy({
    policies: logs,
    estimator: choosingEstimate(isModelled, discount),
    random: createRandom(seed),
  });
}

function inWords({ policy, estimates, effectiveSampleSize, warnings }: Judgement, rows: number): string {
  const lines = Object.entries(estimates).map(([name, { value, lower, upper, standardError }]) => [
    name,
    inShort(value),
    lower === null || upper === null ? '-' : `[${inShort(lower)}, ${inShort(upper)}]`,
    standardError === null ? '-' : inShort(standardError),
  ]);
  return [
    textTable([policy, 'value', 'interval', 'standard error'], lines),
    `${rows.toLocaleString('en')} rows, worth ${inShort(effectiveSampleSize)} after weighting.`,
    ...warnings.map((warning) => escapeControls(`Warning: ${warning}`)),
  ].join('\n');
}

function chosen({ best, confidence }: PolicySelection): string {
  return `The best is ${escapeControls(best)}: it stays so in ${(100 * confidence).toFixed(1)} % of resampled logs.`;
}
