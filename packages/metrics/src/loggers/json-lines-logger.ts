import { checkPath, openToAppend } from './append-file.js';
import { checkStep, type LoggerOptions, type ScalarLogger } from './scalar-logger.js';

/**
 * Logs to a file of JSON lines, `{"step":100,"time":1700000000000,"reward":7.2}`, after what it holds already. What is not finite is null,
 * since JSON has no other word for it.
 * @throws {InvalidOptionError} for what is no path; errors of the file system as they are.
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
