import { InvalidOptionError } from '@ialp/core';
import { aggregateCurves, confidenceInterval } from '../intervals/aggregate.js';
import { compareRuns, type RunComparison } from '../runs/compare-runs.js';
import { performanceProfile, probabilityOfImprovement } from '../runs/point-estimates.js';
import { checkRuns, type RunResult, runsOf } from '../runs/run-result.js';
import { normalisedScores, scoresOf } from '../runs/run-scores.js';
import type { UniformRandom } from '../runs/scores.js';
import type { ReportFigure, ReportScatter, ReportSeries } from './figures.js';
import { formatNumber } from './html.js';
import type { ReportFinding, ReportSection, ReportTable, StudyReportInput } from './render-study-report.js';
import type { ReportFacts } from './report-input.js';

/** Options of `reportOfRuns`. */
export interface ReportOfRunsOptions {
  readonly title: string;
  readonly subtitle?: string;
  /** Which of the runs' measures the page is about. Default: the first. */
  readonly measure?: string;
  /** A method with which all are compared, in a table. Default: none. */
  readonly reference?: string;
  /** A measure that the one above is drawn against, such as the diversity of what was shown. Default: `diversity` or `coverage`, if there. */
  readonly against?: string;
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Of the bootstrap. */
  readonly random: UniformRandom;
  readonly facts?: Readonly<Record<string, ReportFacts>>;
}

/** Thresholds of a performance profile. */
const THRESHOLDS = 41;
/** Measures that are drawn against the reward unless another is named. */
const DIVERSITIES = ['diversity', 'coverage'];

/**
 * What runs come to, as a page for `renderStudyReport`: of each environment the learning curves, the measures with intervals and the measure
 * against diversity; and over all performance profiles and the matrix of the probability of improvement (Agarwal et al. 2021).
 * @throws {InvalidOptionError} for runs that cannot be compared, or names that they do not have.
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

/** Which method has the greatest mean, and whether it can be told from the reference or, without one, from the next. */
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
  const first = `${environment}: ${best.method} comes first in ${measure}, with ${formatNumber(best.mean, digits)}`;
  const other = best.method === reference ? next : (ranked.find(({ method }) => method === reference) ?? next);
  if (other === undefined) return [{ text: `${first}.` }];
  const second = `${first}; ${other.method} has ${formatNumber(other.mean, digits)}`;
  const pair = pairs.find(
    (each) =>
      each.environment === environment &&
      [best, other].every(({ method }) => [each.first, each.second].includes(method)),
  );
  if (pair === undefined) return [{ text: `${second}.` }];
  const verdict = pair.adjustedPValue < 1 - confidence ? 'is not by chance' : 'may be by chance';
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
    caption: `Means over seeds with ${percent(confidence)} intervals of Student.`,
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
        { title: 'Chance of a greater run', digits: 2 },
      ],
      rows: own.map(({ first, difference, adjustedPValue, probabilityOfImprovement: chance }) => ({
        name: first,
        values: [
          difference,
          { mean: adjustedPValue, lower: null, upper: null },
          { mean: chance.estimate, lower: chance.lower, upper: chance.upper },
        ],
      })),
      caption: `${measure} less that of ${reference}, on the same seeds, with ${percent(confidence)} intervals; p-values of paired t-tests, corrected for ${pairs.length} pairs (Holm).`,
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
    ? normalisedScores(runs, measure)
    : new Map(methods.map((method) => [method, scoresOf(runs, measure, method)]));
  // Only methods with a value everywhere can be compared over everything.
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
      y: 'share of runs above it',
      note: `How many runs of a method are better than each value${scale}. The higher, the better.`,
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
      note: 'The chance that a run of the method in the row is above one of the method in the column.',
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
    caption: `Of normalised scores of all environments, with intervals of a stratified bootstrap${scale}.`,
  };
  return {
    title: isWide ? 'All environments' : 'All methods',
    figures: whole.length > 1 ? figures : [],
    ...(rows.length > 0 && { tables: [table] }),
  };
}

/** As many digits after the point as show four that count. */
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
