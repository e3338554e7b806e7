import { type ErrorRecognizer, recognizerOf } from './recognizer.js';

/**
 * Base class of all errors that the ialp packages throw on purpose. Recognise errors of a class by its `isInstance`.
 */
export class IalpError extends Error {
  static readonly isInstance: ErrorRecognizer<IalpError> = /* @__PURE__ */ recognizerOf('ialp.error');
  override name = 'IalpError';
}
