import { show } from '@ialp/core';
import { type Place, parseNumber, wrong } from './fields.js';

/** The unit of a column of times: a count since 1970, or dates and times in ISO 8601. */
export type TimeUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds' | 'iso';

/** The units that the option `timeUnit` may name. */
export const TIME_UNITS: readonly TimeUnit[] = ['seconds', 'milliseconds', 'microseconds', 'nanoseconds', 'iso'];

/** Units in a second. */
const PER_SECOND = { seconds: 1, milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 } as const;

/**
 * Numbers from here on cannot be seconds since 1970: it would be the year 5138. In milliseconds it is March 1973, in nanoseconds less
 * than two minutes into 1970.
 */
export const LATEST_SECONDS = 1e11;
/** In a finer unit, numbers below this that are not small counts must be of a coarser unit (1e8 milliseconds are 28 hours). */
const LARGE_COUNT = 1e8;

/** A date, or a date and time, as ISO 8601 and pandas write them; the zone may be missing. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?: ?(Z|UTC)|([+-])(\d{2})(?::?(\d{2}))?)?)?$/i;

/**
 * Seconds since 1970. A date without a time is midnight in UTC; a time without a zone, such as pandas' `2021-01-25 00:00:00`, is UTC
 * too.
 * @param place with the column's name in `expected`.
 * @throws {DatasetError} for text that is not a time, for a date or time that does not exist, such as 2023-02-29, and for a number
 *   that looks like another unit.
 */
export function parseTime(text: string, unit: TimeUnit, place: Place & { readonly expected: string }): number {
  const { expected: column, ...where } = place;
  if (unit === 'iso') {
    const time = parseIso(text);
    if (Number.isFinite(time)) return time;
    const expected = `${column}: a date such as 2024-05-31, or a time such as 2024-05-31T08:00:00Z (UTC without a zone)`;
    throw wrong(show(text), expected, where);
  }
  const expected = `${column}: a time in ${unit} since 1970`;
  if (Number.isFinite(parseIso(text))) {
    throw wrong(show(text), expected, { ...where, remedy: `Set timeUnit: 'iso'. ${place.remedy}` });
  }
  const value = parseNumber(text, { expected, minimum: 0 }, where);
  const likely = unitOf(value, unit);
  if (likely === unit) return value / PER_SECOND[unit];
  const remedy = `Set timeUnit: '${likely}' if that is the unit. ${place.remedy}`;
  throw wrong(`${show(text)}, which looks like ${likely}`, expected, { ...where, remedy });
}

/** The most likely unit of a number: the given one, unless the time would be far from the present. */
function unitOf(value: number, unit: keyof typeof PER_SECOND): keyof typeof PER_SECOND {
  const units = Object.keys(PER_SECOND) as (keyof typeof PER_SECOND)[];
  const likely = units.find((name) => value < LATEST_SECONDS * PER_SECOND[name]) ?? 'nanoseconds';
  const tooLarge = value >= LATEST_SECONDS * PER_SECOND[unit];
  // Small counts, such as made-up times 1, 2, 3, may be of any unit.
  const tooSmall = unit !== 'seconds' && value >= LARGE_COUNT && units.indexOf(likely) < units.indexOf(unit);
  return tooLarge || tooSmall ? likely : unit;
}

/** Seconds since 1970, or NaN for an invalid time. `Date.parse` would turn 2024-02-30 into the first of March. */
function parseIso(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const fraction = Number(`0${match[7] ?? ''}`);
  const [offsetHours, offsetMinutes] = match.slice(10, 12).map((part) => Number(part ?? 0));
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  const exists =
    midnight.getUTCMonth() === month - 1 &&
    midnight.getUTCDate() === day &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    offsetHours <= 14 &&
    offsetMinutes <= 59;
  if (!exists) return Number.NaN;
  const offset = (match[9] === '-' ? -1 : 1) * (3600 * offsetHours + 60 * offsetMinutes);
  return midnight.getTime() / 1000 + 3600 * hour + 60 * minute + second - offset + fraction;
}
