import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** The Web Crypto API is missing: browsers provide it only on pages from https or localhost. */
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
 * SHA-256 (FIPS 180-4), as 64 lower-case hexadecimal digits.
 * @throws {MissingCryptoError}
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) throw new MissingCryptoError();
  // `digest` refuses memory that is shared between threads.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
  const digest = new Uint8Array(await subtle.digest('SHA-256', own));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
