import { InvalidOptionError } from '@ialp/core';
import { aggregateCurves, confidenceInterval } from '../intervals/aggregate.js';
import { compareRuns, type RunComparison } from '../runs/compare-runs.js';
import { performanceProfile, probabilityOfImprovement } from '../runs/point-estimates.js';
import { checkRuns, type RunResult, runsOf } from '../runs/run-result.js';
import { normalizedScores, scoresOf } from '../runs/run-scores.js';
import type { UniformRandom } from '../runs/scores.js';
import type { ReportFigure, ReportScatter, ReportSeries } from './figures.js';
import { formatNumber } from './html.js';
import type { ReportFinding, ReportSection, ReportTable, StudyReportInput } from './render-study-report.js';
import type { ReportFacts } from './report-input.js';

/** Options of `reportOfRuns`. */
export interface ReportOfRunsOptions {
  readonly title: string;
  readonly subtitle?: string;
  /** Main measure of the page. Default: the first of the runs. */
  readonly measure?: string;
  /** Method to compare all others with, in a table. Default: none. */
  readonly reference?: string;
  /**
   * Measure for the x-axis of the scatter plot, such as the diversity of the shown items. Default: `diversity` or
   * `coverage`, if the runs have it.
   */
  readonly against?: string;
  /** Confidence of the intervals, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Random generator of the bootstrap. */
  readonly random: UniformRandom;
  readonly facts?: Readonly<Record<string, ReportFacts>>;
}

/** Number of thresholds of a performance profile. */
const THRESHOLDS = 41;
/** Default measures for the x-axis of the scatter plot, in order. */
const DIVERSITIES = ['diversity', 'coverage'];

/**
 * Builds a page for `renderStudyReport` from runs: for each environment learning curves, measures with intervals and
 * the main measure against diversity; over all environments performance profiles and the matrix of the probability of
 * improvement (Agarwal et al. 2021).
 * @throws {InvalidOptionError} if a run is invalid, or no run has the measure, the reference or the measure of the
 *   x-axis.
 */
export function reportOfRuns(runs: readonly RunResult[], options: ReportOfRunsOptions): StudyReportInput {
  const names = checkRuns(runs);
  const { title, subtitle, measure = names.measures[0], reference, confidence = 0.95, random, facts = {} } = options;
  const against = options.against ?? DIVERSITIES.find((each) => names.measures.includes(each) && each !== measure);
  if (against !== undefined && !names.measures.includes(against)) {
    throw new InvalidOptionError('against', against, `one of ${names.measures.join(', ')}`);
  }
  const comparison = compareRuns(runs, { measure, confidence, random, ...(reference !== undefined && { reference }) });
  return {
    title,
    ...(subtitle !== undefined && { subtitle }),
    findings: comparison.environments.flatMap((environment) =>
      findingOf(comparison, environment, reference, confidence),
    ),
    sections: [
      ...names.environments.map(
        (environment): ReportSection => ({
          title: environment,
          figures: [
            ...curveFigures(runs, names.methods, environment, confidence),
            ...(against === undefined ? [] : scatterOf(runs, names.methods, environment, measure, against, confidence)),
          ],
          tables: [
            measureTableOf(runs, names, environment, confidence),
            ...(reference === undefined ? [] : differenceTable(comparison, environment, reference, confidence)),
          ],
        }),
      ),
      ...(names.methods.length > 1 ? [overallSection(runs, names.methods, measure, comparison)] : []),
    ],
    facts,
  };
}

/**
 * The method with the highest mean, and whether it differs significantly from the reference or, without one, from the
 * second best.
 */
function findingOf(
  { measure, environments, methods, pairs }: RunComparison,
  environment: string,
  reference: string | undefined,
  confidence: number,
): ReportFinding[] {
  const place = environments.indexOf(environment);
  const ranked = methods
    .flatMap(({ method, means }) => (means[place] === null ? [] : [{ method, mean: means[place].mean }]))
    .sort((a, b) => b.mean - a.mean);
  if (ranked.length === 0) return [];
  const [best, next] = ranked;
  const digits = digitsOf(ranked.map(({ mean }) => mean));
  const first = `${environment}: ${best.method} has the highest ${measure}, ${formatNumber(best.mean, digits)}`;
  const other = best.method === reference ? next : (ranked.find(({ method }) => method === reference) ?? next);
  if (other === undefined) return [{ text: `${first}.` }];
  const second = `${first}; ${other.method} has ${formatNumber(other.mean, digits)}`;
  const pair = pairs.find(
    (each) =>
      each.environment === environment &&
      [best, other].every(({ method }) => [each.first, each.second].includes(method)),
  );
  if (pair === undefined) return [{ text: `${second}.` }];
  const verdict = pair.adjustedPValue < 1 - confidence ? 'is significant' : 'is not significant';
  const p = pair.adjustedPValue < 0.001 ? 'p < 0.001' : `p = ${pair.adjustedPValue.toFixed(3)}`;
  const correction = pairs.length === 1 ? '' : `, corrected for ${pairs.length} pairs`;
  return [{ text: `${second}. The difference ${verdict} (${p}${correction}).` }];
}

function curveFigures(
  runs: readonly RunResult[],
  methods: readonly string[],
  environment: string,
  confidence: number,
): ReportFigure[] {
  const own = methods.map((method) => ({ method, runs: runsOf(runs, method, environment) }));
  const curveNames = [...new Set(own.flatMap((each) => each.runs.flatMap(({ curves = {} }) => Object.keys(curves))))];
  return curveNames.map((name) => ({
    title: name === 'reward' ? 'Learning curves' : name,
    x: 'interactions',
    y: name,
    note: `Mean over seeds; bands are ${percent(confidence)} intervals.`,
    series: own.flatMap(({ method, runs: ofMethod }): ReportSeries[] => {
      const curves = ofMethod.flatMap(({ curves: all = {} }) =>
        all[name] === undefined ? [] : [{ interactions: all[name].interactions, reward: all[name].values }],
      );
      if (curves.length === 0) return [];
      const { interactions, mean, lower, upper } = aggregateCurves(curves, { confidence });
      return [
        { name: method, points: interactions.map((x, k) => ({ x, mean: mean[k], lower: lower[k], upper: upper[k] })) },
      ];
    }),
  }));
}

function scatterOf(
  runs: readonly RunResult[],
  methods: readonly string[],
  environment: string,
  measure: string,
  against: string,
  confidence: number,
): ReportFigure[] {
  const points = methods.flatMap((method): ReportScatter['points'] => {
    const own = runsOf(runs, method, environment);
    const [x, y] = [against, measure].map((name) => own.flatMap(({ measures }) => measures[name] ?? []));
    return x.length === 0 || y.length === 0
      ? []
      : [{ name: method, x: confidenceInterval(x, { confidence }), y: confidenceInterval(y, { confidence }) }];
  });
  if (points.length === 0) return [];
  const note = `Means over seeds with ${percent(confidence)} intervals.`;
  return [{ kind: 'scatter', title: `${measure} against ${against}`, x: against, y: measure, points, note }];
}

function measureTableOf(
  runs: readonly RunResult[],
  { methods, measures }: { readonly methods: readonly string[]; readonly measures: readonly string[] },
  environment: string,
  confidence: number,
): ReportTable {
  const values = methods.map((method) => {
    const own = runsOf(runs, method, environment);
    return measures.map((name) => own.flatMap((run) => run.measures[name] ?? []));
  });
  return {
    columns: measures.map((title, column) => ({ title, digits: digitsOf(values.flatMap((row) => row[column])) })),
    rows: methods.map((name, row) => ({
      name,
      description: runsInWords(runsOf(runs, name, environment).length),
      values: values[row].map((own) => (own.length === 0 ? null : confidenceInterval(own, { confidence }))),
    })),
    caption: `Means over seeds with ${percent(confidence)} t intervals.`,
  };
}

function differenceTable(
  { pairs, measure }: RunComparison,
  environment: string,
  reference: string,
  confidence: number,
): ReportTable[] {
  const own = pairs.filter((pair) => pair.environment === environment);
  if (own.length === 0) return [];
  return [
    {
      columns: [
        { title: 'Difference', digits: digitsOf(own.map(({ difference }) => difference.mean)) },
        { title: 'p, corrected', digits: 4 },
        { title: 'Probability of improvement', digits: 2 },
      ],
      rows: own.map(({ first, difference, adjustedPValue, probabilityOfImprovement: improvement }) => ({
        name: first,
        values: [
          difference,
          { mean: adjustedPValue, lower: null, upper: null },
          { mean: improvement.estimate, lower: improvement.lower, upper: improvement.upper },
        ],
      })),
      caption: `${measure} minus that of ${reference}, on the same seeds, with ${percent(confidence)} intervals; p-values of paired t-tests, corrected for ${pairs.length} pairs (Holm).`,
    },
  ];
}

function overallSection(
  runs: readonly RunResult[],
  methods: readonly string[],
  measure: string,
  comparison: RunComparison,
): ReportSection {
  const isWide = comparison.environments.length > 1;
  const scores = isWide
    ? normalizedScores(runs, measure)
    : new Map(methods.map((method) => [method, scoresOf(runs, measure, method)]));
  // Only methods with a value in every environment can be compared over all of them.
  const whole = methods.filter((method) => scores.get(method)?.every((values) => values.length > 0));
  const of = (method: string): number[][] => scores.get(method) as number[][];
  const all = whole.flatMap((method) => of(method).flat());
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const thresholds = Array.from({ length: THRESHOLDS }, (_, k) => least + ((greatest - least) * k) / (THRESHOLDS - 1));
  const scale = isWide ? '; 0 is the mean of the worst method of an environment, 1 that of the best' : '';
  const figures: ReportFigure[] = [
    {
      title: 'Performance profiles',
      x: isWide ? `${measure}, normalised` : measure,
      y: 'share of runs above',
      note: `Share of a method's runs with a score above each value${scale}. Higher is better.`,
      series: whole.map((method) => ({
        name: method,
        points: Array.from(performanceProfile(of(method), thresholds), (mean, k) => ({
          ...{ x: thresholds[k], mean, lower: null, upper: null },
        })),
      })),
    },
    {
      kind: 'matrix',
      title: 'Probability of improvement',
      names: whole,
      values: whole.map((row) =>
        whole.map((column) => (row === column ? null : probabilityOfImprovement(of(row), of(column)))),
      ),
      note: 'The probability that a run of the method in the row scores higher than one of the method in the column.',
    },
  ];
  const rows = comparison.methods.flatMap(({ method, interquartileMean: value }) =>
    value === null
      ? []
      : [{ name: method, values: [{ mean: value.estimate, lower: value.lower, upper: value.upper }] }],
  );
  const table: ReportTable = {
    columns: [{ title: 'Interquartile mean', digits: 2, best: true }],
    rows,
    caption: `Normalised scores of all environments, with stratified bootstrap intervals${scale}.`,
  };
  return {
    title: isWide ? 'All environments' : 'All methods',
    figures: whole.length > 1 ? figures : [],
    ...(rows.length > 0 && { tables: [table] }),
  };
}

/** Number of decimals that shows four significant digits. */
function digitsOf(values: readonly number[]): number {
  const size = Math.max(0, ...values.map(Math.abs));
  return size === 0 ? 0 : Math.min(4, Math.max(0, 3 - Math.floor(Math.log10(size))));
}

function percent(confidence: number): string {
  return `${Number((100 * confidence).toFixed(2))} %`;
}

function runsInWords(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}
