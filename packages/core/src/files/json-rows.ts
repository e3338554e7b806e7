import { faultOf } from './file-fault.js';
import { isList, type JsonFields, type JsonRowOptions, parseJsonRow } from './json-row.js';
import { type LineOptions, readLines } from './lines.js';

/** Options of `readJsonRows`. */
export interface JsonRowsOptions extends LineOptions, JsonRowOptions {
  /**
   * What to do with a last line that was cut short, as a process leaves it that was killed while it wrote: `refuse` the file, or
   * `drop` the line. The same for a gzip file that was cut short. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
  /** How the caller names the way to `cut: 'drop'`, for the message: a sentence. Default: the option's own name. */
  readonly cutRemedy?: string;
}

/** What was read. */
export interface JsonRowsSummary {
  readonly rows: number;
  /**
   * The number of the line at which the file was cut short: it was dropped, or is missing where a gzip file was cut at the end of
   * the line before it.
   */
  readonly dropped?: number;
}

/** Receives a row and the number of its line, from 1. */
export type OnJsonRow = (fields: JsonFields, line: number) => void;

/** What an error says of a last line that was cut short. */
export const CUT_REMEDY = "Read the rest with the option cut: 'drop'.";

/**
 * Reads a file of JSON lines, an object a line, as `readLines` reads lines and `parseJsonRow` objects. Empty lines are skipped.
 * @throws {FileError} if the file cannot be read, has no row, or has a line that is not such an object; it names the line. What
 *   `onRow` throws is passed on.
 */
export async function readJsonRows(path: string, options: JsonRowsOptions, onRow: OnJsonRow): Promise<JsonRowsSummary> {
  const { cut = 'refuse', cutRemedy = CUT_REMEDY } = options;
  let rows = 0;
  let dropped: number | undefined;
  let last = 0;
  let isCut = false;
  // It comes before the last line, which had no end.
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
        const found = `${parsed.fault.found}, without a line end: the file was cut short`;
        throw faultOf(path, { line, expected: parsed.fault.expected, found, remedy: cutRemedy }, options);
      }
    }
  }
  if (isCut) dropped ??= last + 1;
  if (rows === 0) throw faultOf(path, { expected: 'objects in JSON, one a line', found: 'none' }, options);
  return { rows, ...(dropped !== undefined && { dropped }) };
}

/** Whether a line without its end is JSON or a list, if not an object: it is no row that was cut short. */
function isWhole(line: string): boolean {
  if (isList(line)) return true;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
