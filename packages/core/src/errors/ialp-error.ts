import { type ErrorRecognizer, recognizerOf } from './recognizer.js';

/** The base of every error that an ialp package throws on purpose. Each class recognises its errors by `isInstance`. */
export class IalpError extends Error {
  static readonly isInstance: ErrorRecognizer<IalpError> = /* @__PURE__ */ recognizerOf('ialp.error');
  override name = 'IalpError';
}
