import { IalpError } from './ialp-error.js';
import { type ErrorRecognizer, recognizerOf } from './recognizer.js';
import { show } from './show.js';

/** Words for what was found, where the value itself would say little. */
class Description {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What was found, in words that the message does not quote: `described('1 row')`. Pass it as `found`. */
export function described(text: string): object {
  return new Description(text);
}

/** A number with its noun: `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** An option or an argument is missing, of the wrong type or out of range. */
export class InvalidOptionError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<InvalidOptionError> =
    /* @__PURE__ */ recognizerOf('ialp.error.invalid-option');
  override name = 'InvalidOptionError';
  /** Name of the option, as in the caller's code. */
  readonly option: string;

  /**
   * @param found the value that was passed, or `described(words)`.
   * @param expected what was expected, and how to obtain it; continues the message after "expected".
   */
  constructor(option: string, found: unknown, expected: string) {
    super(`${option}: expected ${expected}; found ${describe(found)}.`);
    this.option = option;
  }
}

/** A value as text for a message. Functions and the fields of objects are not shown: they may contain an API key. */
function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return show(value);
  if (value instanceof Description) return value.text;
  if ('then' in value) return 'a promise: await it';
  if (!Array.isArray(value)) return 'an object';
  const isPlain = value.every((each) => each === null || !['object', 'function'].includes(typeof each));
  return isPlain ? show(value) : 'a list';
}
