/** Models served by Ollama: what `@ialp/llm-user/ollama` publishes. */
import { checkInteger, checkNumber } from '@ialp/core';
import type { ChatRequest, ListResponse } from 'ollama';
import { checkOptions } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import { choiceProbabilities } from './choice-probabilities.js';
import { BODY_OPTIONS, type BodyOptions, bodyShape } from './http/request-body.js';
import { completeUsage, count } from './http/usage.js';
import { connectOllama, OLLAMA_CONNECTION_OPTIONS, type OllamaConnection } from './ollama/client.js';
import { estimateRequestTokens, estimateTokens } from './token-estimate.js';

export type { OllamaConnection } from './ollama/client.js';
export { createOllamaEmbeddings, type OllamaEmbeddingsOptions } from './ollama/embeddings.js';

/** Options of `createOllamaModel`. */
export interface OllamaOptions extends OllamaConnection, BodyOptions {
  /** Sampling temperature. Default 0. Ollama's structured output is not deterministic even then. */
  readonly temperature?: number;
  /** Token limit of a reply; a longer reply is an error. Small models may never stop. Default 1,024. */
  readonly maxTokens?: number;
  /** Context length in tokens. Ollama silently cuts longer prompts. Default: the server's. */
  readonly contextLength?: number;
}

/** The servers' maximum. */
const TOP_LOGPROBS = 20;

/**
 * A generative model served by Ollama, through the optional package `ollama`. The schema is enforced. With Ollama 0.12.11 or later,
 * replies have the `probabilities` of the request's `choices`. An aborted call throws the signal's reason. No message shows the
 * credentials of the address.
 * @throws {MissingPackageError} if the package is not installed; {InvalidOptionError}.
 */
export async function createOllamaModel(options: OllamaOptions): Promise<LanguageModel> {
  checkOptions(options, "{ model: 'qwen3:4b' }", [
    ...OLLAMA_CONNECTION_OPTIONS,
    ...BODY_OPTIONS,
    'temperature',
    'maxTokens',
    'contextLength',
  ]);
  const { model, temperature = 0, maxTokens = 1024, contextLength } = options;
  checkNumber('temperature', temperature, 0);
  if (contextLength !== undefined) checkInteger('contextLength', contextLength, 1);
  checkInteger('maxTokens', maxTokens, 1);
  const shape = bodyShape(options, 'options');
  const { name, server, redact, call } = await connectOllama(options);

  function generate(request: LanguageModelRequest): Promise<LanguageModelReply> {
    const { system, prompt, schema, choices, seed, signal } = request;
    return call(signal, async (client, body) => {
      const content = shape.apply({
        model,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: prompt },
        ],
        ...(choices === undefined ? { format: schema } : { logprobs: true, top_logprobs: TOP_LOGPROBS }),
        stream: false,
        options: {
          seed,
          temperature,
          num_predict: choices === undefined ? maxTokens : 1,
          ...(contextLength !== undefined && { num_ctx: contextLength }),
        },
      });
      const reply = await client.chat(content as unknown as ChatRequest & { stream: false });
      const said: unknown = reply?.message?.content;
      const text = typeof said === 'string' ? redact.reply(said) : '';
      const usage = completeUsage(
        { input: count(reply?.prompt_eval_count), output: count(reply?.eval_count) },
        { input: () => estimateRequestTokens(request), output: () => estimateTokens(text) },
      );
      const unusable = (message: string, isRetryable: boolean, raw: string): LanguageModelError =>
        new LanguageModelError(name, message, { kind: 'unusable reply', isRetryable, raw, ...(usage && { usage }) });
      if (reply?.done_reason === 'length' && choices === undefined) {
        const message = `its reply was cut short, after ${maxTokens} tokens or at the end of its context; raise maxTokens or contextLength`;
        throw unusable(message, false, text);
      }
      if (text.trim() === '') throw unusable('answered with nothing', true, body());
      const next = reply.logprobs?.[0]?.top_logprobs ?? reply.logprobs?.slice(0, 1);
      const tokens = next?.map(({ token, logprob }) => ({ text: token, probability: Math.exp(logprob) }));
      return {
        text,
        ...(choices && tokens && { probabilities: choiceProbabilities(choices, tokens) }),
        ...(usage && { usage }),
      };
    });
  }

  let digest: Promise<string> | undefined;

  /** The server's digest of the weights with the options that determine replies; requested once. */
  async function fingerprint({ signal }: { readonly signal?: AbortSignal } = {}): Promise<string> {
    digest ??= call(signal, async (client) => digestOf(await client.list(), model)).catch((error) => {
      digest = undefined;
      throw error;
    });
    return JSON.stringify({
      ...{ ollama: model, digest: await digest, temperature, maxTokens, contextLength },
      ...shape.fingerprint,
    });
  }

  function digestOf({ models }: ListResponse, wanted: string): string {
    const tagged = wanted.includes(':') ? wanted : `${wanted}:latest`;
    const found = models?.find((each) => each.name === tagged);
    if (found !== undefined) return found.digest;
    const message = `is not on the server at ${server.place}. Run: ollama pull ${wanted}`;
    throw new LanguageModelError(name, message, { kind: 'status', isFatal: true });
  }

  return {
    specificationVersion: 'v1',
    name,
    fingerprint,
    generate,
  };
}
