import { type ReadLog, type ReadLogOptions, readJsonLinesLog as readLog } from '@ialp/core/log';
import { createDatasetError } from '../datasets/parsing/dataset-error.js';

/** Options of `readJsonLinesLog`. */
export type ReadJsonLinesOptions = Pick<ReadLogOptions, 'cut'>;

/**
 * Reads a log that `writeJsonLinesLog` wrote, or that anything else wrote in its form; fields that it does not know are skipped. It may be
 * gzipped.
 * @throws {DatasetError} if the file cannot be read, is no such log, or has a row that breaks the rules: a session out of order or
 *   after its end, a turn left out, an item that does not exist, an invalid propensity. It names the line.
 */
export async function readJsonLinesLog(path: string, options: ReadJsonLinesOptions = {}): Promise<ReadLog> {
  return readLog(path, { ...options, createError: createDatasetError });
}
