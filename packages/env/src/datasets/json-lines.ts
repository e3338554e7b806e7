import { DatasetError } from '../errors.js';
import type { Place } from './fields.js';
import { streamLines } from './line-stream.js';

/** The fields of a JSON object. */
export type JsonFields = Readonly<Record<string, unknown>>;

/**
 * Reads a file of JSON lines, an object a line, piece by piece. It may be gzipped. Empty lines are passed over. The place is
 * used again for the next line.
 * @param remedy What the user can do if the file is missing or damaged.
 * @throws {DatasetError} where the file cannot be read, is empty or has a line that is no object. What `onObject` throws is
 *   passed on.
 */
export async function readJsonObjects(
  path: string,
  remedy: string,
  onObject: (fields: JsonFields, place: Place) => void,
): Promise<void> {
  const place = { file: path, line: 0, remedy };
  for await (const { lines, first, open } of streamLines(path, 'utf-8', remedy)) {
    for (let k = 0; k < lines.length; k++) {
      if (lines[k].trim() === '') continue;
      place.line = first + k;
      onObject(parse(lines[k], place, open), place);
    }
  }
  if (place.line === 0)
    throw new DatasetError({ file: path, expected: 'objects in JSON, one a line', found: 'none', remedy });
}

function parse(line: string, place: Place, open: boolean): JsonFields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const pythonic = /^\{\s*u?'/.test(line) ? 'a Python dictionary, which is not JSON' : 'text that is not JSON';
    const found = open ? `${pythonic}, and no line end behind it: the file may have been cut short` : pythonic;
    throw new DatasetError({ ...place, expected: 'an object in JSON', found }, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonFields;
  throw new DatasetError({
    ...place,
    expected: 'an object in JSON',
    found: Array.isArray(value) ? 'a list' : String(value),
  });
}
