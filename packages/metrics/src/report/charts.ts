import { MissingPackageError } from '../errors.js';
import type { ReportMethod } from '../report-input.js';
import type { ReportFigure } from '../study-report.js';
import { colourOf } from './palette.js';

const WIDTH = 960;

/** Draws the charts of a report as SVG. */
export interface Charts {
  /** Reward of sessions against interactions, a line with a band for each method. */
  learningCurves(methods: readonly ReportMethod[]): string;
  /** Early and final reward of each method, with intervals. */
  earlyToFinal(methods: readonly ReportMethod[]): string;
  /** Lines with bands; `names` in the order of their colours. */
  lines(figure: ReportFigure, names: readonly string[]): string;
}

interface CurvePoint {
  readonly name: string;
  readonly interactions: number;
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Loads Observable Plot and a document for it to draw in.
 * @throws {MissingPackageError}
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

  return {
    learningCurves(methods) {
      const points = methods.flatMap(pointsOf);
      const banded = points.filter((point) => point.lower !== null && point.upper !== null);
      return draw(namesOf(methods), 'Learning curves: reward of a session against interactions', {
        height: 440,
        marginLeft: 48,
        marginBottom: 44,
        x: { label: 'interactions →', tickFormat: 's' },
        y: { label: '↑ reward per session', grid: true, nice: true, zero: true },
        marks: [
          Plot.areaY(banded, { x: 'interactions', y1: 'lower', y2: 'upper', fill: 'name', fillOpacity: 0.16 }),
          Plot.lineY(points, { x: 'interactions', y: 'mean', stroke: 'name', strokeWidth: 2.2 }),
          Plot.ruleY([0], { strokeOpacity: 0.4 }),
        ],
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
      const points = series.flatMap(({ name, points: own }) => own.map((point) => ({ name, ...point })));
      const banded = points.filter((point) => point.lower !== null && point.upper !== null);
      return draw(names, title, {
        height: 360,
        marginLeft: 48,
        marginBottom: 44,
        x: { label: `${x} →`, tickFormat: 's' },
        y: { label: `↑ ${y}`, grid: true, nice: true, zero: true },
        marks: [
          Plot.areaY(banded, { x: 'x', y1: 'lower', y2: 'upper', fill: 'name', fillOpacity: 0.16 }),
          Plot.lineY(points, { x: 'x', y: 'mean', stroke: 'name', strokeWidth: 2.2 }),
          Plot.ruleY([0], { strokeOpacity: 0.4 }),
        ],
      });
    },
  };
}

function namesOf(methods: readonly ReportMethod[]): string[] {
  return methods.map(({ name }) => name);
}

function pointsOf({ name, curve }: ReportMethod): CurvePoint[] {
  return curve.interactions.flatMap((interactions, k) => {
    const mean = curve.mean[k];
    return mean === null ? [] : [{ name, interactions, mean, lower: curve.lower[k], upper: curve.upper[k] }];
  });
}

async function load<T>(importPackage: () => Promise<T>, name: string): Promise<T> {
  try {
    return await importPackage();
  } catch (error) {
    throw new MissingPackageError(name, 'The report', { cause: error });
  }
}
