import { withinTime } from '../deadline.js';
import { InvalidOptionError, LanguageModelError } from '../errors.js';
import { retryAfterSeconds } from '../http/retry-after.js';
import type { Server } from '../http/server.js';
import { Endpoints, isServerDown } from './endpoints.js';

/** How a server that speaks the OpenAI API is called. */
export interface OpenAiConnection {
  /** One address or more of the same model, each to the end of its path: `http://127.0.0.1:8080/v1`. Calls are spread evenly. */
  readonly baseUrls: string | readonly string[];
  /** Sent as a bearer token; never printed. */
  readonly apiKey?: string;
  /** Sent with each call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A call that takes longer fails. Milliseconds; default 120,000. Node's `fetch` itself gives up after 300,000. */
  readonly timeout?: number;
  /** Seconds after which a server that was down is tried again. Default 30. */
  readonly retryDeadAfter?: number;
}

/** What the server says of a fault is quoted up to this many characters. */
const LONGEST_QUOTE = 200;

/** Posts JSON and gives the body of the reply, from any of the servers. */
export type Post = (path: string, content: unknown, signal?: AbortSignal) => Promise<string>;

/**
 * Checks the options and makes the function that calls.
 * @param name the model as errors name it.
 * @throws {InvalidOptionError}
 */
export function connectOpenAi(name: string, options: OpenAiConnection): Post {
  const { baseUrls, apiKey, headers = {}, timeout = 120_000, retryDeadAfter = 30 } = options;
  if (!(timeout > 0 && timeout < 2 ** 31)) {
    throw new InvalidOptionError('timeout', timeout, 'milliseconds, above 0 and below 2^31');
  }
  if (!(retryDeadAfter >= 0)) throw new InvalidOptionError('retryDeadAfter', retryDeadAfter, 'seconds, at least 0');
  const endpoints = new Endpoints(typeof baseUrls === 'string' ? [baseUrls] : baseUrls, retryDeadAfter, () =>
    performance.now(),
  );
  const secrets = [apiKey, ...Object.values(headers)].filter((secret) => secret !== undefined && secret.length > 5);
  const redact = (server: Server, text: string): string =>
    secrets.reduce((redacted: string, secret) => redacted.replaceAll(secret!, '***'), server.redact(text));

  async function send(server: Server, path: string, content: unknown, ended: AbortSignal): Promise<string> {
    const response = await fetch(`${server.address}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...server.headers,
        ...headers,
      },
      body: JSON.stringify(content),
      signal: ended,
    });
    const body = redact(server, await response.text());
    if (response.ok) return body;
    throw explainStatus(name, server, response.status, body, response.headers.get('retry-after'));
  }

  return (path, content, signal) =>
    endpoints.run(async (server) => {
      const late = (): LanguageModelError => {
        const message = `did not answer in time (${server.place}, ${timeout} ms)`;
        return new LanguageModelError(name, message, { kind: 'timeout', isRetryable: true });
      };
      try {
        return await withinTime(timeout, signal, late, (ended) => send(server, path, content, ended));
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof LanguageModelError) throw error;
        throw explainError(name, server, error);
      }
    }, isServerDown);
}

function explainStatus(name: string, { place, address }: Server, status: number, body: string, wait: string | null) {
  const reason = statedReason(body).slice(0, LONGEST_QUOTE);
  const said = reason === '' ? '' : ` (${reason})`;
  const retryAfter = retryAfterSeconds(wait, Date.now());
  const isRetryable = status >= 500 || status === 429 || status === 408;
  return new LanguageModelError(
    name,
    `the server at ${place} answered with status ${status}${said}${hintFor(status, address)}`,
    {
      kind: 'status',
      status,
      isRetryable,
      raw: body,
      ...(retryAfter !== undefined && { retryAfter }),
    },
  );
}

function hintFor(status: number, address: string): string {
  if (status === 401 || status === 403) return '. Is apiKey right?';
  if (status === 404)
    return `. Is the model's name right, and is ${address} where the API begins? It often ends in /v1`;
  return '';
}

function explainError(name: string, { place }: Server, error: unknown): LanguageModelError {
  // `fetch` says no more than `fetch failed`; what happened stands in the cause.
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const why = code === undefined ? '' : ` (${code})`;
  return new LanguageModelError(name, `could not be reached at ${place}${why}. Is the server running there?`, {
    kind: 'unreachable',
    // A name that nobody has is a mistake in the address, not a fault of the moment.
    isRetryable: code !== 'ENOTFOUND',
    cause: error,
  });
}

/** Servers say why in `{ "error": { "message": "..." } }`, some in `{ "error": "..." }`; a proxy's page is not worth quoting. */
function statedReason(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    if (typeof error === 'string') return error;
    const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}
