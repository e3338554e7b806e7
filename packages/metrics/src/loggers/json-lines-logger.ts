import { checkPath, openToAppend } from './append-file.js';
import { checkStep, type LoggerOptions, type ScalarLogger } from './scalar-logger.js';

/**
 * Appends JSON lines to a file: `{"step":100,"time":1700000000000,"reward":7.2}`. Non-finite numbers are written as
 * null.
 * @throws {InvalidOptionError} if the path is invalid. File system errors are thrown unchanged.
 */
export function createJsonLinesLogger(path: string, { now = Date.now }: LoggerOptions = {}): ScalarLogger {
  checkPath('path', path);
  const file = openToAppend(path);
  return {
    log(step, values) {
      checkStep(step);
      file.append(new TextEncoder().encode(`${JSON.stringify({ step, time: now(), ...values })}\n`));
    },
    close: () => file.close(),
  };
}
