import { show } from '../errors/show.js';

/** The fields of a JSON object. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** Options of `parseJsonRow`. */
export interface JsonRowOptions {
  /**
   * Whether the integers of a field must be exact, such as those of ids. An integer beyond 2^53 - 1 is then an error,
   * because it would be rounded and could equal another id. Default: all fields.
   */
  readonly isExact?: (field: string) => boolean;
}

/** Why a row is invalid. */
export interface JsonRowFault {
  readonly found: string;
  readonly expected: string;
  readonly remedy?: string;
}

/** A list, probably the whole file. It is not parsed, which would take seconds for a large one. */
const LIST: JsonRowFault = {
  expected: 'one JSON object per line',
  found: 'a list',
  remedy: "JSON lines are not enclosed in a list. Convert the file: jq -c '.[]' file.json > file.jsonl",
};
/** Digits that only an integer beyond 2^53 - 1 can have, or an exponent that only an infinite number can have. */
const SUSPECT = /\d{16}|[eE]\+?\d{3}/;
const NUMBER = /-?\d[\d.eE+-]*/y;

/**
 * Parses a line of JSON lines. Stricter than `JSON.parse`: rounded integers, numbers that become infinite, and repeated
 * fields are errors.
 * @returns the fields of the object, or why the line is invalid.
 */
export function parseJsonRow(
  line: string,
  { isExact = () => true }: JsonRowOptions = {},
): { readonly fields: JsonFields } | { readonly fault: JsonRowFault } {
  if (isList(line)) return { fault: LIST };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: notJson(line) };
  }
  if (typeof value !== 'object' || value === null) return { fault: { expected: LIST.expected, found: show(value) } };
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields).length;
  if (!SUSPECT.test(line) && colonsIn(line) === names) return { fields };
  const fault = faultOfSource(line, names, isExact);
  return fault === undefined ? { fields } : { fault };
}

/** Whether a line starts like a list. */
export function isList(line: string): boolean {
  return /^\s*\[/.test(line);
}

function colonsIn(line: string): number {
  let count = 0;
  for (let at = line.indexOf(':'); at >= 0; at = line.indexOf(':', at + 1)) count++;
  return count;
}

/** Searches the text of a valid object for what `JSON.parse` loses. */
function faultOfSource(line: string, names: number, isExact: (field: string) => boolean): JsonRowFault | undefined {
  let depth = 0;
  let fields = 0;
  let text = '';
  let field = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line[at];
    if (letter === '"') {
      const end = endOfString(line, at);
      if (depth === 1) text = line.slice(at, end + 1);
      at = end;
    } else if (letter === '{' || letter === '[') depth++;
    else if (letter === '}' || letter === ']') depth--;
    else if (letter === ':' && depth === 1) {
      fields++;
      field = JSON.parse(text);
    } else if (letter === '-' || (letter >= '0' && letter <= '9')) {
      NUMBER.lastIndex = at;
      const [number] = NUMBER.exec(line) as unknown as [string];
      const fault = faultOfNumber(number, field, isExact);
      if (fault !== undefined) return fault;
      at += number.length - 1;
    }
  }
  if (fields === names) return undefined;
  return { found: `a repeated field in ${show(line)}`, expected: 'unique fields' };
}

function faultOfNumber(text: string, field: string, isExact: (field: string) => boolean): JsonRowFault | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) {
    return { found: `${show(text).replaceAll('"', '')} as ${show(field)}`, expected: 'a double-precision number' };
  }
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !isExact(field)) return undefined;
  // A number with an exponent or a fraction is a measurement, not an id.
  if (/[.eE]/.test(text)) return undefined;
  return {
    found: `${text.slice(0, 40)} as ${show(field)}, which JSON readers round to ${value}`,
    expected: `integers of at most ${Number.MAX_SAFE_INTEGER}`,
    remedy: `Write such ids as text: "${text.slice(0, 40)}".`,
  };
}

/** Index of the closing quote of the string that starts at `start`, in valid JSON. */
function endOfString(line: string, start: number): number {
  for (let end = line.indexOf('"', start + 1); ; end = line.indexOf('"', end + 1)) {
    let slashes = 0;
    while (line[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
}

function notJson(line: string): JsonRowFault {
  const expected = 'a JSON object';
  if (/^\s*\{\s*u?'/.test(line)) return { expected, found: 'a Python dictionary, which is not JSON' };
  const word = /[:[,]\s*(-?(?:NaN|Infinity))\b/.exec(line)?.[1];
  if (word !== undefined) {
    return {
      expected,
      found: `${word}, which JSON does not have, in ${show(line)}`,
      remedy: 'Remove the row, or write null.',
    };
  }
  return { expected, found: `text that is not JSON: ${show(line)}` };
}
