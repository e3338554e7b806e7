import { MissingPackageError } from '@ialp/core';
import type * as PlotTypes from '@observablehq/plot';
import type { ReportLines, ReportScatter } from './figures.js';
import { colourOf, isDashed } from './palette.js';
import type { ReportMethod } from './report-input.js';

const WIDTH = 960;

/** Draws the charts of a report as SVG. */
export interface Charts {
  /** Reward per session over interactions: a line with a band per method. */
  learningCurves(methods: readonly ReportMethod[]): string;
  /** Early and final reward of each method, with intervals. */
  earlyToFinal(methods: readonly ReportMethod[]): string;
  /** Lines with bands. `names` in the order of their colours. */
  lines(figure: ReportLines, names: readonly string[]): string;
  /** A point per name. `names` as above. */
  scatter(figure: ReportScatter, names: readonly string[]): string;
}

interface CurvePoint {
  readonly name: string;
  readonly x: number;
  /** NaN where the line has a gap. */
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Loads Observable Plot and a document for it to draw in.
 * @throws {MissingPackageError} if one of the two packages is not installed.
 */
export async function loadCharts(): Promise<Charts> {
  const Plot = await load(() => import('@observablehq/plot'), '@observablehq/plot');
  const { parseHTML } = await load(() => import('linkedom'), 'linkedom');
  const { document } = parseHTML('<!doctype html><html><body></body></html>');

  const draw = (domain: readonly string[], label: string, options: Parameters<typeof Plot.plot>[0]): string => {
    const figure = Plot.plot({
      document: document as unknown as Document,
      width: WIDTH,
      style: { fontSize: '13px', overflow: 'visible' },
      color: { domain: [...domain], range: domain.map((_, place) => colourOf(place)) },
      ariaLabel: label,
      ...options,
    });
    return figure.outerHTML;
  };

  const curves = (points: readonly CurvePoint[], names: readonly string[]): PlotTypes.Markish[] => {
    const dashed = new Set(names.filter((_, place) => isDashed(place)));
    const line = (own: readonly CurvePoint[], strokeDasharray: string): PlotTypes.Markish =>
      Plot.lineY(own, { x: 'x', y: 'mean', stroke: 'name', strokeWidth: 2.2, strokeDasharray });
    return [
      Plot.areaY(points, {
        x: 'x',
        y1: (point: CurvePoint) => point.lower ?? Number.NaN,
        y2: (point: CurvePoint) => point.upper ?? Number.NaN,
        fill: 'name',
        fillOpacity: 0.16,
      }),
      line(
        points.filter(({ name }) => !dashed.has(name)),
        'none',
      ),
      line(
        points.filter(({ name }) => dashed.has(name)),
        '7 4',
      ),
      // A point between two gaps has no line.
      Plot.dot(points.filter(isAlone), { x: 'x', y: 'mean', fill: 'name', r: 3 }),
      Plot.ruleY([0], { strokeOpacity: 0.4 }),
    ];
  };

  return {
    learningCurves(methods) {
      return draw(namesOf(methods), 'Learning curves: reward per session over interactions', {
        height: 440,
        marginLeft: 48,
        marginBottom: 44,
        x: { label: 'interactions →', tickFormat: 's' },
        y: { label: '↑ reward per session', grid: true, nice: true, zero: true },
        marks: curves(methods.flatMap(pointsOf), namesOf(methods)),
      });
    },
    earlyToFinal(methods) {
      const moments = methods.flatMap(({ name, earlyReward, finalReward }) => [
        ...(earlyReward === null ? [] : [{ name, moment: 'early', ...earlyReward }]),
        ...(finalReward === null ? [] : [{ name, moment: 'final', ...finalReward }]),
      ]);
      const spread = moments.filter((moment) => moment.lower !== null && moment.upper !== null);
      const pairs = methods.flatMap(({ name, earlyReward, finalReward }) =>
        earlyReward === null || finalReward === null
          ? []
          : [{ name, early: earlyReward.mean, final: finalReward.mean }],
      );
      return draw(namesOf(methods), 'Early and final reward of each method', {
        height: 60 + 44 * methods.length,
        marginLeft: 120,
        marginBottom: 44,
        x: { label: 'reward per session →', grid: true, nice: true, zero: true },
        y: { label: null, domain: methods.map((method) => method.name), tickSize: 0 },
        marks: [
          Plot.link(pairs, { x1: 'early', x2: 'final', y: 'name', stroke: 'name', strokeWidth: 2, strokeOpacity: 0.5 }),
          Plot.ruleY(spread, {
            x1: 'lower',
            x2: 'upper',
            y: 'name',
            stroke: 'name',
            strokeWidth: 6,
            strokeOpacity: 0.28,
          }),
          Plot.dot(moments, {
            x: 'mean',
            y: 'name',
            stroke: 'name',
            fill: (moment: { moment: string; name: string }) =>
              moment.moment === 'final'
                ? colourOf(methods.findIndex((method) => method.name === moment.name))
                : 'var(--page)',
            strokeWidth: 2.2,
            r: 5.5,
          }),
        ],
      });
    },
    lines({ title, x, y, series }, names) {
      const points = series.flatMap(({ name, points: own }) =>
        own.map((point) => ({ name, ...point, mean: point.mean ?? Number.NaN })),
      );
      return draw(names, title, {
        height: 360,
        marginLeft: 48,
        marginBottom: 44,
        // SI prefixes shorten thousands, but would turn small rates into thousandths.
        x: { label: `${x} →`, ...(points.some((point) => point.x >= 1000) && { tickFormat: 's' }) },
        y: { label: `↑ ${y}`, grid: true, nice: true, zero: true },
        marks: curves(points, names),
      });
    },
    scatter({ title, x, y, points }, names) {
      const flat = points.map(({ name, x: across, y: up }) => ({
        ...{ name, x: across.mean, x1: across.lower ?? across.mean, x2: across.upper ?? across.mean },
        ...{ y: up.mean, y1: up.lower ?? up.mean, y2: up.upper ?? up.mean },
      }));
      const spread = { stroke: 'name', strokeWidth: 2, strokeOpacity: 0.5 };
      return draw(names, title, {
        height: 420,
        marginLeft: 48,
        marginBottom: 44,
        marginRight: 120,
        x: { label: `${x} →`, grid: true, nice: true },
        y: { label: `↑ ${y}`, grid: true, nice: true },
        marks: [
          Plot.ruleY(flat, { y: 'y', x1: 'x1', x2: 'x2', ...spread }),
          Plot.ruleX(flat, { x: 'x', y1: 'y1', y2: 'y2', ...spread }),
          Plot.dot(flat, {
            ...{ x: 'x', y: 'y', r: 5, stroke: 'name', strokeWidth: 2.5 },
            fill: ({ name }: { name: string }) =>
              isDashed(names.indexOf(name)) ? 'var(--page)' : colourOf(names.indexOf(name)),
          }),
          Plot.text(flat, { x: 'x', y: 'y', text: 'name', dx: 10, textAnchor: 'start', fill: 'currentColor' }),
        ],
      });
    },
  };
}

/** Whether a point has no neighbour with a value. */
function isAlone({ name, mean }: CurvePoint, k: number, all: readonly CurvePoint[]): boolean {
  const hasValue = (other: CurvePoint | undefined): boolean => other?.name === name && !Number.isNaN(other.mean);
  return !Number.isNaN(mean) && !hasValue(all[k - 1]) && !hasValue(all[k + 1]);
}

function namesOf(methods: readonly ReportMethod[]): string[] {
  return methods.map(({ name }) => name);
}

function pointsOf({ name, curve }: ReportMethod): CurvePoint[] {
  return curve.interactions.map((x, k) => ({
    name,
    x,
    mean: curve.mean[k] ?? Number.NaN,
    lower: curve.lower[k],
    upper: curve.upper[k],
  }));
}

async function load<T>(importPackage: () => Promise<T>, name: string): Promise<T> {
  try {
    return await importPackage();
  } catch (error) {
    throw new MissingPackageError(name, 'The report', { cause: error });
  }
}
