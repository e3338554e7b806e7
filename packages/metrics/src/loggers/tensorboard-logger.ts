import { join } from 'node:path';
import { checkPath, openToAppend } from './append-file.js';
import { scalarRecord, versionRecord } from './event-record.js';
import { checkStep, type LoggerOptions, type ScalarLogger } from './scalar-logger.js';

/**
 * Logs to an event file that TensorBoard shows as scalars: `tensorboard --logdir <folder>`. Each logger has a file of its own in the folder;
 * TensorBoard takes those of one folder as one run. What is not finite is written as it is.
 * @throws {InvalidOptionError} for what is no path; errors of the file system as they are.
 */
export function createTensorBoardLogger(folder: string, { now = Date.now }: LoggerOptions = {}): ScalarLogger {
  checkPath('folder', folder);
  const begun = now();
  // TensorBoard goes by `tfevents` in the name and by the order of names; processes must not share a file.
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

/** Files of this process so far. */
let opened = 0;
