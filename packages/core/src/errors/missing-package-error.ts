import { IalpError } from './ialp-error.js';
import { type ErrorRecognizer, recognizerOf } from './recognizer.js';

/** An optional package that a feature needs is not installed. The message says how to install it. */
export class MissingPackageError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<MissingPackageError> =
    /* @__PURE__ */ recognizerOf('ialp.error.missing-package');
  override name = 'MissingPackageError';
  readonly packageName: string;

  constructor(packageName: string, feature: string, options?: ErrorOptions) {
    super(
      `${feature} needs the package ${packageName}, which is not installed. Run: npm install ${packageName}`,
      options,
    );
    this.packageName = packageName;
  }
}
