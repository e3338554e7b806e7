import { show } from '@ialp/core';
import { type Place, parseNumber, wrong } from './fields.js';

/** What a column of times counts: since 1970, or dates and times in ISO 8601. */
export type TimeUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds' | 'iso';

/** The units that the option `timeUnit` may name. */
export const TIME_UNITS: readonly TimeUnit[] = ['seconds', 'milliseconds', 'microseconds', 'nanoseconds', 'iso'];

/** How many of a unit make a second. */
const PER_SECOND = { seconds: 1, milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 } as const;

/**
 * Times from here on, in seconds since 1970, are taken for another unit: it is the year 5138. In milliseconds it is March 1973,
 * in nanoseconds less than two minutes after the beginning of 1970.
 */
export const LATEST_SECONDS = 1e11;
/** In a finer unit, what would be before this many seconds since 1970 (a day and four hours later) and is no small count, is of a coarser unit. */
const LARGE_COUNT = 1e8;

/** A date, or a date and time, as ISO 8601 and pandas write them; the zone may be missing. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?: ?(Z|UTC)|([+-])(\d{2})(?::?(\d{2}))?)?)?$/i;

/**
 * Seconds since 1970. A date alone is its midnight in UTC, and a time without a zone, as pandas writes `2021-01-25 00:00:00`,
 * is UTC as well.
 * @param place with the column's name in `expected`.
 * @throws {DatasetError} for another text, for a date or time that does not exist, such as 2023-02-29, and for a number that is
 *   of another unit: as seconds it would be after the year 5138, or in a finer unit a count of seconds.
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
  const value = parseNumber(text, { expected, minimum: 0 }, where);
  const likely = unitOf(value, unit);
  if (likely === unit) return value / PER_SECOND[unit];
  const remedy = `Say timeUnit: '${likely}' if that is what they are. ${place.remedy}`;
  throw wrong(`${show(text)}, which looks like ${likely}`, expected, { ...where, remedy });
}

/** The unit that a number of times is likely to be in: the one given, unless it would be far from our time. */
function unitOf(value: number, unit: keyof typeof PER_SECOND): keyof typeof PER_SECOND {
  const units = Object.keys(PER_SECOND) as (keyof typeof PER_SECOND)[];
  const likely = units.find((name) => value < LATEST_SECONDS * PER_SECOND[name]) ?? 'nanoseconds';
  const tooLarge = value >= LATEST_SECONDS * PER_SECOND[unit];
  // A small count, as of made-up times 1, 2, 3, may be of any unit.
  const tooSmall = unit !== 'seconds' && value >= LARGE_COUNT && units.indexOf(likely) < units.indexOf(unit);
  return tooLarge || tooSmall ? likely : unit;
}

/** Seconds since 1970, NaN for what is no time. `Date.parse` would make 2024-02-30 the first of March. */
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
