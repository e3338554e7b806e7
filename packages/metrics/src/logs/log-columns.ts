/** What a column of a log means, by its name. */
export type ColumnMeaning = 'number' | 'flag' | 'other';

const NUMBERS: ReadonlySet<string> = new Set([
  ...['reward', 'propensity', 'target', 'predicted', 'predictedTarget', 'turn', 'position'],
]);
const FLAGS: ReadonlySet<string> = new Set(['terminated', 'truncated']);
/** Columns whose numbers stand for something else, so that a rounded one would be another session or item. */
const IDS: ReadonlySet<string> = new Set(['session', 'trajectory', 'user', 'item']);
/** Other columns of measures: integers of any size may be rounded there. */
const MEASURES: ReadonlySet<string> = new Set(['time']);

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const WORDS: Readonly<Record<string, number>> = { true: 1, True: 1, TRUE: 1, false: 0, False: 0, FALSE: 0 };

/** What a column means. */
export function meaningOf(name: string): ColumnMeaning {
  return NUMBERS.has(name) ? 'number' : FLAGS.has(name) ? 'flag' : 'other';
}

/** Whether a column holds ids. */
export function isIdColumn(name: string): boolean {
  return IDS.has(name);
}

/** Whether integers beyond 2^53 - 1 in a column must be refused instead of rounded. */
export function isExactColumn(name: string): boolean {
  return meaningOf(name) === 'other' && !MEASURES.has(name);
}

/** The number that a text writes: a decimal number, or for a flag also true or false. NaN for every other text. */
export function parseNumber(text: string, isFlag = false): number {
  const trimmed = text.trim();
  if (isFlag && Object.hasOwn(WORDS, trimmed)) return WORDS[trimmed];
  return DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
}
