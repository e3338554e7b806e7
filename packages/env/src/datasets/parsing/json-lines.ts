import { type JsonFields, readJsonRows } from '@ialp/core/files';
import { createDatasetError } from './dataset-error.js';
import type { Place } from './fields.js';

export type { JsonFields } from '@ialp/core/files';

/**
 * Reads a file of JSON lines, one object a line, as a stream. The file may be gzipped. Empty lines are skipped. The place is reused for
 * the next line.
 * @param remedy what the user can do if the file is missing or damaged.
 * @throws {DatasetError} if the file cannot be read, is empty, or has a line that is not an object, is longer than 32 MiB, or has an
 *   integer beyond 2^53 - 1, which would be rounded. What `onObject` throws is passed on.
 */
export async function readJsonObjects(
  path: string,
  remedy: string,
  onObject: (fields: JsonFields, place: Place) => void,
): Promise<void> {
  const place = { file: path, line: 0, remedy };
  await readJsonRows(path, { remedy, cutRemedy: remedy, createError: createDatasetError }, (fields, line) => {
    place.line = line;
    onObject(fields, place);
  });
}
