/** What the client needs of a response. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Null for an answer without a body. */
  readonly body: ResponseStream | null;
}

/** What the client needs of the stream of a response. */
interface ResponseStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(): Promise<void>;
  };
}

/** What the client passes to `fetch`. */
export interface ClientRequestInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly keepalive: boolean;
  readonly signal: AbortSignal;
}

/** The part of the global `fetch` that the client calls. */
export type ClientFetch = (url: string, init: ClientRequestInit) => Promise<ClientResponse>;

/** An answer of the server, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** What the header `Retry-After` says, in milliseconds; undefined if it is absent or invalid. */
  readonly retryAfterMs: number | undefined;
}

/** Longest body that is read, in bytes: no slate is as large. */
const MAX_BYTES = 4_000_000;

/**
 * Sends a request and reads its answer, within a time limit that also holds for a `fetch` that ignores its signal. Undefined if it ended.
 * @throws {Error} if the server cannot be reached, or its answer is too long.
 */
export async function exchange(
  fetch: ClientFetch,
  url: string,
  init: Omit<ClientRequestInit, 'signal'>,
  timeoutMs: number,
): Promise<Answer | undefined> {
  const controller = new AbortController();
  const answering = (async (): Promise<Answer> => {
    const response = await fetch(url, { ...init, signal: controller.signal });
    const text = await textOf(response);
    return { status: response.status, text, retryAfterMs: retryAfter(response.headers.get('Retry-After')) };
  })();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    return (await Promise.race([answering, late])) ?? undefined;
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

async function textOf(response: Pick<ClientResponse, 'body'>): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let bytes = 0; bytes <= MAX_BYTES; bytes += chunks.at(-1)!.length) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks).text();
    chunks.push(value as Uint8Array<ArrayBuffer>);
  }
  await reader.cancel();
  throw new Error('The answer is too long.');
}

/** Milliseconds from seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : 1_000 * seconds;
  return waitMs >= 0 ? waitMs : undefined;
}

/** Whether a request with this answer may succeed later. */
export function isTransient(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}
