import type { Ollama } from 'ollama';
import { withinTime } from '../deadline.js';
import { InvalidOptionError, LanguageModelError, MissingPackageError } from '../errors.js';
import { retryAfterSeconds } from '../http/retry-after.js';
import { readAddress, type Server } from '../http/server.js';
import { explainError, explainStatus } from './failures.js';

const DEFAULT_HOST = 'http://127.0.0.1:11434';
/** Of hosts named without a protocol, as Ollama's own tools allow: `box`. */
const DEFAULT_PORT = '11434';

/** Where a server is, and how long it is waited for. */
export interface OllamaConnection {
  /** The model's name on the server, for example `llama3.2`. */
  readonly model: string;
  /** The server's address; may carry credentials, `https://user:password@host`. Default `http://127.0.0.1:11434`. */
  readonly host?: string;
  /** A call that takes longer fails. Milliseconds; default 120,000. Node's `fetch` itself gives up after 300,000. */
  readonly timeout?: number;
}

/** A server that can be called. */
export interface OllamaClient {
  /** The model as errors name it. */
  readonly name: string;
  readonly server: Server;
  /** One call, within the time and until the signal; what goes wrong is put into words. `body` is the reply's text. */
  call<T>(signal: AbortSignal | undefined, ask: (client: Ollama, body: () => string) => Promise<T>): Promise<T>;
}

/** @throws {MissingPackageError} without the package `ollama`; {InvalidOptionError}. */
export async function connectOllama({
  model,
  host = DEFAULT_HOST,
  timeout = 120_000,
}: OllamaConnection): Promise<OllamaClient> {
  if (model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  if (!(timeout > 0 && timeout < 2 ** 31)) {
    throw new InvalidOptionError('timeout', timeout, 'milliseconds, above 0 and below 2^31');
  }
  const server = readAddress(host, { option: 'host', example: DEFAULT_HOST, port: DEFAULT_PORT });
  const name = `ollama ${model}`;
  const { Ollama } = await loadPackage(name);

  const late = (): LanguageModelError => {
    const message = `did not answer in time (${server.place}, ${timeout} ms)`;
    return new LanguageModelError(name, message, { kind: 'timeout', isRetryable: true });
  };

  async function call<T>(
    signal: AbortSignal | undefined,
    ask: (client: Ollama, body: () => string) => Promise<T>,
  ): Promise<T> {
    let body = '';
    // The package passes no signal on, and reports what a server refuses on the console: both are seen to here.
    const send =
      (ended: AbortSignal): typeof fetch =>
      async (input, init) => {
        const response = await fetch(input, { ...init, signal: ended });
        body = await response.text();
        if (!response.ok) {
          const retryAfter = retryAfterSeconds(response.headers.get('retry-after'), Date.now());
          throw explainStatus(response.status, { name, model, server, body }, retryAfter);
        }
        // The client asks for no more of a reply than this, and its text has been read already.
        return { ok: true, json: async () => JSON.parse(body) } as Response;
      };
    try {
      return await withinTime(timeout, signal, late, (ended) => {
        const client = new Ollama({ host: server.address, headers: { ...server.headers }, fetch: send(ended) });
        return ask(client, () => server.redact(body));
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LanguageModelError) throw error;
      throw explainError(error, { name, model, server, body });
    }
  }

  return { name, server, call };
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
