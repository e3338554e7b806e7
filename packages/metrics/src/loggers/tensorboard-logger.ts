import { join } from 'node:path';
import { checkPath, openToAppend } from './append-file.js';
import { scalarRecord, versionRecord } from './event-record.js';
import { checkStep, type LoggerOptions, type ScalarLogger } from './scalar-logger.js';

/**
 * Writes an event file that TensorBoard shows as scalars: `tensorboard --logdir <folder>`. Each logger writes its own
 * file; TensorBoard merges the files of a folder into one run. Non-finite numbers are written as they are.
 * @throws {InvalidOptionError} if the folder is invalid. File system errors are thrown unchanged.
 */
export function createTensorBoardLogger(folder: string, { now = Date.now }: LoggerOptions = {}): ScalarLogger {
  checkPath('folder', folder);
  const begun = now();
  // TensorBoard looks for `tfevents` in the name and orders files by name; processes must not share a file.
  const name = `events.out.tfevents.${String(Math.floor(begun / 1000)).padStart(10, '0')}.ialp.${process.pid}.${opened++}`;
  const file = openToAppend(join(folder, name));
  file.append(versionRecord(begun / 1000));
  return {
    log(step, values) {
      checkStep(step);
      file.append(scalarRecord(now() / 1000, step, values));
    },
    close: () => file.close(),
  };
}

/** Number of files that this process has opened. */
let opened = 0;
