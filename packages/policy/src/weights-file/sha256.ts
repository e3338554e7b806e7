import { PolicyError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const MISSING_CRYPTO_ERROR: unique symbol = Symbol.for('ialp.policy.error.MissingCryptoError') as never;

/** There is no SHA-256 to be had: browsers have it on pages from https or localhost alone. */
export class MissingCryptoError extends PolicyError {
  override name = 'MissingCryptoError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is MissingCryptoError {
    return hasMarker(value, MISSING_CRYPTO_ERROR);
  }

  /** @internal */
  get [MISSING_CRYPTO_ERROR](): true {
    return true;
  }

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
