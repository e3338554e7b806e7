import { described, InvalidOptionError, MissingPackageError } from '@ialp/core';
import type { Ollama } from 'ollama';
import { checkTimeout } from '../../check-inputs.js';
import { LanguageModelError } from '../../errors.js';
import { explainCallError, explainStatus, type FailingServer } from '../http/failures.js';
import { fetchText } from '../http/fetch-text.js';
import { createRedactor, type Redactor } from '../http/secrets.js';
import { readAddress, type Server } from '../http/server.js';
import { withinTime } from '../retries/deadline.js';

const DEFAULT_HOST = 'http://127.0.0.1:11434';
/** Of hosts named without a protocol, as Ollama's own tools allow: `box`. */
const DEFAULT_PORT = '11434';

/** Where a server is, and how long it is waited for. */
export interface OllamaConnection {
  /** The model's name on the server, for example `llama3.2`. */
  readonly model: string;
  /** The server's address; may carry credentials, `https://user:password@host`. Default `http://127.0.0.1:11434`. */
  readonly host?: string;
  /** Time limit of a call in milliseconds. Default 120,000. Node's `fetch` itself stops at 300,000. */
  readonly timeoutMs?: number;
  /** Largest reply that is read, in bytes. Default 10,000,000; for embeddings 100,000,000. */
  readonly maxReplyBytes?: number;
}

/** Names of the options of an `OllamaConnection`. */
export const OLLAMA_CONNECTION_OPTIONS = ['model', 'host', 'timeoutMs', 'maxReplyBytes'] as const;

/** A server that can be called. */
export interface OllamaClient {
  /** The model as errors name it. */
  readonly name: string;
  readonly server: Server;
  /** Texts of the reply without the credentials. */
  readonly redact: Redactor;
  /** One call, within the time and until the signal; what goes wrong is put into words. `body` is the reply's text. */
  call<T>(signal: AbortSignal | undefined, ask: (client: Ollama, body: () => string) => Promise<T>): Promise<T>;
}

/** @throws {MissingPackageError} without the package `ollama`; {InvalidOptionError}. */
export async function connectOllama({
  model,
  host = DEFAULT_HOST,
  timeoutMs = 120_000,
  maxReplyBytes = 1e7,
}: OllamaConnection): Promise<OllamaClient> {
  if (typeof model !== 'string' || model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  checkTimeout(timeoutMs);
  if (!(maxReplyBytes >= 1)) throw new InvalidOptionError('maxReplyBytes', maxReplyBytes, 'bytes, at least 1');
  const server = readAddress(host, { option: 'host', example: DEFAULT_HOST, port: DEFAULT_PORT });
  if (server.query !== '')
    throw new InvalidOptionError('host', described('one with a query (not shown)'), 'an address without one');
  const name = `ollama ${model}`;
  const redact = createRedactor(server.secrets);
  const { Ollama } = await loadPackage(name);

  const late = (): LanguageModelError => {
    const message = `did not answer in time (${server.place}, ${timeoutMs} ms). Raise timeoutMs if the model takes longer`;
    return new LanguageModelError(name, message, { kind: 'timeout', isRetryable: true });
  };

  async function call<T>(
    signal: AbortSignal | undefined,
    ask: (client: Ollama, body: () => string) => Promise<T>,
  ): Promise<T> {
    let body = '';
    let parameters: string[] = [];
    const failing = (): FailingServer => ({
      name,
      place: server.place,
      redact: redact.error,
      parameters,
      advice: {
        key: 'Is the user and password in host right?',
        // A server that is no Ollama answers 404 as well, but without Ollama's words.
        notFound: (saysWhy) =>
          saysWhy ? `Is it on that server? Run: ollama pull ${model}` : 'Is that an Ollama server?',
        unreachable: 'Is Ollama running there? Start it with: ollama serve',
        parameter: (refused) =>
          `Leave it out with omitParameters: ['${refused}'], or #omit=${refused} at the end of the model's short name`,
      },
    });
    // The package passes no signal on, and reports what a server refuses on the console: both are seen to here.
    const send =
      (ended: AbortSignal): typeof fetch =>
      async (input, init) => {
        parameters = parametersOf(init?.body);
        const response = await fetchText(String(input), { ...init, signal: ended }, maxReplyBytes);
        const { status, headers } = response;
        body = response.text;
        if (status < 200 || status >= 300) {
          throw explainStatus(failing(), { status, body, retryAfter: headers.get('retry-after') });
        }
        // The client asks for no more of a reply than this, and its text has been read already.
        return { ok: true, json: async () => JSON.parse(body) } as Response;
      };
    try {
      return await withinTime(timeoutMs, signal, late, (ended) => {
        const client = new Ollama({ host: server.address, headers: { ...server.headers }, fetch: send(ended) });
        return ask(client, () => redact.error(body));
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LanguageModelError) throw error;
      if (error instanceof SyntaxError) {
        const message = `the server at ${server.place} answered with something that is no JSON`;
        throw new LanguageModelError(name, message, {
          kind: 'unusable reply',
          isRetryable: true,
          raw: redact.error(body),
        });
      }
      throw explainCallError(failing(), error);
    }
  }

  return { name, server, redact, call };
}

/** The names of a body's parameters, those in `options` among them. */
function parametersOf(body: unknown): string[] {
  const content = typeof body === 'string' ? JSON.parse(body) : {};
  return [...Object.keys(content), ...Object.keys(content.options ?? {})];
}

async function loadPackage(name: string): Promise<{ Ollama: typeof Ollama }> {
  try {
    return await import('ollama');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new MissingPackageError('ollama', 'An Ollama model', { cause: error });
    }
    throw new LanguageModelError(name, 'the package ollama could not be loaded', { cause: error });
  }
}
