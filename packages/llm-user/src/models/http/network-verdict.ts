/** What a network's failure means for a call. */
export interface NetworkVerdict {
  readonly isRetryable: boolean;
  /** Whether no call of this run can succeed. */
  readonly isFatal: boolean;
  readonly isTimeout?: boolean;
  /** What to do, where it is not the usual. */
  readonly advice?: string;
}

/** Nobody listens there, or no way leads there: a server that is starting, or a wrong address. */
const NOBODY = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const NOT_AN_ADDRESS = new Set(['ENOTFOUND', 'ERR_INVALID_URL', 'ERR_INVALID_ARG_VALUE', 'UND_ERR_INVALID_ARG']);
const CERTIFICATE =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|EPROTO$)/;

/** Whether a code says that nobody listens. */
export function isNobodyListening(code: string | undefined): boolean {
  return code !== undefined && NOBODY.has(code);
}

/** @param code as Node names it: `ECONNRESET`; `undefined` if the error has no code. */
export function networkVerdict(code: string | undefined): NetworkVerdict {
  if (code === undefined) return { isRetryable: true, isFatal: false };
  // A name that nobody has is a mistake in the address, not a fault of the moment.
  if (NOT_AN_ADDRESS.has(code))
    return { isRetryable: false, isFatal: true, advice: 'Nobody has that address. Is it spelt right?' };
  if (CERTIFICATE.test(code)) {
    const advice =
      'The secure connection could not be made. Does the server speak https there, and is its certificate valid? One of your own is trusted with NODE_EXTRA_CA_CERTS=<file>';
    return { isRetryable: false, isFatal: true, advice };
  }
  const isTimeout = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  return { isRetryable: true, isFatal: false, ...(isTimeout && { isTimeout }) };
}

/** The code of a network's failure: `fetch` says no more than `fetch failed`; what happened stands in the cause. */
export function networkCode(error: unknown, depth = 4): string | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Of several addresses of a name, each with its own failure, the last was tried last.
  if (error instanceof AggregateError) return networkCode(error.errors.at(-1), depth - 1);
  return 'cause' in error ? networkCode(error.cause, depth - 1) : undefined;
}
