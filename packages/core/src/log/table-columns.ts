/** Meaning of a column of a log, by its name. */
export type ColumnMeaning = 'number' | 'flag' | 'time' | 'other';

const NUMBERS: ReadonlySet<string> = new Set([
  ...['reward', 'propensity', 'target', 'qHat', 'vHat', 'turn', 'position', 'step'],
]);
const FLAGS: ReadonlySet<string> = new Set(['terminated', 'truncated']);
/** Columns of ids: a rounded number would be another session or item. */
const IDS: ReadonlySet<string> = new Set(['session', 'trajectory', 'user', 'item']);
/** Columns of times: numbers of any unit, or dates. */
const TIMES: ReadonlySet<string> = new Set(['time', 'timestamp']);

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** ISO 8601, in the extended form: a date, or a date with a time and a zone. */
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})([.,]\d+)?)? ?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const WORDS: Readonly<Record<string, number>> = { true: 1, True: 1, TRUE: 1, false: 0, False: 0, FALSE: 0 };

/** The meaning of a column. */
export function meaningOf(name: string): ColumnMeaning {
  if (NUMBERS.has(name)) return 'number';
  if (FLAGS.has(name)) return 'flag';
  return TIMES.has(name) ? 'time' : 'other';
}

/** Whether a column holds ids. */
export function isIdColumn(name: string): boolean {
  return IDS.has(name);
}

/** Whether integers beyond 2^53 - 1 in a column are errors instead of being rounded. */
export function isExactColumn(name: string): boolean {
  return meaningOf(name) === 'other';
}

/** Parses a decimal number, or for a flag also true or false. NaN for other strings. */
export function parseNumber(text: string, isFlag = false): number {
  const trimmed = text.trim();
  if (isFlag && Object.hasOwn(WORDS, trimmed)) return WORDS[trimmed];
  return DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** A parsed time, or why it is invalid. */
export type ParsedTime =
  | { readonly kind: 'number' | 'date'; readonly value: number }
  | { readonly kind: 'no zone' | 'no time' };

/**
 * Parses a decimal number, or an ISO 8601 date: `2026-05-01` (midnight UTC), or `2026-05-01T12:00:00Z` with `Z` or an offset such
 * as `+02:00`. A date is in milliseconds since 1970, with the fractions of its seconds.
 */
export function parseTime(text: string): ParsedTime {
  const number = parseNumber(text);
  if (Number.isFinite(number)) return { kind: 'number', value: number };
  const parts = DATE.exec(text.trim());
  if (parts === null) return { kind: 'no time' };
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const [fraction, zone] = parts.slice(7);
  const date = new Date(0);
  // The constructor interprets years before 100 as years of the 20th century.
  date.setUTCFullYear(year as number, (month as number) - 1, day as number);
  const isReal = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59) return { kind: 'no time' };
  if (parts[4] !== undefined && zone === undefined) return { kind: 'no zone' };
  const offset = offsetOf(zone);
  if (offset === undefined) return { kind: 'no time' };
  const milliseconds = fraction === undefined ? 0 : 1000 * Number(fraction.replace(',', '.'));
  return { kind: 'date', value: date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds };
}

/** Minutes east of UTC; undefined for a zone that does not exist. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))];
  if (hours > 14 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (60 * hours + minutes);
}
