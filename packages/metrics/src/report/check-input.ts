import { checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import type { ReportFigure } from './figures.js';
import type { StudyReportInput } from './render-study-report.js';
import type { ReportInput, ReportInterval } from './report-input.js';

/*
 * A chart silently omits values that it cannot draw, so the input is checked first; errors name the field.
 */

const MEASURES = ['earlyReward', 'finalReward', 'cumulativeReward', 'meanLength'] as const;

/** @throws {InvalidOptionError} if a method appears twice, or a number is invalid. */
export function checkReportInput(input: ReportInput): void {
  checkPage(input, ['findings', 'methods']);
  const { methods } = input;
  for (const [k, method] of methods.entries()) {
    checkObject(`methods[${k}]`, method, 'an object with name, curve and measures');
    checkText(`methods[${k}].name`, method.name);
    checkObject(`methods[${k}].curve`, method.curve, 'the result of aggregateCurves');
    checkList(`methods[${k}].curve.interactions`, method.curve.interactions, 'an array of numbers');
  }
  checkDistinct(
    'methods',
    methods.map(({ name }) => name),
  );
  for (const [k, { curve, ...method }] of methods.entries()) {
    const place = `methods[${k}]`;
    for (const measure of MEASURES) checkInterval(`${place}.${measure}`, method[measure]);
    const { length } = curve.interactions;
    for (const column of ['mean', 'lower', 'upper'] as const) {
      checkLength(`${place}.curve.${column}`, curve[column], length);
      checkNumbers(`${place}.curve.${column}`, curve[column]);
    }
    checkNumbers(`${place}.curve.interactions`, curve.interactions);
  }
}

/** @throws {InvalidOptionError} if a row or a figure does not match its heading, or a number is invalid. */
export function checkStudyInput(input: StudyReportInput): void {
  checkPage(input, ['findings', 'sections']);
  const { sections } = input;
  for (const [k, { figures = [], tables = [] }] of sections.entries()) {
    for (const [j, figure] of figures.entries()) checkFigure(`sections[${k}].figures[${j}]`, figure);
    for (const [j, { columns, rows }] of tables.entries()) {
      for (const [row, { values }] of rows.entries()) {
        const place = `sections[${k}].tables[${j}].rows[${row}].values`;
        checkLength(place, values, columns.length);
        for (const [column, value] of values.entries()) checkInterval(`${place}[${column}]`, value);
      }
    }
  }
}

/** Checks the parts that both kinds of pages have. */
function checkPage(input: object, lists: readonly string[]): void {
  checkObject('input', input, `an object with title, ${lists.join(', ')} and facts`);
  const fields = input as Readonly<Record<string, unknown>>;
  checkText('title', fields['title']);
  for (const list of lists) {
    if (!Array.isArray(fields[list])) throw new InvalidOptionError(list, fields[list], 'an array; [] for none');
  }
  checkObject('facts', fields['facts'], 'an object with tables of facts by heading; {} for none');
}

function checkText(place: string, text: unknown): void {
  if (typeof text !== 'string') throw new InvalidOptionError(place, text, 'a string');
}

function checkFigure(place: string, figure: ReportFigure): void {
  switch (figure.kind) {
    case 'matrix':
      checkLength(`${place}.values`, figure.values, figure.names.length);
      for (const [row, values] of figure.values.entries()) {
        checkLength(`${place}.values[${row}]`, values, figure.names.length);
        for (const [column, value] of values.entries()) {
          if (value === null || (value >= 0 && value <= 1)) continue;
          throw new InvalidOptionError(`${place}.values[${row}][${column}]`, value, 'a number from 0 to 1, or null');
        }
      }
      return;
    case 'scatter':
      for (const [k, { x, y }] of figure.points.entries()) {
        checkInterval(`${place}.points[${k}].x`, x);
        checkInterval(`${place}.points[${k}].y`, y);
      }
      return;
    default:
      checkDistinct(
        `${place}.series`,
        figure.series.map(({ name }) => name),
      );
      for (const [k, { points }] of figure.series.entries()) {
        for (const [j, point] of points.entries()) {
          for (const [field, value] of Object.entries(point)) {
            checkNumber(`${place}.series[${k}].points[${j}].${field}`, value);
          }
        }
      }
  }
}

function checkInterval(place: string, interval: ReportInterval | null): void {
  if (interval === null) return;
  checkObject(place, interval, 'a mean with its interval, or null');
  for (const field of ['mean', 'lower', 'upper'] as const) checkNumber(`${place}.${field}`, interval[field]);
}

function checkNumbers(place: string, values: readonly unknown[]): void {
  for (const [k, value] of values.entries()) checkNumber(`${place}[${k}]`, value);
}

function checkNumber(place: string, value: unknown): void {
  if (value === null || Number.isFinite(value)) return;
  throw new InvalidOptionError(place, value, 'a finite number or null');
}

function checkLength(place: string, values: readonly unknown[], length: number): void {
  checkList(place, values, `an array of ${counted(length, 'value')}`);
  if (values.length !== length)
    throw new InvalidOptionError(place, described(counted(values.length, 'value')), counted(length, 'value'));
}

function checkDistinct(place: string, names: readonly string[]): void {
  const twice = names.findIndex((name, k) => names.indexOf(name) !== k);
  if (twice !== -1) throw new InvalidOptionError(`${place}[${twice}].name`, names[twice], 'a unique name');
}
