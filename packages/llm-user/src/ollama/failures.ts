import { LanguageModelError } from '../errors.js';
import type { Server } from './server.js';

/** What came back of a call. */
export interface Exchange {
  readonly status: number;
  readonly body: string;
}

/** How a call went wrong that the server did not refuse. */
export interface FailureContext {
  readonly timedOut: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  /** What had come of the reply. */
  readonly body: string;
  readonly server: Server;
}

const LONGEST_QUOTE = 300;

/** A status other than 2xx, in words. Worth another try where the server is busy or broken, not where the request is wrong. */
export function explainRefusal(
  name: string,
  model: string,
  { status, body }: Exchange,
  server: Server,
): LanguageModelError {
  const said = server.redact(serverMessage(body) ?? '');
  const quote = said === '' ? '' : `: ${said.slice(0, LONGEST_QUOTE)}`;
  const raw = server.redact(body);
  if (status === 404) {
    const message =
      said === ''
        ? `${server.place} answered 404 and gave no reason. Is it an Ollama server?`
        : `${server.place} does not have the model${quote}. Run: ollama pull ${model}`;
    return new LanguageModelError(name, message, { raw });
  }
  const isRetryable = status === 408 || status === 429 || status >= 500;
  return new LanguageModelError(name, `${server.place} answered ${status}${quote}`, { isRetryable, raw });
}

/** An error of the call itself, in words. */
export function explainFailure(name: string, error: unknown, context: FailureContext): LanguageModelError {
  const { timedOut, timeout, body, server } = context;
  if (timedOut) {
    return new LanguageModelError(name, `no reply from ${server.place} within ${timeout} ms`, { isRetryable: true });
  }
  if (error instanceof SyntaxError) {
    const message = `the reply of ${server.place} is not whole: it is no JSON`;
    return new LanguageModelError(name, message, { isRetryable: true, raw: server.redact(body), cause: error });
  }
  const code = networkCode(error);
  const isRetryable = error instanceof TypeError && code !== 'ENOTFOUND';
  const reason = code ?? server.redact(error instanceof Error ? error.message : String(error));
  const hint = code === 'ECONNREFUSED' ? '. Is Ollama running? Start it with: ollama serve' : '';
  return new LanguageModelError(name, `no connection to ${server.place} (${reason})${hint}`, { isRetryable });
}

/** `fetch` says no more than `fetch failed`; what happened is in the cause. */
function networkCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

/** Ollama says why in `{ "error": "..." }`. */
function serverMessage(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null && 'error' in json && typeof json.error === 'string')
      return json.error;
  } catch {
    // A proxy's page rather than Ollama's words: nothing to quote.
  }
  return undefined;
}
