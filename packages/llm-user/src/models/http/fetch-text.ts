/** A reply, read to its end. */
export interface TextResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A reply is longer than was allowed. */
export class ReplyTooLongError extends Error {
  override name = 'ReplyTooLongError';
}

/** The connection broke, or what came could not be unpacked, after the reply had begun; the cause says which. */
export class BrokenReplyError extends Error {
  override name = 'BrokenReplyError';
  readonly status: number;
  /** What had come by then. */
  readonly text: string;

  constructor(status: number, text: string, options: ErrorOptions) {
    super('the reply broke off', options);
    this.status = status;
    this.text = text;
  }
}

/** A server points to another one. */
export class CrossOriginRedirectError extends Error {
  override name = 'CrossOriginRedirectError';
  /** Where it points to, without path and query. */
  readonly origin: string;
  readonly status: number;

  constructor(origin: string, status: number) {
    super(`redirects to ${origin}`);
    this.origin = origin;
    this.status = status;
  }
}

const REDIRECTS = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 5;

/**
 * `fetch`, with the reply's text read up to a limit. A redirect is followed within the server, with method and body as they
 * were; another origin is never followed: it would be sent the credentials, or at least the prompts.
 * @throws {ReplyTooLongError}, {BrokenReplyError}, {CrossOriginRedirectError}; and what `fetch` throws.
 */
export async function fetchText(url: string, init: RequestInit, maxBytes: number): Promise<TextResponse> {
  let address = new URL(url);
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(address, { ...init, redirect: 'manual' });
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null || redirects === MAX_REDIRECTS || !URL.canParse(location, address.href)) {
      return {
        status: response.status,
        headers: response.headers,
        text: await textOf(response, maxBytes, init.signal),
      };
    }
    await response.body?.cancel();
    const target = new URL(location, address.href);
    if (target.origin !== address.origin) throw new CrossOriginRedirectError(target.origin, response.status);
    address = target;
  }
}

/** The text, counted as it comes: a compressed reply may be far longer than what is sent. */
async function textOf(response: Response, maxBytes: number, signal: AbortSignal | null | undefined): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value, done } = await reader.read().catch((cause: unknown) => {
      // An aborted call has not broken.
      if (cause instanceof DOMException || signal?.aborted) throw cause;
      throw new BrokenReplyError(response.status, parts.join(''), { cause });
    });
    if (done) return parts.join('') + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new ReplyTooLongError(`more than ${maxBytes} bytes`);
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
}
