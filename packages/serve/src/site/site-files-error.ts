import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** The files of the pages are not where the build puts them. */
export class SiteFilesError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<SiteFilesError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.site-files');
  override name = 'SiteFilesError';

  constructor(places: readonly string[]) {
    super(`The pages were not found in ${places.join(' or ')}. Build the package: npm run build.`);
  }
}
