import { LanguageModelError } from '../errors.js';
import type { Server } from '../http/server.js';

/** A call that went wrong. */
export interface FailedCall {
  /** The model as errors name it. */
  readonly name: string;
  /** The model as the server names it. */
  readonly model: string;
  readonly server: Server;
  /** What had come of the reply. */
  readonly body: string;
}

/** What the server says of a fault is quoted up to this many characters. */
const LONGEST_QUOTE = 200;

/**
 * A status other than 2xx. Trying again can help where the server is busy or broken, not where the request is wrong.
 * @param retryAfter seconds that the server asks to wait, where it does.
 */
export function explainStatus(
  status: number,
  { name, model, server, body }: FailedCall,
  retryAfter?: number,
): LanguageModelError {
  const raw = server.redact(body);
  const reason = server.redact(statedReason(body)).slice(0, LONGEST_QUOTE);
  const said = reason === '' ? '' : ` (${reason})`;
  // A server that is no Ollama answers 404 as well, but without Ollama's words.
  if (status === 404 && reason !== '') {
    return new LanguageModelError(name, `is not on the server at ${server.place}${said}. Run: ollama pull ${model}`, {
      kind: 'status',
      status,
      raw,
    });
  }
  const isRetryable = status >= 500 || status === 429 || status === 408;
  const hint = status === 404 ? '. Is that an Ollama server?' : '';
  const message = `the server at ${server.place} answered with status ${status}${said}${hint}`;
  return new LanguageModelError(name, message, {
    kind: 'status',
    isRetryable,
    raw,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** What the call itself threw. */
export function explainError(error: unknown, { name, server, body }: FailedCall): LanguageModelError {
  const at = server.place;
  if (error instanceof SyntaxError) {
    const options = { kind: 'unusable reply', isRetryable: true, raw: server.redact(body) } as const;
    return new LanguageModelError(name, `the server at ${at} answered with something that is no JSON`, options);
  }
  const code = networkCode(error);
  const why = code === undefined ? '' : ` (${code})`;
  return new LanguageModelError(
    name,
    `could not be reached at ${at}${why}. Is Ollama running there? Start it with: ollama serve`,
    {
      kind: 'unreachable',
      // A name that nobody has is a mistake in the address, not a fault of the moment.
      isRetryable: code !== 'ENOTFOUND',
      cause: error,
    },
  );
}

/** `fetch` says no more than `fetch failed`; what happened stands in the cause. */
function networkCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

/** Ollama says why in `{ "error": "..." }`; a proxy's page is not worth quoting. */
function statedReason(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null && 'error' in json && typeof json.error === 'string')
      return json.error;
  } catch {
    // No JSON: nothing that Ollama said.
  }
  return '';
}
