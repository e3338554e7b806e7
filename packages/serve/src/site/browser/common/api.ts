import { storedToken, storeToken } from './token.js';
import { askForToken } from './token-form.js';

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** An answer other than success, or none. */
export class ApiError extends Error {
  /** Status of the answer; 0 if there was none. */
  readonly status: number;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Calls a route of the server's API. If it takes a token, asks for one, which is stored until the tab is closed.
 * @param body sent as JSON.
 * @throws {ApiError}
 */
export async function callApi<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  for (;;) {
    const token = storedToken();
    try {
      return (await send(method, path, body, token)) as Answer;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
      // Without tokens, a 403 says that the request comes from elsewhere: no token helps.
      if (error.status === 403 && token === undefined) throw error;
      // Another call has got a token in the meantime.
      if (storedToken() !== token) continue;
      const given = await askForToken(refusal(error.status, token !== undefined));
      if (given === undefined) throw error;
      storeToken(given);
    }
  }
}

function refusal(status: number, hadToken: boolean): string {
  if (status === 403) return 'The token that you gave does not allow what this page does.';
  return hadToken ? 'The server does not know this token.' : 'This server asks for a token.';
}

async function send(method: string, path: string, body: unknown, token: string | undefined): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw new ApiError(0, error instanceof Error ? error.message : String(error));
  }
  const answer = parsed(text);
  if (response.ok) return answer;
  const seconds = Number(response.headers.get('Retry-After'));
  throw new ApiError(response.status, messageOf(answer), seconds > 0 ? seconds * 1_000 : undefined);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // A proxy in between may answer with a page.
    return undefined;
  }
}

function messageOf(answer: unknown): string {
  const { error } = (answer ?? {}) as { readonly error?: { readonly message?: unknown } };
  return typeof error?.message === 'string' ? error.message : '';
}
