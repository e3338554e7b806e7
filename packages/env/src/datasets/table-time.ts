import { show } from '../errors.js';
import { type Place, parseNumber, wrong } from './fields.js';

/** What a column of times counts: since 1970, or dates and times in ISO 8601. */
export type TimeUnit = 'seconds' | 'milliseconds' | 'iso';

/** A date, or a date and time with its zone; without a zone the same text would be another moment on another machine. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * Seconds since 1970. A date alone is its midnight in UTC.
 * @param place with the column's name in `expected`.
 * @throws {DatasetError} for another text.
 */
export function parseTime(text: string, unit: TimeUnit, place: Place & { readonly expected: string }): number {
  const { expected: column, ...where } = place;
  if (unit === 'iso') {
    const time = ISO.test(text) ? Date.parse(text) / 1000 : Number.NaN;
    if (Number.isFinite(time)) return time;
    throw wrong(
      show(text),
      `${column}: a date such as 2024-05-31, or a time with its zone such as 2024-05-31T08:00:00Z`,
      where,
    );
  }
  const value = parseNumber(text, { expected: `${column}: a time in ${unit} since 1970`, minimum: 0 }, where);
  return unit === 'seconds' ? value : value / 1000;
}
