import { factsOf } from '@ialp/command';
import {
  type ReportFigure,
  type ReportSection,
  type ReportSeries,
  type ReportTable,
  renderStudyReport,
} from '@ialp/metrics/report';
import { METHODS } from './methods.js';
import type { Comparison, Interval, Measure, MethodRow, Results, Table } from './results.js';
import { SETTINGS } from './settings.js';

/** Methods whose curves are drawn, to keep the figure readable; the table has all. */
const DRAWN = ['popularity', 'lin-ucb', 'a2c-scratch', 'ialp-frozen', 'a-ialp-ft', 'a-ialp-ap'];

interface Column {
  readonly measure: Measure;
  readonly title: string;
  readonly digits: number;
  readonly best: boolean;
}

const COLUMNS: readonly Column[] = [
  { measure: 'early', title: 'Early', digits: 2, best: true },
  { measure: 'final', title: 'Final', digits: 2, best: true },
  { measure: 'mean', title: 'Mean', digits: 2, best: true },
  { measure: 'cumulative', title: 'Cumulative', digits: 0, best: true },
  { measure: 'length', title: 'Length', digits: 1, best: false },
];

/** Column of the reward floor's section. */
const LOWEST = { measure: 'lowest', title: 'Lowest', digits: 2, best: true } as const;
const LOWEST_CAPTION = ` Lowest: lowest running mean reward, from session ${SETTINGS.floor.firstSessions} on.`;

const MEASURES_CAPTION =
  'Interquartile means over seeds with 95 % intervals of a stratified bootstrap; the best of a column in bold. Early, final ' +
  'and mean: mean reward of the sessions that started in the first 5 %, in the last 10 %, at any time. Cumulative: total reward of the ' +
  'same number of interactions. Length: items per session.';

/** The results as one HTML page. */
export function reportOf(results: Results): Promise<string> {
  const { config, environments, claims, versions, times } = results;
  return renderStudyReport({
    title: 'A-iALP on three environments',
    subtitle:
      `${config.seeds} runs of each method, ${config.interactions.toLocaleString('en')} interactions each; ` +
      'every method tuned on other users',
    findings: claims.map(({ claim, holds, figures }) => ({ text: `${claim} (${figures}).`, holds })),
    sections: environments.flatMap(({ name }) => [mainSection(results, name), ...ablationSections(results, name)]),
    facts: {
      ...Object.fromEntries(environments.map(({ name, facts, tuned }) => [name, { ...facts, ...factsOf(tuned) }])),
      Settings: factsOf({ ...config.settings }),
      Time: { 'total minutes': Math.round(times.totalSeconds / 60) },
      Versions: versions,
    },
  });
}

function mainSection({ tables, comparisons, config }: Results, environment: string): ReportSection {
  const main = tables.filter((table) => table.part === 'main' && table.environment === environment);
  const rows = main.flatMap(({ methods }) => methods);
  const own = config.methods.filter((method) => !(method in METHODS));
  // With few methods, all are drawn.
  const few = config.methods.length <= DRAWN.length + 1;
  const drawn = rows.filter(({ method }) => few || DRAWN.includes(method) || own.includes(method));
  const mixtures = tables
    .filter((table) => table.environment === environment && table.part === 'language-model')
    .flatMap(({ variant, methods }) => methods.map((row) => ({ ...row, method: `${row.method}, ${variant}` })));
  const weighted = [...rows, ...mixtures].filter(({ weight }) => weight !== undefined);
  return {
    title: environment,
    figures: [
      {
        title: 'Learning curves',
        x: 'interactions',
        y: 'reward per session',
        series: drawn.map((row) => curveOf(row, config.interactions)),
        note: 'Mean reward of the sessions that started in each window; bands are 95 % intervals over seeds.',
      },
      ...(weighted.length === 0
        ? []
        : [
            {
              title: "The pre-trained policy's share in A-iALP_ap",
              x: 'interactions',
              y: 'share',
              series: weighted.map((row) => weightOf(row, config.interactions)),
              note: 'Mean over seeds, for each language model.',
            },
          ]),
    ],
    tables: [
      { columns: COLUMNS, rows: rows.map((row) => rowOf(row, COLUMNS)), caption: MEASURES_CAPTION },
      ...comparisonTable(comparisons.filter((each) => each.environment === environment)),
    ],
  };
}

function comparisonTable(comparisons: readonly Comparison[]): ReportTable[] {
  if (comparisons.length === 0) return [];
  return [
    {
      columns: [
        { title: 'Mean', digits: 2 },
        { title: 'Final', digits: 2 },
        { title: 'Cumulative', digits: 0 },
        { title: 'Improvement', digits: 2 },
      ],
      rows: comparisons.map(({ method, difference, probabilityOfImprovement }) => ({
        name: method,
        values: [difference.mean, difference.final, difference.cumulative, probabilityOfImprovement].map(toReport),
      })),
      caption:
        'A-iALP_ap minus each method, paired by seed, with 95 % t intervals; improvement: the probability ' +
        'that a run of A-iALP_ap has the higher mean reward.',
    },
  ];
}

/** One section per ablation, and the curve over the oracle's error rates. */
function ablationSections({ tables }: Results, environment: string): ReportSection[] {
  const own = tables.filter((table) => table.part !== 'main' && table.environment === environment);
  const main = tables.find((table) => table.part === 'main' && table.environment === environment);
  return [...new Set(own.map(({ part }) => part))].map((part) => {
    const ofPart = own.filter((table) => table.part === part);
    const columns = part === 'floor' ? [...COLUMNS, LOWEST] : COLUMNS;
    const caption = MEASURES_CAPTION + (part === 'floor' ? LOWEST_CAPTION : '');
    const rows = ofPart.flatMap(({ variant, methods }) =>
      methods.map((row) => ({
        ...rowOf(row, columns),
        name: `${row.method}${variant === 'encoder' ? '' : `, ${variant}`}`,
      })),
    );
    const reference = (main?.methods ?? [])
      .filter(({ method }) => ['a2c-scratch', 'a-ialp-ap'].includes(method))
      .map((row) => rowOf(row, columns));
    return {
      title: `${environment}: ${part.replaceAll('-', ' ')}`,
      figures: errorRates(ofPart),
      tables: [{ columns, rows: [...reference, ...rows], caption }],
    };
  });
}

/** Final reward against the error rate of the language model. */
function errorRates(tables: readonly Table[]): ReportFigure[] {
  const oracle = tables.flatMap((table) => {
    const rate = /^oracle (.+)$/.exec(table.variant)?.[1];
    return rate === undefined ? [] : [{ rate: Number(rate), table }];
  });
  if (oracle.length === 0) return [];
  const methods = oracle[0].table.methods.map(({ method }) => method);
  const series = methods.map(
    (method): ReportSeries => ({
      name: method,
      points: oracle.flatMap(({ rate, table }) => {
        const final = table.methods.find((row) => row.method === method)?.measures.final;
        return final ? [{ x: rate, ...toReport(final) }] : [];
      }),
    }),
  );
  return [
    { title: 'Final reward over the error rate of the language model', x: 'error rate', y: 'final reward', series },
  ];
}

function curveOf({ method, curve }: MethodRow, interactions: number): ReportSeries {
  const points = curve.mean.flatMap((mean, k) => {
    if (mean === null) return [];
    return [{ x: (interactions * (k + 1)) / curve.mean.length, mean, lower: curve.lower[k], upper: curve.upper[k] }];
  });
  return { name: method, points };
}

function weightOf({ method, weight }: MethodRow, interactions: number): ReportSeries {
  const mean = weight?.mean ?? [];
  const points = mean.flatMap((value, k) =>
    value === null ? [] : [{ x: (interactions * (k + 1)) / mean.length, mean: value, lower: null, upper: null }],
  );
  return { name: method, points };
}

function rowOf({ method, measures }: MethodRow, columns: readonly Column[]): ReportTable['rows'][number] {
  const description = METHODS[method]?.description;
  return {
    name: method,
    ...(description !== undefined && { description }),
    values: columns.map(({ measure }) => toReport(measures[measure])),
  };
}

function toReport<T extends Interval | null>(interval: T) {
  return (interval && { mean: interval.estimate, lower: interval.lower, upper: interval.upper }) as T extends null
    ? null
    : { mean: number; lower: number | null; upper: number | null };
}
