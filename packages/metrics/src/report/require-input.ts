import { InvalidOptionError } from '@ialp/core';
import type { ReportInput, ReportInterval } from '../report-input.js';
import type { StudyReportInput } from '../study-report.js';
import type { ReportFigure } from './figures.js';

/*
 * A chart leaves out what it cannot draw without a word. What is damaged is refused instead, by the name of the field.
 */

const MEASURES = ['earlyReward', 'finalReward', 'cumulativeReward', 'meanLength'] as const;

/** @throws {InvalidOptionError} if a method appears twice, or a number is invalid. */
export function requireReportInput({ methods }: ReportInput): void {
  requireDistinct(
    'methods',
    methods.map(({ name }) => name),
  );
  for (const [k, { curve, ...method }] of methods.entries()) {
    const place = `methods[${k}]`;
    for (const measure of MEASURES) requireInterval(`${place}.${measure}`, method[measure]);
    const { length } = curve.interactions;
    for (const column of ['mean', 'lower', 'upper'] as const) {
      requireLength(`${place}.curve.${column}`, curve[column], length);
      requireNumbers(`${place}.curve.${column}`, curve[column]);
    }
    requireNumbers(`${place}.curve.interactions`, curve.interactions);
  }
}

/** @throws {InvalidOptionError} if a row or a figure does not match its heading, or a number is invalid. */
export function requireStudyInput({ sections }: StudyReportInput): void {
  for (const [k, { figures = [], tables = [] }] of sections.entries()) {
    for (const [j, figure] of figures.entries()) requireFigure(`sections[${k}].figures[${j}]`, figure);
    for (const [j, { columns, rows }] of tables.entries()) {
      for (const [row, { values }] of rows.entries()) {
        const place = `sections[${k}].tables[${j}].rows[${row}].values`;
        requireLength(place, values, columns.length);
        for (const [column, value] of values.entries()) requireInterval(`${place}[${column}]`, value);
      }
    }
  }
}

function requireFigure(place: string, figure: ReportFigure): void {
  switch (figure.kind) {
    case 'matrix':
      requireLength(`${place}.values`, figure.values, figure.names.length);
      for (const [row, values] of figure.values.entries()) {
        requireLength(`${place}.values[${row}]`, values, figure.names.length);
        for (const [column, value] of values.entries()) {
          if (value === null || (value >= 0 && value <= 1)) continue;
          throw new InvalidOptionError(`${place}.values[${row}][${column}]`, value, 'a share from 0 to 1, or null');
        }
      }
      return;
    case 'scatter':
      for (const [k, { x, y }] of figure.points.entries()) {
        requireInterval(`${place}.points[${k}].x`, x);
        requireInterval(`${place}.points[${k}].y`, y);
      }
      return;
    default:
      requireDistinct(
        `${place}.series`,
        figure.series.map(({ name }) => name),
      );
      for (const [k, { points }] of figure.series.entries()) {
        for (const [j, point] of points.entries()) {
          for (const [field, value] of Object.entries(point)) {
            requireNumber(`${place}.series[${k}].points[${j}].${field}`, value);
          }
        }
      }
  }
}

function requireInterval(place: string, interval: ReportInterval | null): void {
  if (interval === null) return;
  for (const field of ['mean', 'lower', 'upper'] as const) requireNumber(`${place}.${field}`, interval[field]);
}

function requireNumbers(place: string, values: readonly unknown[]): void {
  for (const [k, value] of values.entries()) requireNumber(`${place}[${k}]`, value);
}

function requireNumber(place: string, value: unknown): void {
  if (value === null || Number.isFinite(value)) return;
  throw new InvalidOptionError(place, value, 'a finite number, or null where there is no value');
}

function requireLength(place: string, values: readonly unknown[], length: number): void {
  if (values.length !== length) throw new InvalidOptionError(place, `${values.length} values`, `${length} of them`);
}

function requireDistinct(place: string, names: readonly string[]): void {
  const twice = names.findIndex((name, k) => names.indexOf(name) !== k);
  if (twice !== -1) throw new InvalidOptionError(`${place}[${twice}].name`, names[twice], 'a name that no other has');
}
