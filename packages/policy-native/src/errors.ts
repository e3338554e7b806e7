import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** The add-on is not there for this platform, or does not load. */
export class NativeAddonError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<NativeAddonError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy-native.error.addon',
  );
  override name = 'NativeAddonError';
}
