import { type ReadLog, type ReadLogOptions, readJsonLinesLog as readLog } from '@ialp/core/log';
import { createDatasetError } from '../datasets/parsing/dataset-error.js';

/** Options of `readJsonLinesLog`. */
export type ReadJsonLinesOptions = Pick<ReadLogOptions, 'cut'>;

/**
 * Reads a log that `writeJsonLinesLog` or another program wrote in this format. Unknown fields are ignored. The file may be gzipped.
 * @throws {DatasetError} if the file cannot be read, is not a log, or has an invalid row: a session out of order or after its end, a
 *   missing turn, an item that does not exist, an invalid propensity. The error names the line.
 */
export async function readJsonLinesLog(path: string, options: ReadJsonLinesOptions = {}): Promise<ReadLog> {
  return readLog(path, { ...options, createError: createDatasetError });
}
