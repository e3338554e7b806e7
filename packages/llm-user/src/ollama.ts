import type { ListResponse, Ollama } from 'ollama';
import { withinTime } from './deadline.js';
import { InvalidOptionError, LanguageModelError, MissingPackageError } from './errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from './language-model.js';
import { explainError, explainStatus } from './ollama/failures.js';
import { readHost } from './ollama/server.js';
import { retryAfterSeconds } from './retry-after.js';

/** Options of `createOllamaModel`. */
export interface OllamaOptions {
  /** The model's name on the server, for example `llama3.2`. */
  readonly model: string;
  /** The server's address; may carry credentials, `https://user:password@host`. Default `http://127.0.0.1:11434`. */
  readonly host?: string;
  /** Sampling temperature. Default 0. Even so, Ollama's structured output is not the same every time. */
  readonly temperature?: number;
  /** A call that takes longer fails. Milliseconds; default 120,000. Node's `fetch` itself gives up after 300,000. */
  readonly timeout?: number;
  /** The longest reply, in tokens; a longer one is an error. Small models may write without end. Default 1,024. */
  readonly maxTokens?: number;
  /** Tokens that the model keeps in view. Ollama cuts longer prompts without a word. Default: the server's. */
  readonly contextLength?: number;
}

/**
 * A generative model served by Ollama, through the optional package `ollama`; its answers are held to the schema. An
 * aborted call throws the signal's reason. No message names the credentials of the address.
 * @throws {MissingPackageError} where the package is not installed; {InvalidOptionError}.
 */
export async function createOllamaModel(options: OllamaOptions): Promise<LanguageModel> {
  const { model, temperature = 0, timeout = 120_000, maxTokens = 1024, contextLength } = options;
  if (model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  if (!(timeout > 0 && timeout < 2 ** 31)) {
    throw new InvalidOptionError('timeout', timeout, 'milliseconds, above 0 and below 2^31');
  }
  if (!(temperature >= 0)) throw new InvalidOptionError('temperature', temperature, 'a number of at least 0');
  if (contextLength !== undefined && !(Number.isSafeInteger(contextLength) && contextLength > 0)) {
    throw new InvalidOptionError('contextLength', contextLength, 'an integer of at least 1');
  }
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) {
    throw new InvalidOptionError('maxTokens', maxTokens, 'an integer of at least 1');
  }
  const server = readHost(options.host);
  const name = `ollama ${model}`;
  const { Ollama } = await loadPackage(name);

  const late = (): LanguageModelError => {
    const message = `did not answer in time (${server.place}, ${timeout} ms)`;
    return new LanguageModelError(name, message, { kind: 'timeout', isRetryable: true });
  };

  /** One call to the server, within the time and until the signal; what goes wrong is put into words. */
  async function call<T>(signal: AbortSignal | undefined, ask: (client: Ollama, body: () => string) => Promise<T>) {
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
        return new Response(body);
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

  function generate({ system, prompt, schema, seed, signal }: LanguageModelRequest): Promise<LanguageModelReply> {
    return call(signal, async (client, body) => {
      const reply = await client.chat({
        model,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: prompt },
        ],
        format: schema,
        stream: false,
        options: {
          seed,
          temperature,
          num_predict: maxTokens,
          ...(contextLength !== undefined && { num_ctx: contextLength }),
        },
      });
      const text = reply?.message?.content;
      if (typeof text !== 'string' || text === '') {
        const options = { kind: 'unusable reply', isRetryable: true, raw: body() } as const;
        throw new LanguageModelError(name, 'answered with nothing', options);
      }
      if (reply.done_reason === 'length') {
        const message = `was cut short, after ${maxTokens} tokens or at the end of its context; raise maxTokens or contextLength`;
        throw new LanguageModelError(name, message, { kind: 'unusable reply', raw: text });
      }
      const { prompt_eval_count: input, eval_count: output } = reply;
      return input === undefined || output === undefined ? { text } : { text, usage: { input, output } };
    });
  }

  let digest: Promise<string> | undefined;

  /** The server's digest of the weights, with the options that decide a reply; asked for once. */
  async function fingerprint({ signal }: { readonly signal?: AbortSignal } = {}): Promise<string> {
    digest ??= call(signal, async (client) => digestOf(await client.list(), model)).catch((error) => {
      digest = undefined;
      throw error;
    });
    return JSON.stringify({ ollama: model, digest: await digest, temperature, maxTokens, contextLength });
  }

  function digestOf({ models }: ListResponse, wanted: string): string {
    const tagged = wanted.includes(':') ? wanted : `${wanted}:latest`;
    const found = models?.find((each) => each.name === tagged);
    if (found !== undefined) return found.digest;
    const message = `is not on the server at ${server.place}. Run: ollama pull ${wanted}`;
    throw new LanguageModelError(name, message, { kind: 'status' });
  }

  return { name, fingerprint, generate };
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
