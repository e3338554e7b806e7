import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** There is no SHA-256 to be had: browsers have it on pages from https or localhost alone. */
export class MissingCryptoError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<MissingCryptoError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.missing-crypto',
  );
  override name = 'MissingCryptoError';

  constructor() {
    super('crypto.subtle: expected the Web Crypto API; found none. Serve the page from https or from localhost.');
  }
}

/**
 * SHA-256 (FIPS 180-4), in 64 small hexadecimal digits.
 * @throws {MissingCryptoError}
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) throw new MissingCryptoError();
  // It does not take memory that is shared with other threads.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', own));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
