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
import {
  type AllEstimatesOptions,
  diagnosisOf,
  estimatesOf,
  type LogToEvaluate,
  selectionEstimator,
} from './ope-estimates.js';
import { evaluateServed } from './served-ope.js';
import { isFolder, refuseServedOptions, SERVED_HELP, SERVED_OPTIONS } from './served-options.js';
import { readTargetPolicy, type TargetPolicy } from './target-policy.js';
import { escapeControls, formatShort, jsonText, textTable } from './text-table.js';

export const OPE_HELP = `ialp-metrics ope <log>: estimate the value of a policy from a log with propensities

The log is .jsonl, .csv, .tsv (each also .gz) or .parquet: one decision per row, with reward and propensity; or the
folder of an event log of @ialp/serve, such as ialp-state/events.

  --target <file>       a policy: {"target":[...]}, its probability of each logged action (optionally with "qHat" and
                        "vHat" of a model), or {"items":{"tea":0.5,"pot":0.5}}, by item id. Repeatable.
                        Default: the log's own columns
  --separator <char>    column separator of a .csv. Default: a comma
  --drop-cut-line       drop the last line of a log if it is incomplete
  --trajectories        estimate the value per session (column trajectory or session), not per decision
  --discount <share>    discount of later rewards in a session. Default 1
  --bound <weight>      bound of the weights, for the estimators that have one. Default 10
  --confidence <share>  confidence of the intervals. Default 0.95
  --interval <kind>     asymptotic, bootstrap or empirical-bernstein. Default asymptotic
  --reward-range <a,b>  smallest and largest possible reward; for empirical-bernstein
  --max-weight <weight> largest possible weight; for empirical-bernstein
  --seed <integer>      seed of the bootstrap. Default 0
  --json                print the estimates as JSON

For the folder of an event log:
  --target <file>       {"items":{...}} as above, renormalised over what could be shown, or {"target":{"<id of a decision>":[...]}};
                        with "learnedUntil":"2026-05-01T12:00:00Z", it is judged on sessions that began afterwards.
                        Default: the pre-trained and the online policy, and the one in the shadow of another recommender
${SERVED_HELP}`;

/** The estimates for one policy. */
interface PolicyEvaluation {
  readonly policy: string;
  readonly rows: number;
  readonly estimates: Readonly<Record<string, ValueEstimate>>;
  readonly effectiveSampleSize: number;
  readonly warnings: readonly string[];
}

/** Runs `ialp-metrics ope`. @throws {UsageError} if the arguments are invalid. */
export async function opeCommand(args: readonly string[], { print, say }: CommandOutput): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SERVED_OPTIONS,
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
  const needsRange = values.interval === 'empirical-bernstein';
  const estimates = { confidence, bound, discount, needsRange, ...(interval !== undefined && { interval }) };
  const [path] = positionals;
  let evaluations: readonly (PolicyEvaluation & { readonly log: LogToEvaluate })[];
  if (await isFolder(path)) evaluations = await evaluateServed({ folder: path, values, estimates, say });
  else {
    refuseServedOptions(values);
    evaluations = await evaluateFile(path, values, estimates, say);
  }
  const twice = evaluations.find(({ policy }, k) => evaluations.findIndex((other) => other.policy === policy) !== k);
  if (twice !== undefined)
    throw new UsageError(`ope: two policies have the name ${twice.policy}; give each a different "name".`);
  // On other decisions, or with slates, values cannot be compared decision by decision.
  const isComparable = evaluations.every(({ rows, log }) => rows === evaluations[0].rows && rows === log.reward.length);
  const selection = evaluations.length > 1 && isComparable ? select(evaluations, discount, seed) : undefined;
  if (values.json) {
    const policies = evaluations.map(({ log: _, ...evaluation }) => evaluation);
    print(jsonText({ rows: evaluations[0].rows, policies, selection }));
  } else print([...evaluations.map(inWords), ...(selection ? [chosen(selection)] : [])].join('\n\n'));
}

/** Evaluates policies on a log in a file. */
async function evaluateFile(
  path: string,
  values: {
    readonly target?: string[] | undefined;
    readonly separator?: string | undefined;
    readonly 'drop-cut-line': boolean;
    readonly trajectories: boolean;
  },
  estimates: AllEstimatesOptions,
  say: CommandOutput['say'],
) {
  const table = await readTable(path, values['drop-cut-line'], values.separator);
  if (table.dropped !== undefined) say(`${path} is incomplete: dropped line ${table.dropped}.`);
  checkSingleItems(table, path);
  const policies: TargetPolicy[] =
    values.target === undefined
      ? [{ name: 'target', columns: {} }]
      : await Promise.all(values.target.map((file) => readTargetPolicy(file, table)));
  return policies.map((policy) => {
    const log: LogToEvaluate = values.trajectories
      ? trajectoryLogOf(table, policy.columns)
      : banditLogOf(table, policy.columns);
    const { effectiveSampleSize, warnings } = diagnosisOf(log);
    return {
      ...{ policy: policy.name, rows: table.rows, log, effectiveSampleSize },
      estimates: estimatesOf(log, estimates),
      warnings: [...(policy.warnings ?? []), ...unmodelled(table, policy, log), ...warnings],
    };
  });
}

/** Explains why a policy has no model-based estimates although the log has a model. */
function unmodelled({ columns }: LogTable, policy: TargetPolicy, log: LogToEvaluate): string[] {
  if (policy.columns.target === undefined || columns['vHat'] === undefined || 'qHat' in log) return [];
  return [
    "No direct method and no doubly robust estimates: the log's vHat belongs to its own target. " +
      'Add the "vHat" of this policy to its "target".',
  ];
}

function readTable(path: string, isCutDropped: boolean, separator: string | undefined): Promise<LogTable> {
  const options = { cut: isCutDropped ? 'drop' : 'refuse' } as const;
  if (separator !== undefined && separator.length !== 1) {
    throw new UsageError(`--separator: expected one character; found ${JSON.stringify(separator)}.`);
  }
  if (/\.(csv|tsv)(\.gz)?$/i.test(path))
    return readCsvTable(path, { ...options, ...(separator !== undefined && { separator }) });
  if (separator !== undefined) throw new UsageError('--separator applies to .csv and .tsv only.');
  if (/\.parquet$/i.test(path)) return readParquetTable(path);
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) return readJsonLinesTable(path, options);
  throw new UsageError(`ope: expected a log in .jsonl, .csv, .tsv or .parquet; found ${path}.`);
}

/** In a log of slates every row has the propensity of the whole slate. */
function checkSingleItems({ header }: LogTable, file: string): void {
  const slateSize = header?.['slateSize'];
  if (slateSize === undefined || slateSize === 1) return;
  throw new LogFileError({
    file,
    expected: 'one item per turn; for slates, call slateIps with the propensity of each position',
    found: `slates of ${slateSize}`,
  });
}

function select(
  evaluations: readonly { readonly policy: string; readonly log: LogToEvaluate }[],
  discount: number,
  seed: number,
): PolicySelection {
  const logs = Object.fromEntries(evaluations.map(({ policy, log }) => [policy, log]));
  const isModeled = Object.values(logs).every((log) => 'qHat' in log);
  return selectPolicy({
    policies: logs,
    estimator: selectionEstimator(isModeled, discount),
    random: createRandom(seed),
  });
}

function inWords({ policy, rows, estimates, effectiveSampleSize, warnings }: PolicyEvaluation): string {
  const lines = Object.entries(estimates).map(([name, { value, lower, upper, standardError }]) => [
    name,
    formatShort(value),
    lower === null || upper === null ? '-' : `[${formatShort(lower)}, ${formatShort(upper)}]`,
    standardError === null ? '-' : formatShort(standardError),
  ]);
  return [
    textTable([policy, 'value', 'interval', 'standard error'], lines),
    `${rows.toLocaleString('en')} rows, effective sample size ${formatShort(effectiveSampleSize)}.`,
    ...warnings.map((warning) => escapeControls(`Warning: ${warning}`)),
  ].join('\n');
}

function chosen({ best, confidence }: PolicySelection): string {
  return `Best policy: ${escapeControls(best)}, in ${(100 * confidence).toFixed(1)} % of the bootstrap resamples.`;
}
