import { IalpError } from './ialp-error.js';

/** An implementation broke a rule of its interface. The message says which, and what was found. */
export class ConformanceError extends IalpError {
  static override readonly marker: string = 'ialp.error.conformance';
  override name = 'ConformanceError';
}
