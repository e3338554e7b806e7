/** Servers with the OpenAI API: what `@ialp/llm-user/openai` publishes. */
import { checkInteger, checkNumber, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../check-inputs.js';
import type { LanguageModel, LanguageModelRequest } from '../language-model.js';
import { BODY_OPTIONS, type BodyOptions, bodyShape } from './http/request-body.js';
import { connectOpenAi, isOpenAi, OPENAI_CONNECTION_OPTIONS, type OpenAiConnection } from './openai/client.js';
import { readCompletion } from './openai/reply.js';
import { estimateRequestTokens } from './token-estimate.js';

export type { OpenAiConnection } from './openai/client.js';
export { createOpenAiEmbeddings, type OpenAiEmbeddingsOptions } from './openai/embeddings.js';

/** Options of `createOpenAiModel`. */
export interface OpenAiOptions extends OpenAiConnection, BodyOptions {
  /** The model's name on the server. */
  readonly model: string;
  /** Sampling temperature. Default 0. */
  readonly temperature?: number;
  /** Token limit of a reply; a longer reply is an error. Default 1,024. */
  readonly maxTokens?: number;
  /** How the form of a reply is enforced: by the schema, as any JSON, or by the prompt alone. Default `json_schema`. */
  readonly structuredOutput?: 'json_schema' | 'json_object' | 'none';
}

type Body = Readonly<Record<string, unknown>>;

/** The API's maximum. */
const TOP_LOGPROBS = 20;

/**
 * A generative model on a server with the OpenAI chat API: OpenAI, vLLM, llama.cpp, LiteLLM. With the key in the environment variable
 * `OPENAI_API_KEY`, `createOpenAiModel({ model: 'gpt-4.1-mini' })` calls OpenAI. That key is sent to no other server; pass the key of
 * another as `apiKey`. Several addresses share the calls; one that is down is skipped for a while. If the server returns log-probabilities,
 * replies have the `probabilities` of the request's `choices`. The `fingerprint` is the model's name with the options that determine
 * replies: servers do not report a digest of the weights, so name versions in full. No message shows the key.
 * @throws {InvalidOptionError} for options out of range, and without a key for OpenAI's own server.
 */
export function createOpenAiModel(options: OpenAiOptions): LanguageModel {
  checkOptions(options, "{ model: 'gpt-4.1-mini' }", [
    'model',
    ...OPENAI_CONNECTION_OPTIONS,
    ...BODY_OPTIONS,
    'temperature',
    'maxTokens',
    'structuredOutput',
  ]);
  const { model, temperature = 0, maxTokens = 1024, structuredOutput = 'json_schema' } = options;
  if (typeof model !== 'string' || model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  checkNumber('temperature', temperature, 0);
  checkInteger('maxTokens', maxTokens, 1);
  const name = `openai ${model}`;
  const post = connectOpenAi(name, options);
  const shape = bodyShape(options);
  const rename = isOpenAi(options) ? withNewLimit : (body: Body): Body => body;
  // A limit that is not sent is the server's own.
  const limit = options.omitParameters?.includes('max_tokens')
    ? 'as many tokens as the server allows'
    : `${maxTokens} tokens`;

  function formOf({ schema, choices }: LanguageModelRequest): Record<string, unknown> {
    if (choices !== undefined) return { max_tokens: 1, logprobs: true, top_logprobs: TOP_LOGPROBS };
    const cap = { max_tokens: maxTokens };
    if (structuredOutput === 'none') return cap;
    if (structuredOutput === 'json_object') return { ...cap, response_format: { type: 'json_object' } };
    return { ...cap, response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } };
  }

  return {
    specificationVersion: 'v1',
    name,
    fingerprint: async () =>
      JSON.stringify({ openai: model, temperature, maxTokens, structuredOutput, ...shape.fingerprint }),
    async generate(request) {
      const { system, prompt, seed, signal, choices } = request;
      signal?.throwIfAborted();
      const messages = [
        { role: 'system', content: system },
        { role: 'user', content: prompt },
      ];
      const content = rename(shape.apply({ model, messages, temperature, seed, ...formOf(request) }));
      return readCompletion(await post('/chat/completions', content, signal), {
        name,
        limit,
        inputTokens: () => estimateRequestTokens(request),
        ...(choices !== undefined && { choices }),
      });
    },
  };
}

/** OpenAI's own server has a new name for the limit, and its reasoning models refuse the old one. */
function withNewLimit({ max_tokens: limit, ...body }: Body): Body {
  return limit === undefined ? body : { max_completion_tokens: limit, ...body };
}
