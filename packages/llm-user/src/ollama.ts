import type { Ollama } from 'ollama';
import { InvalidOptionError, LanguageModelError, MissingPackageError } from './errors.js';
import type { LanguageModel, LanguageModelRequest } from './language-model.js';

/** Options of `createOllamaModel`. */
export interface OllamaOptions {
  /** The model's name on the server, for example `llama3.2`. */
  readonly model: string;
  /** The server's address. Default `http://127.0.0.1:11434`. */
  readonly host?: string;
  /** Sampling temperature. Default 0. Even so, Ollama's structured output is not the same every time. */
  readonly temperature?: number;
  /** A call that takes longer fails. Milliseconds; default 120,000. */
  readonly timeout?: number;
}

const DEFAULT_HOST = 'http://127.0.0.1:11434';

/**
 * A generative model served by Ollama, through the optional package `ollama`; its answers are held to the schema.
 * @throws {MissingPackageError} where the package is not installed; {InvalidOptionError}.
 */
export async function createOllamaModel(options: OllamaOptions): Promise<LanguageModel> {
  const { model, host = DEFAULT_HOST, temperature = 0, timeout = 120_000 } = options;
  if (model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  if (!URL.canParse(host)) throw new InvalidOptionError('host', host, `an address such as ${DEFAULT_HOST}`);
  if (!(timeout > 0)) throw new InvalidOptionError('timeout', timeout, 'milliseconds, above 0');
  const { Ollama } = await loadPackage();
  const name = `ollama ${model}`;

  async function generate({ system, prompt, schema, seed, signal }: LanguageModelRequest): Promise<{ text: string }> {
    signal?.throwIfAborted();
    // A client of its own for each call: the package aborts all calls of a client at once.
    const deadline = AbortSignal.timeout(timeout);
    const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const client = new Ollama({ host, fetch: (input, init) => fetch(input, { ...init, signal: ended }) });
    try {
      const { message } = await client.chat({
        model,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: prompt },
        ],
        format: schema,
        stream: false,
        options: { seed, temperature },
      });
      if (typeof message?.content !== 'string' || message.content === '') {
        throw new LanguageModelError(name, 'answered with nothing', { isRetryable: true });
      }
      return { text: message.content };
    } catch (error) {
      signal?.throwIfAborted();
      throw explained(error, name, options, deadline.aborted);
    }
  }

  return { name, generate };
}

/** What went wrong, whether trying again can help, and how to mend it. */
function explained(
  error: unknown,
  name: string,
  { model, host = DEFAULT_HOST }: OllamaOptions,
  late: boolean,
): LanguageModelError {
  if (error instanceof LanguageModelError) return error;
  const at = new URL(host).origin;
  if (late) return new LanguageModelError(name, `did not answer in time (${at})`, { isRetryable: true, cause: error });
  const status = statusOf(error);
  if (status === 404) {
    return new LanguageModelError(name, `is not on the server at ${at}. Run: ollama pull ${model}`, { cause: error });
  }
  if (status !== undefined) {
    const isRetryable = status >= 500 || status === 429 || status === 408;
    return new LanguageModelError(name, `the server at ${at} answered with status ${status}`, {
      isRetryable,
      cause: error,
    });
  }
  if (error instanceof SyntaxError) {
    return new LanguageModelError(name, `the server at ${at} answered with something that is no JSON`, {
      isRetryable: true,
      cause: error,
    });
  }
  return new LanguageModelError(name, `could not be reached at ${at}. Is Ollama running there?`, {
    isRetryable: true,
    cause: error,
  });
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status_code' in error)) return undefined;
  return typeof error.status_code === 'number' ? error.status_code : undefined;
}

async function loadPackage(): Promise<{ Ollama: typeof Ollama }> {
  try {
    return await import('ollama');
  } catch (error) {
    throw new MissingPackageError('ollama', 'An Ollama model', { cause: error });
  }
}
