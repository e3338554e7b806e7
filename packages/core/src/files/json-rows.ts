import { checkObject } from '../checks/options.js';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { faultOf } from './file-fault.js';
import { isList, type JsonFields, type JsonRowOptions, parseJsonRow } from './json-row.js';
import { type LineOptions, readLines } from './lines.js';

/** Options of `readJsonRows`. */
export interface JsonRowsOptions extends LineOptions, JsonRowOptions {
  /**
   * What to do with an incomplete last line or gzip file, left by a process that was killed while writing:
   * `refuse` the file, or `drop` the line. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
  /** Sentence in the error message that says how to read an incomplete file. Default: names the option `cut`. */
  readonly cutRemedy?: string;
}

/** The result of `readJsonRows`. */
export interface JsonRowsSummary {
  readonly rows: number;
  /** Number of the incomplete line. It was dropped, or is missing if a gzip file ends after the line before it. */
  readonly dropped?: number;
}

/** Called with each row and the number of its line, from 1. */
export type OnJsonRow = (fields: JsonFields, line: number) => void;

/** Default remedy for an incomplete last line. */
export const CUT_REMEDY = "Read the complete lines with the option cut: 'drop'.";

/**
 * Reads a file of JSON lines: lines as by `readLines`, objects as by `parseJsonRow`. Empty lines are skipped.
 * @throws {FileError} that names the line, if the file cannot be read, has no rows, or has an invalid line. Errors of
 *   `onRow` are passed on.
 * @throws {InvalidOptionError} if `options` is not an object or `onRow` not a function.
 */
export async function readJsonRows(path: string, options: JsonRowsOptions, onRow: OnJsonRow): Promise<JsonRowsSummary> {
  checkObject('options', options, 'an object, such as {}: readJsonRows(path, options, onRow)');
  if (typeof onRow !== 'function') {
    throw new InvalidOptionError('onRow', onRow, 'a function: readJsonRows(path, options, onRow)');
  }
  const { cut = 'refuse', cutRemedy = CUT_REMEDY } = options;
  let rows = 0;
  let dropped: number | undefined;
  let last = 0;
  let isCut = false;
  // Called before the last line, which has no line end.
  const onCut = (): void => {
    isCut = true;
    options.onCut?.();
  };
  for await (const { lines, first, open } of readLines(path, { ...options, onCut })) {
    last = first + lines.length - 1;
    for (let k = 0; k < lines.length; k++) {
      if (lines[k].trim() === '') continue;
      const line = first + k;
      const parsed = parseJsonRow(lines[k], options);
      if ('fields' in parsed) {
        rows++;
        onRow(parsed.fields, line);
      } else if (!open || isWhole(lines[k])) throw faultOf(path, { line, ...parsed.fault }, options);
      else if (cut === 'drop') dropped = line;
      else {
        const found = `${parsed.fault.found}, without a line end: the file is incomplete`;
        throw faultOf(path, { line, expected: parsed.fault.expected, found, remedy: cutRemedy }, options);
      }
    }
  }
  if (isCut) dropped ??= last + 1;
  if (rows === 0) throw faultOf(path, { expected: 'one JSON object per line', found: 'none' }, options);
  return { rows, ...(dropped !== undefined && { dropped }) };
}

/** Whether a line without a line end is complete JSON or a list, that is, not a truncated row. */
function isWhole(line: string): boolean {
  if (isList(line)) return true;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
